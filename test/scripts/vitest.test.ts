import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { type Outcome, type Report, vitest } from '../../scripts/vitest.ts';

type Tests = Readonly<Record<string, 'passed' | 'failed' | 'skipped'>>;
interface Run {
  readonly files: Readonly<Record<string, Tests>>;
  readonly good: boolean;
}

const project = 'of-a-test';
afterAll(() => {
  for (const end of ['', '-again']) rmSync(join(root, 'test-results', `${project}${end}.json`), { force: true });
});

function report(files: Run['files']): Report {
  const testResults = Object.entries(files).map(([file, tests]) => ({
    name: join(root, file),
    status: Object.values(tests).includes('failed') || Object.keys(tests).length === 0 ? 'failed' : 'passed',
    message: 'cannot be loaded',
    assertionResults: Object.entries(tests).map(([fullName, status]) => ({
      fullName,
      status,
      failureMessages: status === 'failed' ? [`${fullName} has failed`] : [],
    })),
  }));
  const count = (wanted: string): number =>
    Object.values(files)
      .flatMap((tests) => Object.values(tests))
      .filter((status) => status === wanted).length;
  const counts = {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('skipped'),
  };
  return { ...counts, numTodoTests: 0, testResults };
}

/** What comes of runs of vitest that report this, one after the other; undefined is one that gives no report. */
async function told(
  again: boolean,
  ...runs: (Run | undefined)[]
): Promise<Outcome & { asked: string[]; notes: string[] }> {
  const asked: string[] = [];
  const notes: string[] = [];
  const outcome = await vitest(project, {
    again,
    note: (text) => notes.push(text),
    run: async (args) => {
      asked.push(args.filter((arg) => arg.endsWith('.test.ts')).join(' '));
      const file = args.find((arg) => arg.startsWith('--outputFile.json='))?.split('=')[1] ?? '';
      const next = runs.shift();
      mkdirSync(dirname(file), { recursive: true });
      if (next) writeFileSync(file, JSON.stringify(report(next.files)));
      return next?.good ?? false;
    },
  });
  return { ...outcome, asked, notes };
}

const good: Tests = { a: 'passed', b: 'passed', c: 'skipped' };

describe('a suite', () => {
  test('passes, fails, or gives no report', async () => {
    const well = { files: { 'x.test.ts': good }, good: true };
    expect(await told(true, well)).toEqual({ passed: 2, failed: 0, skipped: 1, asked: [''], notes: [] });
    const bad = { files: { 'x.test.ts': good, 'y.test.ts': { d: 'failed' } as const }, good: false };
    expect(await told(false, bad)).toMatchObject({ passed: 2, failed: 1, skipped: 1, asked: [''] });
    expect(await told(true, undefined)).toMatchObject({ passed: 0, failed: 1, asked: [''] });
    expect(await told(false, { ...well, good: false })).toMatchObject({ passed: 2, failed: 1 });
  });

  test('in CI runs the files that failed again, and tells what passes only then', async () => {
    const first = {
      files: { 'x.test.ts': good, 'y.test.ts': { d: 'failed', e: 'failed', f: 'passed' }, 'z.test.ts': {} },
      good: false,
    } as const;
    const y: Tests = { d: 'passed', e: 'failed', f: 'passed' };
    const second = { files: { 'y.test.ts': y, 'z.test.ts': { g: 'passed' } as Tests }, good: false };
    const better = await told(true, first, second, { files: { 'y.test.ts': y }, good: false });
    const asked = ['', 'y.test.ts z.test.ts', 'y.test.ts'];
    expect(better).toMatchObject({ passed: 5, failed: 1, skipped: 1, asked });
    expect(better.notes).toEqual([
      'of-a-test: run again: y.test.ts, z.test.ts',
      'of-a-test: passed only when run again: y.test.ts > d\nd has failed',
      'of-a-test: passed only when run again: z.test.ts\ncannot be loaded',
      'of-a-test: run again: y.test.ts',
    ]);
    const well: Tests = { d: 'passed', e: 'passed', f: 'passed' };
    const both = { files: { 'y.test.ts': well, 'z.test.ts': { g: 'passed' } as Tests }, good: true };
    expect(await told(true, first, both)).toMatchObject({ passed: 6, failed: 0, skipped: 1 });
  });

  test('what the second run leaves out, or gives no report of, has failed', async () => {
    const first = { files: { 'y.test.ts': { d: 'failed' }, 'z.test.ts': { g: 'failed' } }, good: false } as const;
    expect(await told(true, first, { files: { 'y.test.ts': { d: 'passed' } }, good: true })).toMatchObject({
      failed: 1,
    });
    expect(await told(true, first, undefined)).toMatchObject({ failed: 2 });
  });

  test('an error outside of the tests makes all run again', async () => {
    const first = { files: { 'x.test.ts': good }, good: false };
    expect(await told(true, first, { ...first, good: true })).toMatchObject({ passed: 2, failed: 0, asked: ['', ''] });
    expect(await told(true, first, first, first)).toMatchObject({ passed: 2, failed: 1 });
    expect(await told(true, first, first, { ...first, good: true })).toMatchObject({ passed: 2, failed: 0 });
  });
});
