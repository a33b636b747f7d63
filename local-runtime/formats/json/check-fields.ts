import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';

/** Names of JSON objects are strings: other keys of maps are refused, wherever they are (JsonToRowDataConverters.createMapConverter). */
export function checkMapKeys(fields: readonly RowField[]): void {
  for (const { type } of fields) checkType(type);
}

function checkType(type: LogicalType): void {
  switch (type.root) {
    case 'ARRAY':
      return checkType(type.element);
    case 'ROW':
      return checkMapKeys(type.fields);
    case 'MAP':
    case 'MULTISET': {
      const key = type.root === 'MAP' ? type.key : type.element;
      if (key.root !== 'CHAR' && key.root !== 'VARCHAR') {
        throw new FlinkFault(
          'UnsupportedOperationException',
          `JSON format doesn't support non-string as key type of map. The type is: ${asSummaryString(type)}`,
        );
      }
      if (type.root === 'MAP') checkType(type.value);
      return;
    }
    default:
      return;
  }
}
