import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../../errors.ts';
import { jsonWriter } from '../../functions/json.ts';
import { canonical } from '../../state/canonical.ts';
import { ObjectAggregate } from './list.ts';

type Writer = (value: Value) => string;

function writerFor(type: LogicalType | undefined, zone: string): Writer {
  return type ? jsonWriter(type, zone) : () => 'null';
}

/**
 * JSON_OBJECTAGG (JsonObjectAggFunction): the value of each key, keys in order of their text; NULL values are kept or left out; a
 * NULL key or one that is there already fails the job.
 */
export class JsonObjectAgg extends ObjectAggregate<Map<string, Value>> {
  private readonly absentOnNull: boolean;
  private readonly json: Writer;

  constructor(args: readonly number[], absentOnNull: boolean, types: readonly LogicalType[], zone: string) {
    super(args);
    this.absentOnNull = absentOnNull;
    this.json = writerFor(types[1], zone);
  }
  protected create(): Map<string, Value> {
    return new Map();
  }
  private key(row: number): string {
    const key = this.arg(0, row);
    if (key === null) {
      throw new FlinkFault(
        'TableRuntimeException',
        "Map views don't support null keys. Please use an empty string or another placeholder instead.",
      );
    }
    return key as string;
  }
  protected add(acc: Map<string, Value>, row: number): void {
    const key = this.key(row);
    const value = this.arg(1, row);
    if (value === null && this.absentOnNull) return;
    if (acc.has(key)) {
      throw new FlinkFault(
        'TableException',
        `Key '${key}' is already present. Duplicate keys are not allowed in JSON_OBJECTAGG. Please ensure that keys are unique.`,
      );
    }
    acc.set(key, value);
  }
  protected remove(acc: Map<string, Value>, row: number): void {
    acc.delete(this.key(row));
  }
  protected mergeInto(into: Map<string, Value>, from: Map<string, Value>): void {
    for (const [key, value] of from) into.set(key, value);
  }
  protected value(acc: Map<string, Value>): Value {
    const keys = [...acc.keys()].sort();
    return `{${keys.map((k) => `${JSON.stringify(k)}:${this.text(acc.get(k) ?? null)}`).join(',')}}`;
  }
  private text(value: Value): string {
    return value === null ? 'null' : this.json(value);
  }
  protected size(acc: Map<string, Value>): number {
    return acc.size * 2;
  }
}

/** JSON_ARRAYAGG (JsonArrayAggFunction): values in the order they came; NULLs are kept or left out. */
export class JsonArrayAgg extends ObjectAggregate<Value[]> {
  private readonly absentOnNull: boolean;
  private readonly json: Writer;

  constructor(args: readonly number[], absentOnNull: boolean, types: readonly LogicalType[], zone: string) {
    super(args);
    this.absentOnNull = absentOnNull;
    this.json = writerFor(types[0], zone);
  }
  protected create(): Value[] {
    return [];
  }
  protected add(acc: Value[], row: number): void {
    const value = this.arg(0, row);
    if (value !== null || !this.absentOnNull) acc.push(value);
  }
  protected remove(acc: Value[], row: number): void {
    const key = canonical(this.arg(0, row));
    const at = acc.findIndex((v) => canonical(v) === key);
    if (at >= 0) acc.splice(at, 1);
  }
  protected mergeInto(into: Value[], from: Value[]): void {
    into.push(...from);
  }
  protected value(acc: Value[]): Value {
    return `[${acc.map((v) => (v === null ? 'null' : this.json(v))).join(',')}]`;
  }
  protected size(acc: Value[]): number {
    return acc.length;
  }
}
