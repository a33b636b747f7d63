import { type Difference, differenceText, type Outcome, rowsLeft, shortCell } from './compare.ts';
import type { Place, Then } from './model.ts';
import { tableLines } from './rows.ts';

/** What became of a test. */
export interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly place: Place;
  readonly failures: readonly TestProblem[];
  readonly milliseconds: number;
  /** Why expectations were not checked. */
  readonly skipped?: readonly string[];
  /** Nothing was checked. */
  readonly isSkipped?: boolean;
}

export interface TestProblem {
  readonly message: string;
  readonly place: Place;
  readonly difference?: Difference;
  readonly withKinds?: boolean;
}

/** A failure with the rows that differ. */
export function problemText({ message, difference, withKinds }: TestProblem): string {
  return difference ? differenceText(difference, withKinds ?? false) : message;
}

/** The text of a file with the rows that came in the place of those that a test expected. */
export function withRows(
  text: string,
  updates: readonly { readonly expected: Extract<Then, { kind: 'rows' }>; readonly outcome: Outcome }[],
): string {
  let out = text;
  for (const { expected, outcome } of updates.toSorted((a, b) => b.expected.block.start - a.expected.block.start)) {
    const names = expected.columns ?? outcome.columns.map(({ name }) => name);
    const indexes = names.map((name) => outcome.columns.findIndex((column) => column.name === name));
    const isChangelog = expected.mode === 'changelog';
    const rows = (isChangelog ? outcome.rows : rowsLeft(outcome.rows)).map((row) => ({
      ...row,
      cells: indexes.map((c) => shortCell(row.cells[c] ?? null, outcome.columns[c]?.root ?? '')),
    }));
    const lines = tableLines(names, rows, isChangelog).map((line) => `\n--   ${line}`);
    out = out.slice(0, expected.block.start) + lines.join('') + out.slice(expected.block.end);
  }
  return out;
}

/** The results as JUnit's XML, as CI servers read it. */
export function junit(results: readonly TestResult[], placeText: (file: string, place: Place) => string): string {
  const files = Map.groupBy(results, ({ file }) => file);
  const seconds = (of: readonly TestResult[]) =>
    (of.reduce((sum, each) => sum + each.milliseconds, 0) / 1000).toFixed(3);
  const failed = (of: readonly TestResult[]) => of.filter(({ failures }) => failures.length > 0).length;
  const suites = [...files].map(([file, tests]) => {
    const cases = tests.map((test) => {
      const head = `    <testcase name="${xml(test.name)}" classname="${xml(file)}" time="${seconds([test])}"`;
      if (test.isSkipped)
        return `${head}>\n      <skipped message="${xml(test.skipped?.join('; ') ?? '')}"/>\n    </testcase>`;
      if (test.failures.length === 0) return `${head}/>`;
      const failures = test.failures.map((each) => {
        const body = `${placeText(file, each.place)}\n${problemText(each)}`;
        return `      <failure message="${xml(each.message)}">${xml(body)}</failure>`;
      });
      return `${head}>\n${failures.join('\n')}\n    </testcase>`;
    });
    return `  <testsuite name="${xml(file)}" tests="${tests.length}" failures="${failed(tests)}" time="${seconds(tests)}">\n${cases.join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${results.length}" failures="${failed(results)}" time="${seconds(results)}">\n${suites.join('\n')}\n</testsuites>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const xml = (text: string): string =>
  // XML has no place for other control characters.
  [...text].map((c) => (c < ' ' && c !== '\n' && c !== '\t' ? '�' : (ENTITIES[c] ?? c))).join('');
