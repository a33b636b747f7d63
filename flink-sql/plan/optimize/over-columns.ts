import { rexEquals } from '../../binder/expressions/rex-util.ts';
import { type LogicalType, types } from '../../types/logical-type.ts';
import type { OverRel, Rel } from '../rel.ts';
import { call, inputRef, project } from '../rel-builder.ts';
import type { Rex, RexOver } from '../rex.ts';

/** A window's keys and arguments as columns: those that are expressions are added to the projection below. */
export class OverColumns {
  readonly input: Rel;
  readonly exprs: Rex[];

  constructor(input: Rel) {
    this.input = input;
    this.exprs = input.fields.map((_, i) => inputRef(input.fields, i));
  }

  indexOf(rex: Rex): number {
    const found = this.exprs.findIndex((expr) => rexEquals(expr, rex));
    return found >= 0 ? found : this.exprs.push(rex) - 1;
  }

  get rel(): Rel {
    if (this.exprs.length === this.input.fields.length) {
      return this.input;
    }
    const names = this.exprs.map((_, i) => this.input.fields[i]?.name ?? `$${i}`);
    return project(this.input, this.exprs, names);
  }
}

/** The sort keys of a window; constants sort nothing. */
export function orderOf(over: RexOver, columns: OverColumns): OverRel['order'] {
  return over.orderBy
    .filter((key) => key.expr.kind !== 'Literal')
    .map((key) => ({ index: columns.indexOf(key.expr), descending: key.descending, nullsFirst: key.nullsFirst }));
}

/** SUM over a window is NULL without a value: CASE WHEN COUNT(x) > 0 THEN $SUM0(x) END, as Calcite rewrites it. */
export function loweredSum(over: RexOver, place: (over: RexOver) => Rex): Rex {
  if (over.call.fn !== 'SUM' || !over.call.type.nullable) {
    return place(over);
  }
  const notNull = { ...over.call.type, nullable: false } as LogicalType;
  const count = place({
    ...over,
    call: { ...over.call, fn: 'COUNT', type: types.bigint(false) },
    type: types.bigint(false),
  });
  const sum = place({ ...over, call: { ...over.call, fn: '$SUM0', type: notNull }, type: notNull });
  const zero: Rex = { kind: 'Literal', value: 0n, type: types.bigint(false) };
  const none: Rex = { kind: 'Literal', value: null, type: over.type };
  return call('CASE', [call('>', [count, zero], types.boolean(false)), sum, none], over.type);
}
