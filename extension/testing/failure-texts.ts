import type { DiffLine } from '../../testing/compare.ts';
import { tableLines } from '../../testing/rows.ts';
import type { ReportedFailure } from './test-process.ts';

/** The rows that were expected and those that came, as two texts that a diff editor shows side by side. */
export function diffTexts({
  difference,
  withKinds = false,
}: ReportedFailure): { expected: string; actual: string } | undefined {
  if (!difference || difference.lines.length === 0) return undefined;
  const { columns, lines } = difference;
  // All rows decide the widths, so that equal rows are equal lines.
  const all = tableLines(columns, lines, withKinds);
  const [head = '', ...rows] = all;
  const side = (left: DiffLine['sign']): string =>
    [head, ...rows.filter((_, i) => lines[i]?.sign === ' ' || lines[i]?.sign === left)].join('\n');
  return { expected: side('-'), actual: side('+') };
}
