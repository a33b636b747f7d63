import { describe, expect, it } from 'vitest';
import { marksOf, type ReportedScript, together } from '../../../extension/testing/coverage-details.ts';

const place = { start: 0, end: 5 };
const script = (file: string, ...rows: (number | null)[]): ReportedScript => ({
  file,
  points: [
    { kind: 'statement', name: 'CREATE VIEW v', place, outcomes: [{ label: 'rows', place, rows: 3 }] },
    {
      kind: 'where',
      name: 'WHERE',
      place: { start: 2, end: 4 },
      outcomes: rows.map((each, i) => ({ label: i === 0 ? 'kept' : 'filtered', place, rows: each })),
    },
  ],
});
const rowsOf = ({ points }: ReportedScript) => points[1]?.outcomes.map(({ rows }) => rows);

describe('coverage in the editor', () => {
  it('adds up what the files of tests say of one script', () => {
    const [a, b, ...more] = together([[script('a', 1, 0)], [script('a', 2, 5), script('b', 0, 0)]]);
    expect(more).toEqual([]);
    expect(a && rowsOf(a)).toEqual([3, 5]);
    expect(b && rowsOf(b)).toEqual([0, 0]);
  });

  it('says never only where all could count', () => {
    const [sum] = together([[script('a', null, null, 0, 0)], [script('a', null, 2, null, 0)]]);
    expect(sum && rowsOf(sum)).toEqual([null, 2, null, 0]);
  });

  it('takes the later report of a script that was changed', () => {
    const changed = { ...script('a', 1), points: [] };
    expect(together([[script('a', 1)], [changed]])).toEqual([changed]);
  });

  it('marks what was counted', () => {
    expect(marksOf(script('a', 2, 0, null))).toEqual([
      { place, rows: 3, branches: [] },
      {
        place: { start: 2, end: 4 },
        rows: 2,
        branches: [
          { label: 'WHERE: kept', place, rows: 2 },
          { label: 'WHERE: filtered', place, rows: 0 },
        ],
      },
    ]);
    expect(marksOf(script('a', null, null))).toHaveLength(1);
  });
});
