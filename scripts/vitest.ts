import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './paths.ts';

/** How many tests of a suite did what. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

/** What is read of vitest's JSON report. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

export interface VitestOptions {
  /** Files with a failure run again, in a process of their own. */
  readonly again: boolean;
  readonly note: (text: string) => void;
  /** Runs vitest with these arguments; whether it ended well. */
  readonly run: (args: readonly string[]) => Promise<boolean>;
}

/** How often failed files run again: a workbench on a busy machine may be late twice. */
const TIMES_AGAIN = 2;

/**
 * One vitest project; its own report says how many tests passed. A run that gives no report, or runs no test, has failed. With `again` the
 * files that have a failure are run again after the others, and what passes only then is told by name: a race is to be seen and mended,
 * but holds up nobody else's work. What fails each time has failed.
 */
export async function vitest(project: string, options: VitestOptions): Promise<Outcome> {
  const first = await attempt(project, [], options);
  if (!first.report) return { passed: 0, failed: 1, skipped: 0 };
  let { report, good } = first;
  for (let time = 0; !good && options.again && time < TIMES_AGAIN; time++) {
    const files = failedFiles(report);
    // No file is blamed for an error outside of the tests: then all of them run again.
    options.note(`${project}: run again: ${files.join(', ') || 'all files, for an error outside of the tests'}`);
    const next = await attempt(project, files, options);
    if (!next.report) break;
    for (const text of passedOnlyAgain(report, next.report)) {
      options.note(`${project}: passed only when run again: ${text}`);
    }
    report = merged(report, next.report);
    good = next.good;
  }
  return outcome(report, good);
}

async function attempt(
  project: string,
  files: readonly string[],
  options: VitestOptions,
): Promise<{ good: boolean; report?: Report }> {
  const path = join(root, 'test-results', `${project}${files.length > 0 ? '-again' : ''}.json`);
  mkdirSync(join(root, 'test-results'), { recursive: true });
  rmSync(path, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const good = await options.run([
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    ...reporters,
    ...files,
  ]);
  return existsSync(path) ? { good, report: JSON.parse(readFileSync(path, 'utf8')) as Report } : { good };
}

/** The files of a report with a failed test, or that could not be loaded; relative to the project. */
function failedFiles(report: Report): string[] {
  return report.testResults
    .filter((file) => file.status === 'failed' || file.assertionResults.some(({ status }) => status === 'failed'))
    .map((file) => relative(root, file.name));
}

/** The tests, and the files without one, that failed in the first report and not in the second, with why they failed. */
function passedOnlyAgain(first: Report, second: Report): string[] {
  const still = new Set(failures(second).map(({ name }) => name));
  return failures(first)
    .filter(({ name }) => !still.has(name))
    .map(({ name, why }) => `${name}\n${why}`);
}

function failures(report: Report): { name: string; why: string }[] {
  return report.testResults.flatMap((file) => {
    const path = relative(root, file.name);
    const tests = file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map((test) => ({ name: `${path} > ${test.fullName}`, why: test.failureMessages.join('\n') }));
    return tests.length === 0 && file.status === 'failed' ? [{ name: path, why: file.message }] : tests;
  });
}

/** The first report with the files that ran again as the second tells them. */
function merged(first: Report, second: Report): Report {
  const ran = new Set(second.testResults.map((file) => file.name));
  const testResults = [...first.testResults.filter((file) => !ran.has(file.name)), ...second.testResults];
  const count = (wanted: string): number =>
    testResults.flatMap((file) => file.assertionResults).filter(({ status }) => status === wanted).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending') + count('skipped'),
    numTodoTests: count('todo'),
    testResults,
  };
}

/** A file that could not be loaded, or an error outside of the tests, is no failed test in the report, and counts as one. */
function outcome(report: Report, good: boolean): Outcome {
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !good ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
