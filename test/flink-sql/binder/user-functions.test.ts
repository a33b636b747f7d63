import { describe, expect, it } from 'vitest';
import type { BindContext } from '../../../flink-sql/binder/api.ts';
import { applyCommand, bindStatement } from '../../../flink-sql/binder/index.ts';
import { CatalogStore } from '../../../flink-sql/catalog/store.ts';
import {
  SignatureNeeded,
  type UserFunctionKind,
  type UserFunctions,
} from '../../../flink-sql/functions/user-functions.ts';
import { parse } from '../../../flink-sql/syntax/index.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';

/** The diagnostics of the last statement; those before it must bind. */
function faults(script: string, around: Partial<BindContext> = {}) {
  const catalog = new CatalogStore();
  const { statements } = parse(script);
  return statements.flatMap(({ node }, i) => {
    if (!node) throw new Error('the script does not parse');
    const { value, diagnostics } = bindStatement(node, script, { catalog, options: {}, ...around });
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

  it('one of a jar is known where it runs', () => {
    const [fault] = faults("CREATE TEMPORARY FUNCTION f AS 'org.example.F'; SELECT f(1)", { jars: ['/lib/f.jar'] });
    expect(fault?.exception).toBe('UnsupportedOperationException');
    expect(fault?.message).toBe('The signature of the Java function org.example.F is known only where it runs.');
  });

  it('one in Python needs Python files', () => {
    const script = "CREATE TEMPORARY FUNCTION f AS 'm.f' LANGUAGE PYTHON; SELECT f(1)";
    expect(faults(script, { options: { 'python.files': 'm.py' } })[0]?.message).toBe(
      'The signature of the Python function m.f is known only where it runs.',
    );
    expect(faults(script)[0]?.message).toBe('org.apache.flink.client.python.PythonFunctionFactory');
  });

  const string = types.string();
  const call = { className: 'm.F', language: 'JAVA', name: 'f', files: [], args: [], grouped: false } as const;
  const answering = (kind: UserFunctionKind): UserFunctions => ({
    signature: () => ({ kind, args: [string], result: string, call: { ...call, deterministic: true } }),
  });
  const create = "CREATE TEMPORARY FUNCTION f AS 'm.F' USING JAR 'f.jar';";

  it('arguments are cast to what the function takes', () => {
    expect(faults(`${create} SELECT f(1), f(NULL)`, { functions: answering('SCALAR') })).toEqual([]);
  });

  it('a question without an answer goes through to who asks it', () => {
    const functions: UserFunctions = {
      signature(question) {
        throw new SignatureNeeded(question);
      },
    };
    expect(() => faults(`${create} SELECT f(1, 'a')`, { functions })).toThrow(SignatureNeeded);
  });

  it.each([
    [
      'SELECT * FROM LATERAL TABLE(f(1))',
      'SCALAR',
      "Function 'default_catalog.default_database.f' cannot be used as a table function.",
    ],
    ['SELECT f(1)', 'TABLE', "Cannot call table function here: 'f'"],
    [
      'SELECT f(1)',
      'PROCESS_TABLE',
      'm.F is a process table function, which the local runtime does not run. Run the statement on a Flink cluster.',
    ],
    ['SELECT f(a => 1)', 'SCALAR', 'The local runtime takes no named arguments for f: pass them by position.'],
  ] as const)('%s of a %s function is refused', (sql, kind, message) => {
    expect(faults(`${create} ${sql}`, { functions: answering(kind) })[0]?.message).toBe(message);
  });

  it('what the function says of its arguments is told', () => {
    const functions: UserFunctions = {
      signature: () => ({
        fault: [
          { exception: 'ValidationException', message: 'Invalid function call:\nf(INT NOT NULL)' },
          { exception: 'ValidationException', message: 'Invalid input arguments. Expected signatures are:\nf(STRING)' },
          { exception: 'ValidationException', message: 'Invalid input arguments.' },
        ],
      }),
    };
    const [fault] = faults(`${create} SELECT f(1)`, { functions });
    expect(fault?.message).toBe('Invalid input arguments. Expected signatures are:\nf(STRING)');
  });

  it('an unknown name with several parts is told by its last one, at its place', () => {
    const [fault] = faults('SELECT a.b.nope(1)');
    expect(fault?.message).toBe('No match found for function signature nope(<NUMERIC>)');
    expect([fault?.start, fault?.end]).toEqual([11, 18]);
  });
});
