import { describe, expect, it } from 'vitest';
import { runnableFunctions, sampleRows } from '../../../extension/udf/runnable-functions.ts';
import { functionNames } from '../../../udf/names.ts';
import { javaScaffold } from '../../../udf/scaffold-java.ts';
import { pythonScaffold } from '../../../udf/scaffold-python.ts';

const names = functionNames('tax_rate');
if (!names) throw new Error('a name that is none');

describe('functions that are run with sample rows', () => {
  it.each([
    ['scalar', 1],
    ['table', 1],
    ['aggregate', 1],
    ['async', 0],
    ['process', 0],
  ] as const)('a new Java project of kind %s has %i', (kind, count) => {
    const { files, source } = javaScaffold(names, kind, 'functions', '2.2.1');
    const text = files.get(source) ?? '';
    const found = runnableFunctions(source, text);
    expect(found.map(({ className }) => className)).toEqual(Array(count).fill('functions.TaxRate'));
    for (const { line } of found) expect(text.split('\n')[line]).toMatch(/ (?:eval|accumulate)\(/);
  });

  it.each(['scalar', 'table', 'aggregate'] as const)('a new Python project of kind %s has one', (kind) => {
    const { files, source } = pythonScaffold(names, kind, '2.2.1');
    const found = runnableFunctions(source, files.get(source) ?? '');
    expect(found.map(({ className }) => className)).toEqual(['tax_rate.tax_rate']);
    expect(runnableFunctions(`test_${source}`, files.get(source) ?? '')).toEqual([]);
  });

  it('each overload of each class of a file has its own', () => {
    const text = [
      'package a.b;',
      'public class Functions {',
      '  public static class Twice extends ScalarFunction {',
      '    public Integer eval(Integer x) { return 2 * x; }',
      '    public @Nullable Long eval(Long x) { return 2 * x; }',
      '    public Long eval(Long x, Long y) { return x * y; }',
      '  }',
      '  public static class Other extends Thing {',
      '    public int eval(int x) { return x; }',
      '  }',
      '  public static class Words extends org.apache.flink.table.functions.TableFunction<Row> {',
      '    public void eval(String... texts) {}',
      '  }',
      '}',
    ].join('\n');
    expect(runnableFunctions('/src/Functions.java', text)).toEqual([
      { className: 'a.b.Functions$Twice', line: 3 },
      { className: 'a.b.Functions$Twice', line: 4 },
      { className: 'a.b.Functions$Twice', line: 5 },
      { className: 'a.b.Functions$Words', line: 11 },
    ]);
    expect(runnableFunctions('/src/Plain.java', 'class Plain { public int eval(int x) { return x; } }')).toEqual([]);
  });

  it('rows are typed as JSON', () => {
    expect(sampleRows(' [1, "a"]')).toEqual(['[1,"a"]']);
    expect(sampleRows('[1] [2],\n[[3, 4]]')).toEqual(['[1]', '[2]', '[[3,4]]']);
    for (const wrong of ['', '1', '[1', '{"a": 1}', '[1] 2']) expect(() => sampleRows(wrong)).toThrow('as JSON');
  });
});
