// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { describe, expect, it } from 'vitest';
import { findVariables, withPlaceholders } from '../../../flink-sql/syntax/variables.ts';

describe('variables', () => {
  it('are found in texts, literals and names, not in comments', () => {
    const source =
      "SELECT '${A}', `x${B}`, ${C:-7} -- ${D}\nFROM t /* ${E} */ /*+ OPTIONS('k' = '${F.g}') */ WHERE a = '$${H}' AND '${1}' <> '${'";
    expect(
      findVariables(source).map((v) => [v.name, v.within, v.fallback, v.escaped, source.slice(v.start, v.end)]),
    ).toEqual([
      ['A', 'string', undefined, false, '${A}'],
      ['B', 'identifier', undefined, false, '${B}'],
      ['C', 'text', '7', false, '${C:-7}'],
      ['F.g', 'string', undefined, false, '${F.g}'],
      ['H', 'string', undefined, true, '$${H}'],
    ]);
  });

  it.each([
    ['SELECT a FROM ${TABLE} LIMIT ${N}', 'SELECT a FROM v_TABLE_ LIMIT 0001'],
    ["SELECT '${A}' -- ${B}", "SELECT '${A}' -- ${B}"],
    ['SELECT 1', 'SELECT 1'],
    ['SELECT ${a.b:-c d} FROM t', 'SELECT v_a_b______ FROM t'],
  ])('%s has stand-ins of the same length', (source, expected) => {
    expect(withPlaceholders(source)).toBe(expected);
    expect(expected).toHaveLength(source.length);
  });
});
