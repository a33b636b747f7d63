import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';

/** A type as the recordings write it: from the gateway's JSON, where intervals appear by root and precision. */
export function recordedTypeText(type: LogicalType): string {
  const nullability = type.nullable ? '' : ' NOT NULL';
  switch (type.root) {
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return `${type.root}(2)${nullability}`;
    case 'ARRAY':
    case 'MULTISET':
      return `${type.root}<${recordedTypeText(type.element)}>${nullability}`;
    case 'MAP':
      return `MAP<${recordedTypeText(type.key)}, ${recordedTypeText(type.value)}>${nullability}`;
    case 'ROW': {
      const fields = type.fields.map((field) => `\`${field.name}\` ${recordedTypeText(field.type)}`);
      return `ROW<${fields.join(', ')}>${nullability}`;
    }
    default:
      return asSummaryString(type);
  }
}
