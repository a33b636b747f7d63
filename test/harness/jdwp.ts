import { connect, type Socket } from 'node:net';

const HANDSHAKE = 'JDWP-Handshake';
const VIRTUAL_MACHINE = 1;
const RESUME = 9;
const REPLY = 0x80;

/** A debugger of a JVM, as far as attaching to it goes. */
export class Jdwp {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    for (const event of ['close', 'error']) socket.on(event, () => this.#wake());
  }

  /** Connects to a port of this machine and shakes hands. Throws when what is there is no JVM. */
  static async attach(port: number): Promise<Jdwp> {
    const socket = connect(port, '127.0.0.1');
    const debug = new Jdwp(socket);
    socket.write(HANDSHAKE);
    const answer = (await debug.#take(HANDSHAKE.length)).toString('latin1');
    if (answer !== HANDSHAKE) throw new Error(`no handshake, but ${answer}`);
    return debug;
  }

  /** Lets all threads go on. */
  async resume(): Promise<void> {
    const id = 1;
    const packet = Buffer.alloc(11);
    packet.writeInt32BE(packet.length, 0);
    packet.writeInt32BE(id, 4);
    packet.writeUInt8(VIRTUAL_MACHINE, 9);
    packet.writeUInt8(RESUME, 10);
    this.#socket.write(packet);
    for (;;) {
      const head = await this.#take(11);
      await this.#take(head.readInt32BE(0) - head.length);
      // Events come, too.
      if (head.readUInt8(8) !== REPLY || head.readInt32BE(4) !== id) continue;
      const error = head.readInt16BE(9);
      if (error !== 0) throw new Error(`the JVM does not resume: error ${error}`);
      return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  async #take(size: number): Promise<Buffer> {
    while (this.#bytes.length < size) {
      if (this.#socket.destroyed) throw new Error(`the JVM hung up after ${this.#bytes.length} bytes`);
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
    const taken = this.#bytes.subarray(0, size);
    this.#bytes = this.#bytes.subarray(size);
    return taken;
  }
}
