import { describe, expect, it } from 'vitest';
import type { Rex, RexCall } from '../../../flink-sql/plan/rex.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { stage } from '../../../local-runtime/udf/stages.ts';

const col = (index: number, type = types.int()): Rex => ({ kind: 'InputRef', index, type });
const flag = (index: number): Rex => col(index, types.boolean());
const call = (fn: string, ...operands: Rex[]): RexCall => ({ kind: 'Call', fn, operands, type: types.int() });
const user = (name: string, deterministic: boolean, ...operands: Rex[]): RexCall => ({
  ...call(name, ...operands),
  udf: { className: name, language: 'JAVA', name, files: [], args: [], grouped: false, deterministic },
});

/** Shown with `$n` for columns. */
function text(rex: Rex | undefined): string {
  if (rex === undefined) return '';
  if (rex.kind === 'InputRef') return `$${rex.index}`;
  return rex.kind === 'Call' ? `${rex.fn}(${rex.operands.map(text).join(', ')})` : rex.kind;
}

const shown = (exprs: readonly Rex[]) => {
  const { calls, exprs: rest } = stage(exprs, 2);
  return {
    calls: calls.map(
      ({ call: { fn }, args, guard }) => `${fn}(${args.map(text).join(', ')})${guard ? ` if ${text(guard)}` : ''}`,
    ),
    exprs: rest.map(text),
  };
};

describe('calls of functions are taken out of expressions', () => {
  it('inner ones first', () => {
    expect(shown([call('+', user('f', true, user('g', true, col(0))), col(1))])).toEqual({
      calls: ['g($0)', 'f($2)'],
      exprs: ['+($3, $1)'],
    });
  });

  it('the same call once, unless it answers anew each time', () => {
    expect(shown([user('f', true, col(0)), user('f', true, col(0)), user('f', true, col(1))])).toEqual({
      calls: ['f($0)', 'f($1)'],
      exprs: ['$2', '$2', '$3'],
    });
    expect(shown([user('f', false, col(0)), user('f', false, col(0))]).calls).toEqual(['f($0)', 'f($0)']);
  });

  it('those of CASE only for the rows that come there', () => {
    const cases = call('CASE', flag(0), user('f', true, col(1)), flag(1), col(1), user('g', true, col(1)));
    expect(shown([cases])).toEqual({
      calls: ['f($1) if IS TRUE($0)', 'g($1) if AND(IS NOT TRUE($0), IS NOT TRUE($1))'],
      exprs: ['CASE($0, $2, $1, $1, $3)'],
    });
  });

  it('those of AND and OR only where the operands before leave it open', () => {
    expect(shown([call('AND', flag(0), user('f', true, col(1)), user('g', true, col(1)))])).toEqual({
      calls: ['f($1) if IS NOT FALSE($0)', 'g($1) if AND(IS NOT FALSE($0), IS NOT FALSE($2))'],
      exprs: ['AND($0, $2, $3)'],
    });
    expect(shown([call('OR', flag(0), user('f', true, col(1)))]).calls).toEqual(['f($1) if IS NOT TRUE($0)']);
  });

  it('a call that is made for some rows is not taken for one that is needed for all', () => {
    expect(shown([call('AND', flag(0), user('f', true, col(1))), user('f', true, col(1))]).calls).toEqual([
      'f($1) if IS NOT FALSE($0)',
      'f($1)',
    ]);
  });
});
