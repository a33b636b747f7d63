import type { Batch } from '../batch/batch.ts';
import type { Receiver } from '../job/vertex.ts';
import { packBatches, type Selection, unpackBatch } from './batch-transfer.ts';
import type { Address, ChannelMessage } from './messages.ts';

/** Messages with rows under way in one channel before its sources must wait. */
const CREDITS = 4;
/** Rows that a message has at least, unless the sender has nothing better to do: small ones cost as much as large ones. */
const MESSAGE_ROWS = 8192;

export type Send = (message: ChannelMessage, transfer: readonly ArrayBuffer[]) => void;

/**
 * The sending end of a channel to another thread. Rows may always be sent; `isFull` tells whether more should be made. They are collected
 * until there are many or `flush` is called.
 */
export class Outbound implements Receiver {
  readonly address: Address;
  /** Messages sent. */
  sent = 0;
  private readonly send: Send;
  private underWay = 0;
  private waiting: Selection[] = [];
  private waitingRows = 0;

  constructor(address: Address, send: Send) {
    this.address = address;
    this.send = send;
  }

  get isFull(): boolean {
    return this.underWay >= CREDITS;
  }

  receive(batch: Batch): void {
    if (batch.length === 0 && !batch.marks) return;
    this.add({ batch }, batch.length);
  }

  /** Rows of a batch that is kept until they are sent: they are copied once, into the message. */
  receiveRows(batch: Batch, rows: Int32Array): void {
    this.add({ batch, rows }, rows.length);
  }

  private add(selection: Selection, rows: number): void {
    this.waiting.push(selection);
    this.waitingRows += rows;
    if (this.waitingRows >= MESSAGE_ROWS) this.flush();
  }

  /** Sends what has been collected. */
  flush(): void {
    if (this.waiting.length === 0) return;
    this.underWay++;
    this.sent++;
    const packed = packBatches(this.waiting);
    this.waiting = [];
    this.waitingRows = 0;
    this.send({ ...this.address, kind: 'batch', batch: packed }, [packed.buffer]);
  }

  receiveIdle(_input: number, idle: boolean): void {
    this.flush();
    this.sent++;
    this.send({ ...this.address, kind: 'idle', idle }, []);
  }

  end(): void {
    this.flush();
    this.sent++;
    this.send({ ...this.address, kind: 'end' }, []);
  }

  /** The other end has taken a batch. */
  credit(): void {
    this.underWay--;
  }
}

/** The receiving end of a channel from another thread. */
export class Inbound {
  readonly address: Address;
  /** What the rows are for. */
  readonly target: Receiver;
  ended = false;
  /** Messages passed on. */
  taken = 0;
  private readonly send: Send;
  private readonly waiting: ChannelMessage[] = [];

  constructor(address: Address, target: Receiver, send: Send) {
    this.address = address;
    this.target = target;
    this.send = send;
  }

  /** Takes a message from the other thread. */
  push(message: ChannelMessage): void {
    this.waiting.push(message);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Passes the next message on. */
  deliver(): void {
    const message = this.waiting.shift();
    if (!message) return;
    this.taken++;
    const input = this.address.from;
    switch (message.kind) {
      case 'batch':
        this.send({ ...this.address, kind: 'credit' }, []);
        this.target.receive(unpackBatch(message.batch), input);
        break;
      case 'idle':
        this.target.receiveIdle(input, message.idle);
        break;
      case 'end':
        this.ended = true;
        this.target.end(input);
        break;
      case 'credit':
        throw new Error('a credit at the receiving end of a channel');
    }
  }
}

export const addressKey = ({ exchange, from, to }: Address): string => `${exchange}/${from}/${to}`;
