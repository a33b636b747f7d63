import { rewriteRex, rexSome } from '../../binder/expressions/rex-util.ts';
import type { ProjectRel } from '../rel.ts';
import { inputRef } from '../rel-builder.ts';
import type { Rex, RexOver } from '../rex.ts';

const isComputed = (rex: Rex): boolean => rex.kind !== 'InputRef' && rex.kind !== 'Literal';

/** SUM over a window is a CASE with constants, but of what is never NULL. */
const hasConstants = ({ call }: RexOver): boolean => call.fn === 'SUM' && call.type.nullable;

/**
 * Does Flink put a projection of the used columns below the window of a projection with OVER? It splits the expressions by levels
 * (CalcRelSplitter), and makes such a level for constants outside of the calls and for keys and arguments that are computed
 * (`level`); where a condition is below, its projection stays by itself (`condition`). Else the window reads all that its input has.
 */
export function splitsBelow(top: ProjectRel): 'level' | 'condition' | undefined {
  if (top.input.kind === 'Filter') return 'condition';
  for (const expr of top.exprs) {
    let found = false;
    const around = rewriteRex(expr, (node) => {
      if (node.kind !== 'Over') return node;
      const keys = [...node.partitionBy, ...node.orderBy.map((key) => key.expr), ...node.call.args];
      const computed = keys.some((key) => isComputed(overProjected(key, top)));
      found ||= computed || hasConstants(node);
      return { kind: 'InputRef', index: 0, type: node.type };
    });
    found ||= around.kind !== 'Literal' && rexSome(around, ({ kind }) => kind === 'Literal');
    if (found) return 'level';
  }
  return undefined;
}

/** What a key is over the projection below, which is one with the projection above. */
function overProjected(key: Rex, top: ProjectRel): Rex {
  const below = top.input;
  if (key.kind !== 'InputRef' || below.kind !== 'Project') return key;
  return below.exprs[key.index] ?? inputRef(below.fields, key.index);
}
