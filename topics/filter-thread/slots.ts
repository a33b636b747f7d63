import { mapOperands } from '../../flink-sql/binder/expressions/rex-util.ts';
import type { Rex, RexInputRef } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';
import type { ThreadNeeds } from './protocol.ts';

/** A column that a condition reads, as it is made of messages. */
export type Slot =
  | { readonly of: 'key' | 'value'; readonly field: number; readonly type: LogicalType }
  | { readonly of: 'key-whole' | 'value-whole' | 'key-text' | 'value-text'; readonly type: LogicalType }
  | { readonly of: 'header'; readonly name: string; readonly type: LogicalType }
  | { readonly of: 'headers' | 'partition' | 'offset' | 'timestamp'; readonly type: LogicalType };

const KEY = 0;
const VALUE = 1;
const HEADERS = 2;
const WHOLE = [
  'key-whole',
  'value-whole',
  'headers',
  'partition',
  'offset',
  'timestamp',
  'key-text',
  'value-text',
] as const;

/**
 * Finds what a condition reads of messages: of a key or a value the single fields, of headers the single names, so that only these are
 * decoded; and rewrites the condition over them.
 */
export class Slots {
  readonly list: Slot[] = [];
  private readonly known = new Map<string, number>();
  private readonly projected: readonly number[];
  private readonly columns: readonly LogicalType[];

  /** `projected`: which of the table's columns the condition's fields are. */
  constructor(projected: readonly number[], columns: readonly LogicalType[]) {
    this.projected = projected;
    this.columns = columns;
  }

  get types(): LogicalType[] {
    return this.list.map(({ type }) => type);
  }

  get needs(): ThreadNeeds {
    const any = (...of: Slot['of'][]) => this.list.some((slot) => of.includes(slot.of));
    return {
      key: any('key', 'key-whole', 'key-text'),
      value: any('value', 'value-whole', 'value-text'),
      headers: any('header', 'headers'),
    };
  }

  /** A field of the scan as a slot. */
  column(index: number): RexInputRef {
    const column = this.projected[index] as number;
    const type = this.columns[column] as LogicalType;
    return this.slot({ of: WHOLE[column] as (typeof WHOLE)[number], type });
  }

  rewrite(rex: Rex): Rex {
    if (rex.kind === 'InputRef') return this.column(rex.index);
    if (rex.kind === 'FieldAccess') {
      const column = this.columnOf(rex.operand);
      if (column === KEY || column === VALUE)
        return this.slot({ of: column === KEY ? 'key' : 'value', field: rex.index, type: rex.type });
    }
    if (rex.kind === 'Call' && rex.fn === 'ITEM') {
      const [map, name] = rex.operands;
      const text = name && textOf(name);
      if (map && text !== undefined && this.columnOf(map) === HEADERS)
        return this.slot({ of: 'header', name: text, type: types.string() });
    }
    return mapOperands(rex, (operand) => this.rewrite(operand));
  }

  private columnOf(rex: Rex): number {
    return rex.kind === 'InputRef' ? (this.projected[rex.index] as number) : -1;
  }

  private slot(slot: Slot): RexInputRef {
    const id = JSON.stringify([slot.of, 'field' in slot ? slot.field : 'name' in slot ? slot.name : null]);
    let index = this.known.get(id);
    if (index === undefined) {
      index = this.list.push(slot) - 1;
      this.known.set(id, index);
    }
    return { kind: 'InputRef', index, type: slot.type };
  }
}

/** A text that stands in the condition, also as the map's key type. */
function textOf(rex: Rex): string | undefined {
  if (rex.kind === 'Literal') return typeof rex.value === 'string' ? rex.value : undefined;
  if (rex.kind === 'Call' && rex.fn === 'CAST') return rex.operands[0] && textOf(rex.operands[0]);
  return undefined;
}
