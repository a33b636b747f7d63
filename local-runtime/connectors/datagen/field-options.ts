import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault, validation } from '../../errors.ts';
import { booleanOption, type Options } from '../options.ts';

const FIXED: readonly LogicalType['root'][] = ['CHAR', 'BINARY'];
const VARIABLE: readonly LogicalType['root'][] = ['VARCHAR', 'VARBINARY'];

/** What a column's type forbids its length to be; fields of nested types are not looked at (DataGenTableSourceFactory). */
export function checkField({ name, type }: RowField, options: Options, prefix: string): void {
  if (booleanOption(options, `${prefix}.var-len`, false) && !VARIABLE.includes(type.root)) {
    throw validation(
      `Only supports specifying 'fields.#.var-len' option for variable-length types (VARCHAR/STRING/VARBINARY/BYTES). The type of field '${name}' is not within this range.`,
    );
  }
  const length = intOption(options, `${prefix}.length`);
  if (length === undefined) return;
  if (FIXED.includes(type.root))
    throw validation(`Custom length for fixed-length type (CHAR/BINARY) field '${name}' is not supported.`);
  if ((type.root === 'VARCHAR' || type.root === 'VARBINARY') && length > type.length) {
    throw validation(
      `Custom length '${length}' for variable-length type (VARCHAR/STRING/VARBINARY/BYTES) field '${name}' should be shorter than '${type.length}' defined in the schema.`,
    );
  }
}

/** The value of an INT option (Integer.parseInt). */
export function intOption(options: Options, key: string): number | undefined {
  const value = wholeOption(options, key, 32);
  return value === undefined ? undefined : Number(value);
}

/** The value of a LONG option (Long.parseLong). */
export const longOption = (options: Options, key: string): bigint | undefined => wholeOption(options, key, 64);

function wholeOption(options: Options, key: string, bits: number): bigint | undefined {
  const text = options[key];
  if (text === undefined) return undefined;
  const whole = /^[+-]?\d+$/.test(text.trim()) ? BigInt(text.trim().replace(/^\+/, '')) : undefined;
  if (whole !== undefined && BigInt.asIntN(bits, whole) === whole) return whole;
  throw unparsable(key, text);
}

/** The value of a FLOAT or DOUBLE option. */
export function numberOption(options: Options, key: string): number | undefined {
  const text = options[key];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw unparsable(key, text);
  return value;
}

function unparsable(key: string, text: string): FlinkFault {
  const cause = new FlinkFault('NumberFormatException', `For input string: "${text}"`);
  return validation(
    `Invalid value for option '${key}'.`,
    new FlinkFault('IllegalArgumentException', `Could not parse value '${text}' for key '${key}'.`, cause),
  );
}
