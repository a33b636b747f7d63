import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Difference } from '../../testing/compare.ts';
import { t } from '../../webviews/shared/l10n.ts';

/** What `millrace test --json` prints of one test. */
export interface ReportedTest {
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
  readonly milliseconds: number;
  readonly failures: readonly ReportedFailure[];
  /** Why expectations were not checked. */
  readonly skipped?: readonly string[];
}

export interface ReportedFailure {
  readonly message: string;
  /** The message with the rows that differ. */
  readonly text: string;
  readonly place: { readonly start: number; readonly end: number };
  /** The same in its file, from 1. */
  readonly at?: { readonly line: number; readonly column: number };
  readonly difference?: Difference;
  readonly withKinds?: boolean;
}

export interface TestRun {
  /** The CLI's bundle. */
  readonly script: string;
  readonly node?: string;
  readonly cwd: string;
  readonly file: string;
  /** Tests to run; all of the file when undefined. */
  readonly names?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  /** The file's text where it is not what the disk has. */
  readonly text?: string | undefined;
  /** Rows that came take the place of those expected. */
  readonly update?: boolean;
  /** A file for the coverage as JSON. */
  readonly coverage?: string | undefined;
  /** Called for each test as it ends. */
  readonly onTest: (test: ReportedTest) => void;
  readonly signal: AbortSignal;
}

/** What ended the process in its own words is shown; a wrong line of its output is. */
const LAST_WORDS = 2000;

/**
 * Runs the tests of a file in a process of their own, so that nothing that they do can hold up the editor. Resolves when it has ended
 * or was stopped; rejects with what it said when it ended otherwise.
 */
export async function runTests(run: TestRun): Promise<void> {
  const { script, node = process.execPath, cwd, file, names, environment, text, coverage, onTest, signal } = run;
  if (signal.aborted) return;
  const args = [
    ...[script, 'test', file, '--json'],
    ...(names ?? []).flatMap((name) => ['--name', name]),
    ...(environment === undefined ? [] : ['--env', environment]),
    ...(text === undefined ? [] : ['--stdin']),
    ...(run.update ? ['--update'] : []),
    ...(coverage === undefined ? [] : ['--coverage-json', coverage]),
  ];
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  for (const name of Object.keys(env)) if (/^VSCODE_|^NODE_OPTIONS$/.test(name)) delete env[name];
  const child = spawn(node, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  // A process that ends before it has read says why on its own.
  child.stdin.on('error', () => undefined);
  child.stdin.end(text ?? '');
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-LAST_WORDS);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) onTest(JSON.parse(line) as ReportedTest);
    const code = await ended;
    if (signal.aborted || code === 0 || code === 1) return;
    throw new Error(said.trim() || t('the tests ended with exit code {0}', code ?? '?'));
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
