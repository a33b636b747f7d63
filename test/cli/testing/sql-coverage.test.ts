import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { test as runTests } from '../../../cli/test.ts';

const cases = join(import.meta.dirname, '..', 'sql-tests', 'covered');
const work = mkdtempSync(join(tmpdir(), 'millrace-coverage-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Report {
  readonly files: readonly {
    readonly file: string;
    readonly covered: number;
    readonly of: number;
    readonly points: readonly {
      readonly kind: string;
      readonly name: string;
      readonly outcomes: readonly { readonly label: string; readonly rows: number | null }[];
    }[];
  }[];
}

/** Runs tests with coverage: a line a point, what was printed, and LCOV. */
async function covered(path: string, ...more: string[]) {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const json = join(work, 'coverage.json');
  const lcov = join(work, 'coverage.lcov');
  try {
    const status = await runTests([path, '--coverage-json', json, '--coverage-lcov', lcov, ...more]);
    const { files } = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const lines = (files[0]?.points ?? []).map(({ name, outcomes }) => {
      const counts = outcomes.map(({ label, rows }) => `${label} ${rows ?? 'unknown'}`);
      return `${name}: ${counts.join(', ')}`;
    });
    return { status, text, files, lines, lcov: readFileSync(lcov, 'utf8') };
  } finally {
    write.mockRestore();
  }
}

describe('coverage of SQL tests', () => {
  it('counts rows by statement, branch, conjunct, side of a join and window', async () => {
    const { status, text, lines, lcov } = await covered(join(cases, 'pipeline.test.sql'));
    expect(status, text).toBe(0);
    expect(lines).toEqual([
      'CREATE VIEW sized: rows 5',
      'CASE: WHEN amount > 100 1, WHEN amount > 10 2, ELSE 2',
      "CASE: WHEN 'new' 1, ELSE 0",
      'WHERE: kept 5, filtered 2, filtered 1, filtered 1',
      'INSERT INTO totals: rows 2',
      "CASE: WHEN s.kind = 'small' 2, ELSE 1",
      'LEFT JOIN: matched 2, left rows without a match 1, right rows without a match 1',
      "CASE: WHEN s.kind = 'small' 2, ELSE 1",
      'HAVING: kept 2, filtered 1',
      'CREATE VIEW paid: rows 1',
      ',: matched 4',
      'WHERE: kept 1, filtered 2, filtered 1',
      'CREATE VIEW top_orders: rows 3',
      'WHERE: kept 2, filtered 1',
      'CREATE VIEW known: rows 1',
      'WHERE: kept 1, filtered 1',
      'CREATE VIEW per_hour: rows 2',
      'TUMBLE: fired 2, late rows dropped 1',
      'CREATE VIEW never_used: rows 0',
      'CASE: WHEN amount > 1 0, no WHEN holds 0',
    ]);
    expect(text).toMatch(/pipeline\.sql: 33 of 37 outcomes \(89 %\)\n.*pipeline\.sql:33 {2}CASE: ELSE: never\n/);
    // The CASE in the CASE, its second branch.
    expect(lcov).toContain('BRDA:33,2,1,0\n');
    expect(lcov).toMatch(/BRF:30\nBRH:27\n(.*\n)*DA:66,0\n(.*\n)*LF:20\nLH:18\nend_of_record\n$/);
  });

  it('counts joins of all kinds; what refers to rows around it is not measured', async () => {
    const { status, text, lines } = await covered(join(cases, 'joins.test.sql'));
    expect(status, text).toBe(0);
    expect(lines).toEqual([
      'CREATE VIEW looked_up: rows 3',
      'LEFT JOIN: matched 2, left rows without a match 1',
      'CREATE VIEW as_it_was: rows 1',
      'JOIN: matched 1, left rows without a match 1',
      'CREATE VIEW tagged: rows 1',
      'CROSS JOIN: matched 2, left rows without a match 1',
      'WHERE: kept 1, filtered 1',
      'CREATE VIEW unknown_shops: rows 1',
      'WHERE: kept 1, filtered 1',
      'WHERE: kept unknown, filtered unknown, filtered unknown',
      'CREATE VIEW full_names: rows 4',
      'FULL OUTER JOIN: matched 1, left rows without a match 1, right rows without a match 1',
      'CREATE VIEW old_windows: rows 2',
      'TUMBLE: fired 2, late rows dropped 1',
    ]);
    expect(text).toMatch(/joins\.sql:\d+ {2}WHERE: kept: not measured/);
  });

  it('counts each kind of join, window and condition, and tells what no row did', async () => {
    const { status, text, lines } = await covered(join(cases, 'kinds.test.sql'));
    expect(status, text).toBe(0);
    expect(lines).toEqual([
      'CREATE VIEW inner_join: rows 1',
      'JOIN: matched 1, left rows without a match 1, right rows without a match 2',
      'CREATE VIEW right_join: rows 2',
      'RIGHT JOIN: matched 1, left rows without a match 1, right rows without a match 1',
      'CREATE VIEW using_join: rows 3',
      'LEFT JOIN: matched 1, left rows without a match 1, right rows without a match 0',
      'CREATE VIEW cross_join: rows 2',
      'CROSS JOIN: matched 2',
      'CREATE VIEW semi: rows 1',
      'WHERE: kept 1, filtered 1',
      'WHERE: kept unknown, filtered unknown',
      'CREATE VIEW interval_join: rows 2',
      'LEFT JOIN: matched 1, left rows without a match 1, right rows without a match 1',
      'CREATE VIEW window_join: rows 1',
      'TUMBLE: fired 1, late rows dropped 0',
      'JOIN: matched 1, left rows without a match 1, right rows without a match 1',
      'TUMBLE: fired 1, late rows dropped 0',
      'CREATE VIEW hops: rows 5',
      'HOP: fired 5, late rows dropped 1',
      'CREATE VIEW steps: rows 2',
      'CUMULATE: fired 2, late rows dropped 0',
      'CREATE VIEW visits: rows 2',
      'SESSION: fired 2, late rows dropped 0',
      'CREATE VIEW top_one: rows 3',
      'QUALIFY: kept 2, filtered 1',
      'CREATE VIEW big: rows 1',
      'HAVING: kept 1, filtered 2, filtered 1',
      'CREATE VIEW either: rows 2',
      'WHERE: kept 1, filtered 1',
      'WHERE: kept 1, filtered 0',
      'CREATE VIEW graded: rows 2',
      'CASE: WHEN v > 5 2, ELSE 0',
    ]);
    const told = text.split('\n').filter((line) => /: (?:never|not measured)$/.test(line));
    expect(told.map((line) => line.replace(/^.*kinds\.sql:/, ''))).toEqual([
      '20  LEFT JOIN: right rows without a match: never',
      '24  WHERE: kept: not measured',
      '24  WHERE: filtered: not measured',
      '31  TUMBLE: late rows dropped: never',
      '32  TUMBLE: late rows dropped: never',
      '41  CUMULATE: late rows dropped: never',
      '46  SESSION: late rows dropped: never',
      '53  WHERE: filtered: never',
      '56  CASE: ELSE: never',
    ]);
  });

  it('counts only the tests that were run, and none that cannot run', async () => {
    const { lines } = await covered(join(cases, 'pipeline.test.sql'), '--filter', 'two largest');
    expect(lines[0]).toBe('CREATE VIEW sized: rows 0');
    expect(lines).toContain('CREATE VIEW top_orders: rows 3');
    const file = join(work, 'broken.test.sql');
    writeFileSync(
      join(work, 'broken.sql'),
      'CREATE VIEW v AS SELECT 1 AS a;\nCREATE VIEW w AS SELECT nothing FROM v;\n',
    );
    writeFileSync(file, '-- @use broken.sql\n\n-- @test t\nSELECT * FROM v;\n-- @then\n--   | a |\n--   | 1 |\n');
    const broken = await covered(file);
    expect(broken.status).toBe(1);
    expect(broken.lines).toEqual(['CREATE VIEW v: rows 0', 'CREATE VIEW w: rows 0']);
  });

  it('of the examples, a script and a notebook', async () => {
    const { files } = await covered(join(import.meta.dirname, '..', '..', '..', 'examples', 'tests'));
    expect(files.map(({ file, covered, of }) => [file.split('/').at(-1), covered, of])).toEqual([
      ['pipeline.sql', 5, 7],
      ['sales.flinknb', 6, 8],
    ]);
  });

  it('is of the local runtime', async () => {
    await expect(covered(cases, '--gateway', 'http://127.0.0.1:1')).rejects.toThrow(
      '--coverage is of tests on the local runtime',
    );
  });
});
