import { expect, it } from 'vitest';
import { cellReport } from '../../../extension/testing/cell-report.ts';

it('a cell of tests tells what passed and which rows differ', () => {
  const place = { start: 0, end: 1 };
  const test = { file: 'a.flinknb', milliseconds: 4.6, failures: [] };
  const text = cellReport([
    { ...test, name: 'one', passed: true, skipped: ['no cluster has a clock'] },
    {
      ...test,
      name: 'two',
      passed: false,
      failures: [
        {
          message: '1 row missing.',
          text: '1 row missing.\n  | a |\n  | 1 |\n- | 2 |\n+ | 3 |',
          place,
          at: { line: 7, column: 1 },
        },
        { message: 'none', text: 'none', place },
      ],
    },
  ]);
  const start = String.fromCharCode(27);
  const plain = text.replaceAll(/.\[(32|31|2|0)m/g, (code) => (code.startsWith(start) ? '' : code));
  expect(plain.split('\n')).toEqual([
    'passed  one  5 ms',
    '        skipped: no cluster has a clock',
    'failed  two  5 ms',
    '        line 7: 1 row missing.',
    '          | a |',
    '          | 1 |',
    '        - | 2 |',
    '        + | 3 |',
    '        none',
  ]);
  // What is missing is red, what came without being expected is green.
  expect(text).toContain(`${start}[31m- | 2 |${start}[0m`);
  expect(text).toContain(`${start}[32m+ | 3 |${start}[0m`);
});
