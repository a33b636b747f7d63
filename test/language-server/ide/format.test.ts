import { describe, expect, it } from 'vitest';
import { formatEdit } from '../../../language-server/ide/format.ts';

const apply = (source: string, isCell: boolean): string => {
  const edit = formatEdit(source, isCell);
  return edit ? source.slice(0, edit.start) + edit.text + source.slice(edit.end) : source;
};

describe('document formatting', () => {
  it.each([
    ['select  1;\nselect a from t;\n', false, 'select 1;\nselect a from t;\n'],
    ['select   1;', true, 'select 1;'],
    ['select   1;\r\nselect 2 ;\r\n', false, 'select 1;\r\nselect 2;\r\n'],
    ['-- %%\nselect   1;\n-- %% [markdown]\n-- a   b\n', false, '-- %%\nselect 1;\n-- %% [markdown]\n-- a   b\n'],
  ] as const)('%j', (source, isCell, expected) => {
    expect(apply(source, isCell)).toBe(expected);
  });

  it('is no edit where nothing changes', () => {
    expect(formatEdit('select 1;\n', false)).toBeUndefined();
    expect(formatEdit('select 1;', true)).toBeUndefined();
  });

  it('touches no more than what changes', () => {
    expect(formatEdit('select 1;\nselect  2;\nselect 3;\n', false)).toEqual({ start: 17, end: 18, text: '' });
  });
});
