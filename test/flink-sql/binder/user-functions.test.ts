import { describe, expect, it } from 'vitest';
import { applyCommand, bindStatement } from '../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import { parse } from '../../../flink-sql/syntax/index.ts';

/** The diagnostics of the last statement; those before it must bind. */
function faults(script: string, jars: readonly string[] = []) {
  const catalog = new CatalogStore();
  const { statements } = parse(script);
  return statements.flatMap(({ node }, i) => {
    if (!node) throw new Error('the script does not parse');
    const { value, diagnostics } = bindStatement(node, script, { catalog, options: {}, jars });
    if (i === statements.length - 1) return diagnostics;
    if (value?.kind !== 'catalog') throw new Error(diagnostics[0]?.message ?? 'no command');
    applyCommand(value.command, catalog);
    return [];
  });
}

describe('functions of users', () => {
  it('a class that no jar holds is missing, as in Flink', () => {
    const [fault] = faults("CREATE FUNCTION f AS 'org.example.F'; SELECT f(1)");
    expect(fault).toMatchObject({ exception: 'ClassNotFoundException', message: 'org.example.F' });
  });

  it('one of a jar is told to run on a cluster', () => {
    const [fault] = faults("CREATE TEMPORARY FUNCTION f AS 'org.example.F'; SELECT f(1)", ['/lib/f.jar']);
    expect(fault?.exception).toBe('UnsupportedOperationException');
    expect(fault?.message).toContain("The function 'f' is the Java function org.example.F");
    expect(fault?.message).toContain('Run the statement on a Flink cluster.');
  });

  it('one in Python says so', () => {
    const script = "CREATE TEMPORARY FUNCTION f AS 'm.f' LANGUAGE PYTHON; SELECT f(1)";
    expect(faults(script, ['/lib/f.jar'])[0]?.message).toContain('is the Python function m.f');
    expect(faults(script)[0]?.message).toBe('org.apache.flink.client.python.PythonFunctionFactory');
  });

  it('an unknown name with several parts is told by its last one, at its place', () => {
    const [fault] = faults('SELECT a.b.nope(1)');
    expect(fault?.message).toBe('No match found for function signature nope(<NUMERIC>)');
    expect([fault?.start, fault?.end]).toEqual([11, 18]);
  });
});
