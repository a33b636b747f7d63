import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { t } from '../../webviews/shared/l10n.ts';
import type { Log } from '../log.ts';

export interface LocalRuntimeOptions {
  /** The runtime's bundle. */
  readonly script: string;
  /** Program that runs it: VS Code's own Node, unless a test says otherwise. */
  readonly node?: string;
  /** Where relative paths of tables start. */
  readonly cwd: () => string | undefined;
  readonly log: Log;
  /** Folder where Node keeps the compiled code of the runtime, which makes every start but the first quicker. */
  readonly compileCache?: string;
  readonly startTimeoutMs?: number;
}

export interface Endpoint {
  readonly url: string;
  readonly token: string;
}

const START_TIMEOUT_MS = 15_000;
const KILL_AFTER_MS = 2_000;

interface Running {
  readonly child: ChildProcess;
  readonly endpoint: Promise<Endpoint>;
  readonly ended: Promise<void>;
}

/**
 * The local runtime's process: started by the first caller, started anew after it ended. It ends by itself when its
 * standard input closes, so it never outlives the editor. Its token travels in the environment, where other users of
 * the machine cannot read it.
 */
export class LocalRuntime {
  readonly #options: LocalRuntimeOptions;
  readonly #listeners = new Set<() => void>();
  #running: Running | undefined;
  #lastEnd: string | undefined;

  constructor(options: LocalRuntimeOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** How the process ended last, when it ended unasked; undefined while one runs well. */
  get lastEnd(): string | undefined {
    return this.#lastEnd;
  }

  /** Calls `listener` whenever the process has started or ended. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Its address and token, started if need be. Throws an Error that says why it did not start. */
  endpoint(): Promise<Endpoint> {
    this.#running ??= this.#start();
    return this.#running.endpoint;
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.child.stdin?.end();
    running.child.kill('SIGTERM');
    const kill = setTimeout(() => running.child.kill('SIGKILL'), KILL_AFTER_MS);
    await running.ended;
    clearTimeout(kill);
  }

  #start(): Running {
    const {
      script,
      node = process.execPath,
      cwd,
      log,
      compileCache,
      startTimeoutMs = START_TIMEOUT_MS,
    } = this.#options;
    const token = randomBytes(32).toString('hex');
    const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1', MILLRACE_TOKEN: token };
    if (compileCache !== undefined) env.NODE_COMPILE_CACHE = compileCache;
    for (const name of Object.keys(env)) if (/^VSCODE_|^NODE_OPTIONS$/.test(name)) delete env[name];
    const child = spawn(node, [script, '--port', '0', '--parent-pid', String(process.pid)], {
      cwd: cwd(),
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#lastEnd = undefined;
    let lastWords = '';
    const ended = new Promise<void>((resolve) => {
      const over = (how: string): void => {
        if (this.#running?.child === child) {
          this.#running = undefined;
          this.#lastEnd = how;
          log.warn(`local runtime ended: ${how}`);
        }
        resolve();
        this.#tell();
      };
      child.on('error', (error) => over(error.message));
      child.on('close', (code, signal) => over(signal ? t('signal {0}', signal) : t('exit code {0}', code ?? 0)));
    });
    // A pipe that breaks is told by the process's end.
    child.stdin?.on('error', (error) => log.warn(`local runtime: ${error.message}`));
    const endpoint = new Promise<Endpoint>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(t('The local runtime was not ready within {0} s', startTimeoutMs / 1000)));
        child.kill('SIGKILL');
      }, startTimeoutMs);
      let ready = false;
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        const url = ready ? undefined : urlIn(line);
        if (url === undefined) {
          log.info(`local runtime: ${line}`);
          return;
        }
        ready = true;
        clearTimeout(late);
        log.info(`local runtime: ready at ${url}, pid ${child.pid}`);
        resolve({ url, token });
        this.#tell();
      });
      createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
        // Node prints the failing source line before the error and its own version after it.
        if (lastWords === '' || /^\S*Error\b.*: /.test(line)) lastWords = line.trim();
        log.warn(`local runtime: ${line}`);
      });
      void ended.then(() => {
        clearTimeout(late);
        const why = lastWords || this.#lastEnd || 'stopped';
        reject(new Error(t('The local runtime ended before it was ready: {0}', why)));
      });
    });
    // Who waits for it hears of it; nobody may be waiting.
    endpoint.catch((error: unknown) => log.error(String(error)));
    return { child, endpoint, ended };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The address in the line `{"url":"http://…"}` that the runtime prints when it is ready. */
function urlIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { url } = JSON.parse(line) as { url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    // Some other output that happens to start with a brace.
    return undefined;
  }
}
