import { spawn } from 'node:child_process';
import { t } from '../../webviews/shared/l10n.ts';

export interface CliRun {
  /** The CLI's bundle. */
  readonly script: string;
  readonly node?: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** Called for each line that it says on its standard error, as it comes. */
  readonly onSaid?: ((line: string) => void) | undefined;
}

export interface CliResult {
  /** 0: done; 1: told why not; 2: used wrongly. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the CLI to its end in a process of its own. Rejects when it cannot be started or is stopped. */
export function runCli({ script, node = process.execPath, cwd, args, signal, onSaid }: CliRun): Promise<CliResult> {
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  for (const name of Object.keys(env)) if (/^VSCODE_|^NODE_OPTIONS$/.test(name)) delete env[name];
  return new Promise((done, fail) => {
    signal.throwIfAborted();
    const child = spawn(node, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      texts.stdout += chunk;
    });
    let heard = 0;
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      texts.stderr += chunk;
      if (!onSaid) return;
      for (let end = texts.stderr.indexOf('\n', heard); end >= 0; end = texts.stderr.indexOf('\n', heard)) {
        onSaid(texts.stderr.slice(heard, end));
        heard = end + 1;
      }
    });
    child.once('error', fail);
    child.once('close', (status, by) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) fail(new Error(t('Stopped.')));
      else if (status === null) fail(new Error(t('the command was ended by {0}', by ?? '?')));
      else done({ status, ...texts });
    });
  });
}
