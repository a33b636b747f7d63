import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { FlinkFault } from '../errors.ts';
import { ByteReader, type ByteWriter } from './bytes.ts';
import type { HostVoice } from './hosts.ts';
import { debuggerLine } from './settings.ts';

/** How a host is started. */
export interface HostCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What errors call it: `Java`, `Python`. */
  readonly title: string;
  /** What to do where the command is not there. */
  readonly missing?: string;
  /**
   * Whether a debugger can attach. What the JVM says of that goes to its standard output, so that answers come on standard error, and
   * all words on standard output.
   */
  readonly isDebugged?: boolean;
}

interface Waiting {
  readonly done: (answer: ByteReader) => void;
  readonly fail: (error: Error) => void;
  readonly timer: NodeJS.Timeout | undefined;
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
/** How long what a process has said may be on its way when it is gone, ms. */
const LAST_WORDS = 500;

/** The processes that have not ended. */
const running = new Set<HostProcess>();

/** Ends all of them at once. One that a debugger holds does not see the end of its input. */
export function killHosts(): void {
  for (const host of running) host.kill();
}

/** What a host writes before its first answer. */
const GREETING = 'millrace functions\n';

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
  /** The line that is being said while somebody debugs. */
  private line = '';
  private ended: FlinkFault | undefined;
  private readonly exit: Promise<void>;
  /** Whether what stands before the answers is still to come: a runtime may say something when it starts. */
  private inGreeting = true;
  /** Who hears what functions print. */
  voice: HostVoice;

  constructor({ command, args, env, title, isDebugged, missing }: HostCommand, voice: HostVoice) {
    this.title = title;
    this.voice = voice;
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(env && { env: { ...process.env, ...env } }),
    });
    const { stdout, stderr } = this.child;
    const [answers, words] = isDebugged ? [stderr, stdout] : [stdout, stderr];
    answers.on('data', (chunk: Buffer) => this.take(chunk));
    words.setEncoding('utf8');
    words.on('data', (text: string) => (isDebugged ? this.hearLines(text) : this.hear(text)));
    // A broken pipe is told by the exit.
    this.child.stdin.on('error', () => undefined);
    if (running.size === 0) process.once('exit', killHosts);
    running.add(this);
    // What it has started, a debugger's server for example, may live on and hold its pipes.
    this.child.on('exit', () => setTimeout(() => this.letGo(), LAST_WORDS).unref());
    this.exit = new Promise((done) => {
      this.child.on('error', (error) => {
        const why =
          (error as NodeJS.ErrnoException).code === 'ENOENT' && missing !== undefined ? missing : error.message;
        this.end(new FlinkFault('IOException', `The ${title} process for functions did not start: ${why}`));
        done();
      });
      this.child.on('close', (code, signal) => {
        this.hear(this.line);
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

  /**
   * Sends a request and waits for its answer, without a limit where there is none. Throws FunctionFailure for what the function threw,
   * FlinkFault for a dead host.
   */
  request(message: ByteWriter, timeoutMs: number | undefined): Promise<ByteReader> {
    if (this.ended) return Promise.reject(this.ended);
    const bytes = message.take();
    const head = Buffer.allocUnsafe(4);
    head.writeInt32LE(bytes.length, 0);
    return new Promise((done, fail) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.outOfTime(timeoutMs), timeoutMs);
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
    running.delete(this);
    if (running.size === 0) process.off('exit', killHosts);
    for (const { fail, timer } of this.waiting.splice(0)) {
      clearTimeout(timer);
      fail(this.ended);
    }
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    if (this.inGreeting && !this.greeted()) return;
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

  /** Takes what stands before the answers off what came; false while it is not all there. */
  private greeted(): boolean {
    const all = Buffer.concat(this.chunks);
    const at = all.indexOf(GREETING);
    if (at < 0) return false;
    if (at > 0) this.hear(all.toString('utf8', 0, at));
    const rest = all.subarray(at + GREETING.length);
    this.chunks = [rest];
    this.buffered = rest.length;
    this.inGreeting = false;
    return true;
  }

  private hear(text: string): void {
    if (text === '') return;
    this.said = (this.said + text).slice(-TAIL);
    this.voice.print(text);
  }

  /** Tells the port on which a debugger may attach; a JVM says it again, and may take another one, when a debugger has gone. */
  private hearLines(text: string): void {
    const lines = (this.line + text).split('\n');
    this.line = lines.pop() ?? '';
    for (const line of lines) {
      const port = /^Listening for \S+ .*address: (?:.*:)?(\d+)\r?$/.exec(line)?.[1];
      if (port === undefined) this.hear(`${line}\n`);
      else this.voice.notice(debuggerLine(this.title, Number(port)));
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

  private letGo(): void {
    for (const pipe of [this.child.stdin, this.child.stdout, this.child.stderr]) pipe.destroy();
  }
}
