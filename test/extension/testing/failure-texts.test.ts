import { expect, it } from 'vitest';
import { diffTexts } from '../../../extension/testing/failure-texts.ts';
import type { DiffLine } from '../../../testing/compare.ts';

const line = (sign: DiffLine['sign'], rowKind: DiffLine['rowKind'], ...cells: string[]): DiffLine => ({
  sign,
  rowKind,
  cells,
});
const failure = (lines: DiffLine[], withKinds = false) => ({
  message: '1 row missing.',
  text: '',
  place: { start: 0, end: 1 },
  difference: { message: '1 row missing.', columns: ['k', 'n'], lines },
  withKinds,
});

it('rows that are the same are the same lines on both sides', () => {
  const texts = diffTexts(failure([line(' ', '+I', 'a', '1'), line('-', '+I', 'long', '2'), line('+', '+I', 'b', '')]));
  expect(texts).toEqual({
    expected: ['| k    | n  |', '| a    | 1  |', '| long | 2  |'].join('\n'),
    actual: ['| k    | n  |', '| a    | 1  |', "| b    | '' |"].join('\n'),
  });
});

it('a changelog shows its kinds', () => {
  expect(diffTexts(failure([line('+', '-U', 'a', '1')], true))?.actual).toBe('   | k | n |\n-U | a | 1 |');
});

it('what has no rows is no diff', () => {
  expect(diffTexts(failure([]))).toBeUndefined();
  expect(diffTexts({ message: 'x', text: 'x', place: { start: 0, end: 0 } })).toBeUndefined();
});
