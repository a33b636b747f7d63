import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { FlinkFault } from '../errors.ts';
import { ByteReader, type ByteWriter } from './bytes.ts';

/** How a host is started. */
export interface HostCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What errors call it: `Java`, `Python`. */
  readonly title: string;
}

interface Waiting {
  readonly done: (answer: ByteReader) => void;
  readonly fail: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What a function threw, with the row of the request that it came from; -1: from none. */
export class FunctionFailure extends Error {
  readonly row: number;
  readonly chain: readonly { readonly exception: string; readonly message: string; readonly frames: string }[];

  constructor(row: number, chain: FunctionFailure['chain']) {
    super(chain[0]?.message ?? 'the function failed');
    this.row = row;
    this.chain = chain;
  }

  /** The exceptions as a fault; those that one who calls a method puts around are left out. */
  fault(): FlinkFault {
    return this.chain.reduceRight<FlinkFault | undefined>(
      (cause, { exception, message }) => new FlinkFault(exception, message, cause),
      undefined,
    ) as FlinkFault;
  }
}

const TAIL = 2000;

/**
 * A process that runs functions: requests on its standard input, answers in the same order on its standard output. No listener. Dies
 * with the runtime, whose end closes its input. A request that takes too long ends the process: nothing else ends what a function does.
 */
export class HostProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly title: string;
  private readonly waiting: Waiting[] = [];
  private chunks: Buffer[] = [];
  private buffered = 0;
  private wanted = 4;
  private inHead = true;
  private said = '';
  private ended: FlinkFault | undefined;
  private readonly exit: Promise<void>;
  /** Takes what functions print. */
  print: (text: string) => void;

  constructor({ command, args, env, title }: HostCommand, print: (text: string) => void) {
    this.title = title;
    this.print = print;
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(env && { env: { ...process.env, ...env } }),
    });
    this.child.stdout.on('data', (chunk: Buffer) => this.take(chunk));
    this.child.stderr.setEncoding('utf8');
    this.child.stderr.on('data', (text: string) => {
      this.said = (this.said + text).slice(-TAIL);
      this.print(text);
    });
    // A broken pipe is told by the exit.
    this.child.stdin.on('error', () => undefined);
    this.exit = new Promise((done) => {
      this.child.on('error', (error) => {
        this.end(new FlinkFault('IOException', `The ${title} process for functions did not start: ${error.message}`));
        done();
      });
      this.child.on('close', (code, signal) => {
        const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
        const last = this.said.trimEnd();
        const saying = last === '' ? '' : `. It said last:\n${last}`;
        this.end(new FlinkFault('IOException', `The ${title} process for functions ended ${how}${saying}`));
        done();
      });
    });
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  /** Sends a request and waits for its answer. Throws FunctionFailure for what the function threw, FlinkFault for a dead host. */
  request(message: ByteWriter, timeoutMs: number): Promise<ByteReader> {
    if (this.ended) return Promise.reject(this.ended);
    const bytes = message.take();
    const head = Buffer.allocUnsafe(4);
    head.writeInt32LE(bytes.length, 0);
    return new Promise((done, fail) => {
      const timer = setTimeout(() => this.outOfTime(timeoutMs), timeoutMs);
      this.waiting.push({ done, fail, timer });
      this.child.stdin.write(head);
      this.child.stdin.write(bytes);
    });
  }

  private outOfTime(timeoutMs: number): void {
    const message = `The functions in the ${this.title} process gave no answer for ${timeoutMs} ms ('millrace.udf.timeout'); the process was ended.`;
    this.end(new FlinkFault('TimeoutException', message));
    this.child.kill('SIGKILL');
  }

  private end(fault: FlinkFault): void {
    this.ended ??= fault;
    for (const { fail, timer } of this.waiting.splice(0)) {
      clearTimeout(timer);
      fail(this.ended);
    }
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    while (this.buffered >= this.wanted) {
      const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
      const message = all.subarray(0, this.wanted);
      const rest = all.subarray(this.wanted);
      this.chunks = rest.length > 0 ? [rest] : [];
      this.buffered = rest.length;
      if (this.inHead) this.wanted = message.readInt32LE(0);
      else {
        this.wanted = 4;
        this.answer(new ByteReader(message));
      }
      this.inHead = !this.inHead;
    }
  }

  private answer(reader: ByteReader): void {
    const waiting = this.waiting.shift();
    if (!waiting) return;
    clearTimeout(waiting.timer);
    if (reader.byte() === 0) waiting.done(reader);
    else {
      const row = reader.int();
      const chain = Array.from({ length: reader.int() }, () => ({
        exception: reader.text(),
        message: reader.text(),
        frames: reader.text(),
      }));
      waiting.fail(new FunctionFailure(row, chain));
    }
  }

  /** Whether the process keeps this one alive. */
  hold(held: boolean): void {
    const pipes = [this.child.stdin, this.child.stdout, this.child.stderr] as unknown as (Readable & {
      ref?(): void;
      unref?(): void;
    })[];
    for (const each of [this.child, ...pipes]) {
      if (held) each.ref?.();
      else each.unref?.();
    }
  }

  /** Ends the process; one that does not go by itself within a second is killed. */
  async close(): Promise<void> {
    if (!this.alive) return;
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 1000);
    await this.exit;
    clearTimeout(timer);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
