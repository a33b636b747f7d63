import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault } from '../../errors.ts';
import { parseDouble, parseInteger, parseIsoDate, parseLong, parseTimestamp } from '../../formats/convert.ts';
import { epochToText } from '../../formats/time-text.ts';
import { javaDouble, javaFloat } from '../../functions/java/floating-text.ts';

/** A folder's text as a value of the partition column (PartitionPathUtils.convertStringToInternalValue). */
export function partitionValue(text: string | null | undefined, type: LogicalType): Value {
  if (text === null || text === undefined) return null;
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return text;
    case 'BOOLEAN':
      return text.toLowerCase() === 'true';
    case 'TINYINT':
      return parseInteger(text, -128, 127, 'Byte');
    case 'SMALLINT':
      return parseInteger(text, -32768, 32767, 'Short');
    case 'INTEGER':
      return parseInteger(text, -2147483648, 2147483647, 'Int');
    case 'BIGINT':
      return parseLong(text);
    case 'FLOAT':
      return Math.fround(parseDouble(text));
    case 'DOUBLE':
      return parseDouble(text);
    case 'DATE':
      return parseIsoDate(text);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return parseTimestamp(text, 'T', false);
    default:
      throw new FlinkFault(
        'RuntimeException',
        `Can not convert ${text} to type ${asSummaryString(type)} for partition value`,
      );
  }
}

/**
 * What names a partition's folder: the text of Flink's internal value, so a DATE is the day since 1970-01-01 and a TIME its
 * milliseconds (RowDataPartitionComputer.generatePartValues).
 */
export function partitionText(value: Exclude<Value, null>, type: LogicalType): string {
  switch (type.root) {
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return localDateTimeText(value as { ms: number; nanos: number });
    case 'DECIMAL': {
      const digits = String(value)
        .replace('-', '')
        .padStart(type.scale + 1, '0');
      const sign = (value as bigint) < 0n ? '-' : '';
      return type.scale ? `${sign}${digits.slice(0, -type.scale)}.${digits.slice(-type.scale)}` : sign + digits;
    }
    case 'FLOAT':
      return javaFloat(value as number);
    case 'DOUBLE':
      return javaDouble(value as number);
    case 'CHAR':
    case 'VARCHAR':
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'DATE':
    case 'TIME_WITHOUT_TIME_ZONE':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return String(value);
    default:
      // Flink writes what Java shows of an object there, another text each time.
      throw new FlinkFault(
        'UnsupportedOperationException',
        `A column of type ${asSummaryString(type)} cannot name partitions.`,
      );
  }
}

/** LocalDateTime.toString: no seconds when there are none, and as many threes of digits as it needs. */
function localDateTimeText({ ms, nanos }: { ms: number; nanos: number }): string {
  const whole = epochToText(ms, 0, 'T');
  const fraction = (((ms % 1000) + 1000) % 1000) * 1_000_000 + nanos;
  if (fraction === 0) return whole.endsWith(':00') ? whole.slice(0, -3) : whole;
  return `${whole}.${String(fraction)
    .padStart(9, '0')
    .replace(/(000)+$/, '')}`;
}
