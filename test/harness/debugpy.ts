import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { cacheDir } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';

const VERSION = '1.8.22';

/** Installs debugpy from PyPI for this Python, once, into a folder of its own, which PYTHONPATH names. */
export async function installDebugpy(python: string): Promise<string> {
  const folder = join(cacheDir('millrace-test'), `debugpy-${VERSION}`);
  if (!existsSync(folder)) {
    const part = `${folder}.part-${process.pid}`;
    mkdirSync(cacheDir('millrace-test'), { recursive: true });
    try {
      const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--target', part];
      await run(python, [...pip, `debugpy==${VERSION}`], { timeoutMs: 300_000 });
      renameSync(part, folder);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  return folder;
}

interface Message {
  readonly type: 'request' | 'response' | 'event';
  readonly seq: number;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly event?: string;
}

/** A debugger by the Debug Adapter Protocol, as far as attaching to debugpy goes. */
export class DapClient {
  readonly #socket: Socket;
  readonly #messages: Message[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #seq = 1;
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#read();
    });
    for (const event of ['close', 'error']) this.#socket.on(event, () => this.#wake());
  }

  /** Sends a request; gives its number. */
  send(command: string, args: object): number {
    const seq = this.#seq++;
    const body = JSON.stringify({ seq, type: 'request', command, arguments: args });
    this.#socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return seq;
  }

  /** Waits for the answer to a request. Throws when it was refused. */
  async answer(seq: number): Promise<void> {
    const { success, message } = await this.#first((each) => each.type === 'response' && each.request_seq === seq);
    if (success !== true) throw new Error(`refused: ${message}`);
  }

  async event(name: string): Promise<void> {
    await this.#first((each) => each.type === 'event' && each.event === name);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #first(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.#messages.find(fits);
      if (found) return found;
      if (this.#socket.destroyed) throw new Error('debugpy hung up');
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
  }

  #read(): void {
    for (;;) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) break;
      const size = Number(/Content-Length: (\d+)/i.exec(this.#bytes.toString('latin1', 0, end))?.[1]);
      if (this.#bytes.length < end + 4 + size) break;
      this.#messages.push(JSON.parse(this.#bytes.toString('utf8', end + 4, end + 4 + size)) as Message);
      this.#bytes = this.#bytes.subarray(end + 4 + size);
    }
    this.#wake();
  }
}
