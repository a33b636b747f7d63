import type { Rex } from '../../flink-sql/plan/rex.ts';
import { typesEqual } from '../../flink-sql/types/compare.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Column } from '../batch/column.ts';
import { compileScalar } from '../codegen/index.ts';
import type { ConnectorEnvironment } from './connector.ts';

/** A metadata column whose declared type may not be the metadata's own. */
export interface MetadataCast {
  /** Its position among the columns. */
  readonly column: number;
  readonly from: LogicalType;
  readonly to: LogicalType;
}

/** Brings metadata to the types that a table declares, as an explicit CAST does (DynamicSourceUtils.pushMetadataProjection). */
export function metadataCasts(
  casts: readonly MetadataCast[],
  { zone, now, options }: ConnectorEnvironment,
): (columns: Column[], length: number) => Column[] {
  const needed = casts
    .filter(({ from, to }) => !typesEqual({ ...from, nullable: true }, { ...to, nullable: true }))
    .map(({ column, from, to }) => {
      const operand: Rex = { kind: 'InputRef', index: 0, type: from };
      const rex: Rex = { kind: 'Call', fn: 'CAST', operands: [operand], type: to };
      return { column, cast: compileScalar(rex, [from], { zone, clock: { now }, options }) };
    });
  if (needed.length === 0) return (columns) => columns;
  return (columns, length) => {
    for (const { column, cast } of needed) {
      const input = columns[column] as Column;
      columns[column] = cast.evalColumn({ length, kinds: undefined, columns: [input], marks: undefined });
    }
    return columns;
  };
}
