import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';
import { i32, struct, type ThriftValue, text } from './thrift.ts';

/** Numbers of the format's enums. */
export const PHYSICAL = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED: 7,
} as const;
export type Physical = keyof typeof PHYSICAL;
const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;
const CONVERTED = {
  UTF8: 0,
  MAP: 1,
  MAP_KEY_VALUE: 2,
  LIST: 3,
  DECIMAL: 5,
  DATE: 6,
  TIME_MILLIS: 7,
  TIMESTAMP_MILLIS: 9,
  TIMESTAMP_MICROS: 10,
  INT_8: 15,
  INT_16: 16,
} as const;

export type TimeUnit = 'millis' | 'micros' | 'nanos';

/** How timestamps are written: `unit` of 64 bits, or the old 96 bits when undefined. */
export interface ParquetWriteOptions {
  readonly utc: boolean;
  readonly unit: TimeUnit | undefined;
}

export interface ParquetNode {
  readonly name: string;
  readonly repetition: keyof typeof REPETITION;
  readonly physical?: Physical;
  /** Bytes of a FIXED. */
  readonly length?: number;
  readonly converted?: keyof typeof CONVERTED;
  readonly logical?: ThriftValue;
  readonly scale?: number;
  readonly precision?: number;
  readonly children: readonly ParquetNode[];
}

/** The columns of a table as Flink writes them (ParquetSchemaConverter). */
export function parquetNodes(fields: readonly RowField[], options: ParquetWriteOptions): ParquetNode[] {
  return fields.map((f) => nodeOf(f.name, f.type, options));
}

function nodeOf(name: string, type: LogicalType, options: ParquetWriteOptions): ParquetNode {
  const base = { name, repetition: type.nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const), children: [] };
  switch (type.root) {
    case 'BOOLEAN':
      return { ...base, physical: 'BOOLEAN' };
    case 'TINYINT':
      return { ...base, physical: 'INT32', converted: 'INT_8', logical: integer(8) };
    case 'SMALLINT':
      return { ...base, physical: 'INT32', converted: 'INT_16', logical: integer(16) };
    case 'INTEGER':
      return { ...base, physical: 'INT32' };
    case 'BIGINT':
      return { ...base, physical: 'INT64' };
    case 'FLOAT':
      return { ...base, physical: 'FLOAT' };
    case 'DOUBLE':
      return { ...base, physical: 'DOUBLE' };
    case 'CHAR':
    case 'VARCHAR':
      return { ...base, physical: 'BYTE_ARRAY', converted: 'UTF8', logical: struct([1, struct()]) };
    case 'BINARY':
    case 'VARBINARY':
      return { ...base, physical: 'BYTE_ARRAY' };
    case 'DATE':
      return { ...base, physical: 'INT32', converted: 'DATE', logical: struct([6, struct()]) };
    case 'TIME_WITHOUT_TIME_ZONE':
      return { ...base, physical: 'INT32', converted: 'TIME_MILLIS', logical: struct([7, timed(true, 'millis')]) };
    case 'DECIMAL': {
      const { precision, scale } = type;
      const logical = struct([5, struct([1, i32(scale)], [2, i32(precision)])]);
      return {
        ...base,
        physical: 'FIXED',
        length: decimalBytes(precision),
        converted: 'DECIMAL',
        scale,
        precision,
        logical,
      };
    }
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const { unit } = options;
      if (unit === undefined) return { ...base, physical: 'INT96' };
      const logical = struct([8, timed(false, unit)]);
      if (unit === 'nanos') return { ...base, physical: 'INT64', logical };
      return {
        ...base,
        physical: 'INT64',
        converted: unit === 'millis' ? 'TIMESTAMP_MILLIS' : 'TIMESTAMP_MICROS',
        logical,
      };
    }
    case 'ARRAY':
      return {
        ...base,
        converted: 'LIST',
        logical: struct([3, struct()]),
        children: [{ name: 'list', repetition: 'REPEATED', children: [nodeOf('element', type.element, options)] }],
      };
    case 'MAP':
      return mapNode(base, type.key, type.value, options);
    case 'MULTISET':
      return mapNode(base, type.element, types.int(false), options);
    case 'ROW':
      return { ...base, children: parquetNodes(type.fields, options) };
    default:
      throw new FlinkFault('UnsupportedOperationException', `Unsupported type: ${asSummaryString(type)}`);
  }
}

function mapNode(
  base: Pick<ParquetNode, 'name' | 'repetition'>,
  key: LogicalType,
  value: LogicalType,
  options: ParquetWriteOptions,
): ParquetNode {
  const entry: ParquetNode = {
    name: 'key_value',
    repetition: 'REPEATED',
    converted: 'MAP_KEY_VALUE',
    // A map's keys are never null in the format, whatever the type says.
    children: [{ ...nodeOf('key', key, options), repetition: 'REQUIRED' }, nodeOf('value', value, options)],
  };
  return { ...base, converted: 'MAP', logical: struct([2, struct()]), children: [entry] };
}

const integer = (bits: number) =>
  struct([10, struct([1, { kind: 'i8', value: bits }], [2, { kind: 'bool', value: true }])]);

const timed = (utc: boolean, unit: TimeUnit) =>
  struct([1, { kind: 'bool', value: utc }], [2, struct([{ millis: 1, micros: 2, nanos: 3 }[unit], struct()])]);

/** Least bytes that hold every decimal of a precision. */
export function decimalBytes(precision: number): number {
  let n = 1;
  while (2n ** BigInt(8 * n - 1) < 10n ** BigInt(precision)) n++;
  return n;
}

/** The schema of the footer: the tree flattened, each node before its children. */
export function schemaElements(nodes: readonly ParquetNode[]): ThriftValue[] {
  const out: ThriftValue[] = [struct([4, text('flink_schema')], [5, i32(nodes.length)])];
  const visit = (node: ParquetNode) => {
    out.push(
      struct(
        [1, node.physical ? i32(PHYSICAL[node.physical]) : undefined],
        [2, node.length === undefined ? undefined : i32(node.length)],
        [3, i32(REPETITION[node.repetition])],
        [4, text(node.name)],
        [5, node.children.length ? i32(node.children.length) : undefined],
        [6, node.converted === undefined ? undefined : i32(CONVERTED[node.converted])],
        [7, node.scale === undefined ? undefined : i32(node.scale)],
        [8, node.precision === undefined ? undefined : i32(node.precision)],
        [10, node.logical],
      ),
    );
    node.children.forEach(visit);
  };
  nodes.forEach(visit);
  return out;
}
