import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';

/** Types that a cell cannot hold, and what may be in the arrays and rows of one (CsvRowSchemaConverter). */
export function checkCsvFields(fields: readonly RowField[]): void {
  for (const { name, type } of fields) {
    if (type.root === 'ARRAY') checkNested(name, type.element);
    else if (type.root === 'ROW') for (const field of type.fields) checkNested(name, field.type);
    else if (!SIMPLE.test(type.root))
      throw unsupported(`Unsupported type '${asSummaryString(type)}' for field '${name}'.`);
  }
}

const SIMPLE =
  /^(CHAR|VARCHAR|BOOLEAN|BINARY|VARBINARY|DECIMAL|TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|DATE|TIME_WITHOUT_TIME_ZONE|TIMESTAMP_WITHOUT_TIME_ZONE|TIMESTAMP_WITH_LOCAL_TIME_ZONE|NULL)$/;

function checkNested(name: string, type: LogicalType): void {
  if (SIMPLE.test(type.root)) return;
  throw unsupported(
    `Only simple types are supported in the second level nesting of fields '${name}' but was: ${asSummaryString(type)}`,
  );
}

const unsupported = (message: string) => new FlinkFault('IllegalArgumentException', message);
