import type { MapValue } from '../../flink-sql/plan/rex.ts';
import { type LogicalType, types } from '../../flink-sql/types/logical-type.ts';
import { columnBuilder } from '../../local-runtime/batch/builder.ts';
import type { Column } from '../../local-runtime/batch/column.ts';
import { headersOf } from './headers.ts';
import { PartReader, type ReadPart } from './part-reader.ts';
import type { ThreadPage, ThreadPart, ThreadSchema } from './protocol.ts';
import type { Slot } from './slots.ts';

/** Makes the columns that a condition reads of the messages of a page. */
export class MessageColumns {
  private readonly slots: readonly Slot[];
  private readonly key: PartReader;
  private readonly value: PartReader;

  constructor(
    slots: readonly Slot[],
    parts: { readonly key: readonly [ThreadPart, LogicalType]; readonly value: readonly [ThreadPart, LogicalType] },
  ) {
    this.slots = slots;
    const fields = (of: 'key' | 'value') => slots.flatMap((slot) => (slot.of === of ? [slot.field] : []));
    const isWhole = (of: Slot['of']) => slots.some((slot) => slot.of === of);
    this.key = new PartReader(...parts.key, fields('key'), isWhole('key-whole'), isWhole('key-text'));
    this.value = new PartReader(...parts.value, fields('value'), isWhole('value-whole'), isWhole('value-text'));
  }

  know(schemas: readonly ThreadSchema[]): void {
    this.key.know(schemas);
    this.value.know(schemas);
  }

  /** A column a slot. `unreadable`: keys and values that are wanted and do not fit their format. */
  read(page: ThreadPage): { readonly columns: Column[]; readonly unreadable: number } {
    const key = this.key.read(page.bytes, page.keys, page.count);
    const value = this.value.read(page.bytes, page.values, page.count);
    const columns = this.slots.map((slot) => columnOf(slot, page, key, value));
    return { columns, unreadable: key.unreadable + value.unreadable };
  }
}

function columnOf(slot: Slot, page: ThreadPage, key: ReadPart, value: ReadPart): Column {
  switch (slot.of) {
    case 'key':
      return key.field(slot.field);
    case 'value':
      return value.field(slot.field);
    case 'key-whole':
      return key.whole();
    case 'value-whole':
      return value.whole();
    case 'key-text':
      return key.text();
    case 'value-text':
      return value.text();
    case 'header':
      return headerColumn(page, slot.name);
    case 'headers':
      return headersColumn(page);
    case 'partition':
      return { kind: 'i32', values: new Int32Array(page.count).fill(page.partition), nulls: undefined };
    case 'offset':
      return offsets(page);
    case 'timestamp':
      return timestamps(page);
  }
}

function offsets({ count, baseOffset, offsetDeltas }: ThreadPage): Column {
  const values = new BigInt64Array(count);
  for (let i = 0; i < count; i++) values[i] = baseOffset + BigInt(offsetDeltas[i] as number);
  return { kind: 'i64', values, nulls: undefined };
}

function timestamps({ count, baseTimestamp, timestampDeltas }: ThreadPage): Column {
  const ms = new Float64Array(count);
  const base = Number(baseTimestamp);
  for (let i = 0; i < count; i++) ms[i] = base + (timestampDeltas[i] as number);
  return { kind: 'ts', ms, nanos: undefined, nulls: undefined };
}

const utf8 = new TextDecoder();

/** The values of one header; of a repeated one the last counts. */
function headerColumn(page: ThreadPage, name: string): Column {
  const builder = columnBuilder(types.string());
  const wanted = new TextEncoder().encode(name);
  for (let i = 0; i < page.count; i++) {
    let found: Uint8Array | null = null;
    for (const [header, value] of headersOf(page.bytes, page.headers[i] as number))
      if (Buffer.compare(header, wanted) === 0) found = value;
    builder.append(found && utf8.decode(found));
  }
  return builder.take(page.count);
}

function headersColumn(page: ThreadPage): Column {
  const builder = columnBuilder(types.map(types.string(), types.string()));
  for (let i = 0; i < page.count; i++) {
    const entries = new Map<string, string | null>();
    for (const [name, value] of headersOf(page.bytes, page.headers[i] as number))
      entries.set(utf8.decode(name), value && utf8.decode(value));
    const map: MapValue = { keys: [...entries.keys()], values: [...entries.values()] };
    builder.append(map);
  }
  return builder.take(page.count);
}
