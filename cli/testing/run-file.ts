import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { compareRows, type Outcome } from '../../testing/compare.ts';
import type { SqlTest, TestFile, Then } from '../../testing/model.ts';
import { readTestFile } from '../../testing/notebook.ts';
import type { TestProblem, TestResult } from '../../testing/results.ts';
import { GivenError } from './given-rows.ts';
import { CannotRun, type RunContext, type RunResult, runLocally, TestFailure } from './local-run.ts';
import { readScript, type UsedScript, usedScript } from './scripts.ts';
import type { Coverage } from './sql-coverage/coverage.ts';

/** How long a test may take, ms. */
const LIMIT_MS = 20_000;

/** Runs one test; `at` is where its inputs stop. */
export type RunTest = (
  test: SqlTest,
  context: RunContext,
  at: string | undefined,
  limitMs: number,
) => Promise<RunResult>;

export interface RunOptions {
  readonly options: Readonly<Record<string, string>>;
  readonly expand: (text: string) => string;
  /** The file's text where it is not what the disk has. */
  readonly text?: string | undefined;
  readonly run?: RunTest;
  readonly isWanted?: (test: SqlTest) => boolean;
  /** Counts what the tests do in the scripts. */
  readonly coverage?: Coverage | undefined;
  /** Why an expectation cannot be checked where the tests run; it is skipped then, and told. */
  readonly unable?: (test: SqlTest, expected: Then) => string | undefined;
}

export interface FileRun {
  readonly file: TestFile;
  readonly results: readonly TestResult[];
  /** The rows that came where rows were expected. */
  readonly updates: readonly { readonly expected: Extract<Then, { kind: 'rows' }>; readonly outcome: Outcome }[];
}

/** Runs the tests of a file, one after the other. What is wrong with the file fails the test that it stands in, or a test of its own. */
export async function runFile(path: string, options: RunOptions): Promise<FileRun> {
  const text = options.text ?? readFileSync(path, 'utf8');
  const file = readTestFile(path, text);
  const folder = dirname(resolve(path));
  const results: TestResult[] = [];
  const updates: FileRun['updates'][number][] = [];
  const broken = [...file.problems];
  const scripts: UsedScript[] = [];
  if (file.own !== undefined) {
    try {
      scripts.push(usedScript(file.own, resolve(path)));
    } catch (error) {
      broken.push({ message: (error as Error).message, place: file.tests[0]?.place ?? { start: 0, end: 0 } });
    }
  }
  for (const { path: used, place } of file.uses) {
    try {
      scripts.push(readScript(resolve(folder, used)));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      broken.push({ message: code === 'ENOENT' ? `There is no file ${used}.` : (error as Error).message, place });
    }
  }
  if (broken.length > 0) {
    const [first] = broken;
    const place = first?.place ?? { start: 0, end: 0 };
    results.push({ file: path, name: '(the file)', place, failures: broken, milliseconds: 0 });
    return { file, results, updates };
  }
  const context: RunContext = { ...options, text, folder, scripts, setup: file.setup, params: file.params };
  for (const test of file.tests) {
    if (options.isWanted?.(test) === false) continue;
    const began = performance.now();
    const tried = await attempt(test, context, options, updates);
    await options.coverage?.measure(test, context, LIMIT_MS);
    const { name, place } = test;
    results.push({ file: path, name, place, ...tried, milliseconds: performance.now() - began });
  }
  return { file, results, updates };
}

/** Checks what can be checked where the tests run. */
async function attempt(
  test: SqlTest,
  context: RunContext,
  { run = runLocally, unable }: RunOptions,
  updates: FileRun['updates'][number][],
): Promise<Pick<TestResult, 'failures' | 'skipped' | 'isSkipped'>> {
  const reasons = test.expected.map((each) => unable?.(test, each));
  const expected = test.expected.filter((_, i) => reasons[i] === undefined);
  const skipped = [...new Set(reasons.filter((reason) => reason !== undefined))];
  if (skipped.length > 0 && expected.length === 0) return { failures: [], skipped, isSkipped: true };
  try {
    const failures = await failuresOf({ ...test, expected }, context, run, updates);
    return skipped.length > 0 ? { failures, skipped } : { failures };
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    return { failures: [], skipped: [error.message], isSkipped: true };
  }
}

async function failuresOf(
  test: SqlTest,
  context: RunContext,
  run: RunTest,
  updates: FileRun['updates'][number][],
): Promise<TestProblem[]> {
  const failures: TestProblem[] = [];
  const stops = new Set(test.expected.map((each) => (each.kind === 'rows' ? each.at : undefined)));
  for (const at of stops) {
    const expected = test.expected.filter((each) => (each.kind === 'rows' ? each.at : undefined) === at);
    failures.push(...(await check(test, expected, () => run(test, context, at, LIMIT_MS), updates)));
  }
  return failures;
}

async function check(
  test: SqlTest,
  expected: readonly Then[],
  run: () => Promise<RunResult>,
  updates: FileRun['updates'][number][],
): Promise<TestProblem[]> {
  let result: RunResult;
  try {
    result = await run();
  } catch (error) {
    if (error instanceof GivenError) return [{ message: error.message, place: error.place }];
    if (!(error instanceof TestFailure)) throw error;
    const wanted = expected.filter((each) => each.kind === 'error');
    const rest = expected.length - wanted.length;
    if (wanted.length === 0 || rest > 0) return [{ message: error.message, place: error.place ?? test.place }];
    return wanted
      .filter(({ text }) => !error.message.includes(text))
      .map(({ text, place }) => ({ message: `Expected the error '${text}', but it was: ${error.message}`, place }));
  }
  return expected.flatMap((each): TestProblem[] => {
    if (each.kind === 'error')
      return [{ message: `Expected the error '${each.text}', but there was none.`, place: each.place }];
    if (each.kind === 'late') {
      if (result.lateRecords === each.count) return [];
      return [
        { message: `Expected ${each.count} late rows, but there were ${result.lateRecords}.`, place: each.place },
      ];
    }
    updates.push({ expected: each, outcome: result.outcome });
    const difference = compareRows(each, result.outcome);
    if (!difference) return [];
    return [{ message: difference.message, place: each.place, difference, withKinds: each.mode === 'changelog' }];
  });
}
