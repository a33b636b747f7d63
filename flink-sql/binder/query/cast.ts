import type { Rex } from '../../plan/rex.ts';
import { sameBaseType } from '../../types/compare.ts';
import { type LogicalType, withNullability } from '../../types/logical-type.ts';

/** The expression in this type; a cast only where more than nullability differs (RexBuilder.ensureType). */
export function castTo(rex: Rex, type: LogicalType): Rex {
  if (sameBaseType(rex.type, type)) {
    return rex;
  }
  const target = withNullability(type, rex.type.nullable || (rex.kind === 'Literal' && rex.value === null));
  if (rex.kind === 'Literal' && rex.value === null) {
    return { kind: 'Literal', value: null, type: target };
  }
  return { kind: 'Call', fn: 'CAST', operands: [rex], type: target };
}
