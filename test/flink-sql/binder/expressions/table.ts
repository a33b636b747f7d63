import { type RowField, types } from '../../../../flink-sql/types/logical-type.ts';

/** The table that `columns.jsonl` was recorded over: a column of each type. */
export const columns: readonly RowField[] = [
  { name: 'b', type: types.boolean() },
  { name: 'ti', type: types.tinyint() },
  { name: 'si', type: types.smallint() },
  { name: 'i', type: types.int() },
  { name: 'l', type: types.bigint() },
  { name: 'f', type: types.float() },
  { name: 'd', type: types.double() },
  { name: 'dc', type: types.decimal(10, 2) },
  { name: 'dd', type: types.decimal(20, 5) },
  { name: 'c', type: types.char(3) },
  { name: 'vc', type: types.varchar(5) },
  { name: 's', type: types.string() },
  { name: 'bin', type: types.binary(3) },
  { name: 'vb', type: types.varbinary(4) },
  { name: 'bs', type: types.bytes() },
  { name: 'dt', type: types.date() },
  { name: 'tm', type: types.time(0) },
  { name: 't3', type: types.timestamp(3) },
  { name: 't6', type: types.timestamp(6) },
  { name: 'z3', type: types.timestampLtz(3) },
  { name: 'z6', type: types.timestampLtz(6) },
  { name: 'a', type: types.array(types.int()) },
  { name: 'm', type: types.map(types.string(), types.int()) },
  {
    name: 'r',
    type: types.row([
      { name: 'x', type: types.int() },
      { name: 'y', type: types.string() },
    ]),
  },
  { name: 'nn', type: types.int(false) },
  { name: 'rt', type: types.timestamp(3, true, 'ROWTIME') },
  { name: 'pt', type: types.timestampLtz(3, false, 'PROCTIME') },
  { name: 'ms', type: types.multiset(types.int()) },
];
