// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { describe, expect, test } from 'vitest';
import {
  askedParameters,
  chosenParameters,
  parameterRemarks,
  valuesForReading,
} from '../../../extension/deploy/parameters.ts';

const TEXT = `-- @param day DATE
-- @param rate INT 5
-- @param prefix STRING
-- @param fast BOOLEAN false
-- @param kind ENUM(new, paid)
SELECT '\${kind}'`;

describe('parameters of a text that is deployed', () => {
  test('are asked for with their values', () => {
    expect(askedParameters(TEXT)).toEqual([
      { name: 'day', type: 'DATE', choices: [], fallback: null },
      { name: 'rate', type: 'INT', choices: [], fallback: '5' },
      { name: 'prefix', type: 'STRING', choices: [], fallback: null },
      { name: 'fast', type: 'BOOLEAN', choices: ['true', 'false'], fallback: 'false' },
      { name: 'kind', type: 'ENUM', choices: ['new', 'paid'], fallback: 'new' },
    ]);
  });

  test('a field left empty is as the text says; where that says nothing it is asked for, but for a text', () => {
    expect(chosenParameters(TEXT, { rate: '', fast: 'true' })).toEqual({
      chosen: { prefix: '', fast: 'true' },
      problems: { day: 'The text says no value for it' },
    });
    expect(chosenParameters(TEXT, { day: '2024-02-03', rate: 'x', kind: 'old', other: '1' })).toEqual({
      chosen: { day: '2024-02-03', rate: 'x', prefix: '', kind: 'old' },
      problems: { rate: "'x' is no INT, which rate is", kind: 'kind is one of new, paid' },
    });
  });

  test('a text can be read before all are given, with what fits of those that are', () => {
    const { chosen, fallbacks } = valuesForReading(TEXT, { rate: '7', kind: 'old' });
    expect(Object.fromEntries(chosen)).toEqual({ rate: '7' });
    expect(Object.fromEntries(fallbacks)).toEqual({ day: '2000-01-01', prefix: '', fast: 'false', kind: 'new' });
  });

  test('a directive that says nothing has its line', () => {
    expect(parameterRemarks('SELECT 1;\n-- @param x MAP 1')).toEqual([
      { line: 2, message: expect.stringContaining('MAP is no type of a parameter') },
    ]);
  });
});
