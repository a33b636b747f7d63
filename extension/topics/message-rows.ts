import { type DataType, TimestampMillisecond } from 'apache-arrow';
import { type ArrowCell, arrowTypeOf, encodeRows, fieldOf } from '../../clients/sql-gateway/arrow-page.ts';
import type { ArrowPage, LogicalType } from '../../clients/sql-gateway/types.ts';
import { isList, isObject, JsonNumber, type JsonValue, parseJson, printJson } from '../../topics/json.ts';
import type { DecodedMessage, DecodedPart } from '../../topics/types.ts';
import { t } from '../../webviews/shared/l10n.ts';

interface Column {
  readonly name: string;
  readonly type: LogicalType;
  readonly arrow: DataType;
  readonly cell: (message: DecodedMessage, value: JsonValue | undefined) => ArrowCell;
}

const STRING: LogicalType = { type: 'VARCHAR', nullable: true, length: 2_147_483_647 };
const INT64_MAX = 2n ** 63n - 1n;
/** Fields of values that get columns. */
const MOST_FIELDS = 60;

/** Messages as rows of a result. Partition and offset are the first two columns: by them a message is found again. */
export class MessageRows {
  readonly #columns: readonly Column[];
  readonly #withFields: boolean;

  /** @param samples messages whose values' fields become columns; without them values stay whole. */
  constructor(zone: string, samples: readonly DecodedMessage[] | undefined) {
    this.#withFields = samples !== undefined;
    const fields = samples ? fieldColumns(samples) : [];
    this.#columns = [
      column('partition', { type: 'INTEGER', nullable: false }, ({ partition }) => partition),
      column('offset', { type: 'BIGINT', nullable: false }, ({ offset }) => offset),
      {
        name: 'timestamp',
        type: { type: 'TIMESTAMP_WITH_LOCAL_TIME_ZONE', nullable: true, precision: 3 },
        arrow: new TimestampMillisecond(zone),
        cell: ({ timestamp }) => (timestamp < 0 ? null : BigInt(timestamp)),
      },
      column('key', STRING, ({ key, control }) =>
        control === undefined
          ? textOf(key)
          : `(${control === 'other' ? t('control record') : t('{0} marker', control)})`,
      ),
      ...fields,
      column('value', STRING, ({ value, control }) => (control === undefined ? textOf(value) : null)),
      column('headers', STRING, ({ headers }) => (headers.length === 0 ? null : printJson(headersJson(headers)))),
    ];
  }

  page(messages: readonly DecodedMessage[]): ArrowPage {
    const values = this.#withFields ? messages.map(({ value }) => jsonOf(value)) : [];
    const cells = this.#columns.map(({ cell }) => messages.map((message, i) => cell(message, values[i])));
    const fields = this.#columns.map(({ name, type, arrow }) => fieldOf({ name, logicalType: type }, arrow));
    return {
      format: 'ARROW',
      // Messages are only ever added: a changelog would show nothing else.
      isQueryResult: false,
      jobId: undefined,
      resultKind: 'SUCCESS_WITH_CONTENT',
      token: 0,
      ipc: encodeRows(fields, new Uint8Array(messages.length), cells),
    };
  }
}

function column(name: string, type: LogicalType, cell: Column['cell']): Column {
  return { name, type, arrow: arrowTypeOf(type), cell };
}

/** Headers by name; those of a repeated name are a list. */
function headersJson(headers: DecodedMessage['headers']): JsonValue {
  const found = new Map<string, JsonValue[]>();
  for (const { name, text, bytes } of headers) {
    const value = bytes === null ? null : text;
    const before = found.get(name);
    if (before) before.push(value);
    else found.set(name, [value]);
  }
  return new Map([...found].map(([name, values]) => [name, values.length === 1 ? (values[0] as JsonValue) : values]));
}

function textOf({ format, text }: DecodedPart): string | null {
  return format === 'none' ? null : text;
}

function jsonOf({ json }: DecodedPart): JsonValue | undefined {
  return json === undefined ? undefined : parseJson(json);
}

/** A column for each field that the samples' values have, in the order in which they come. */
function fieldColumns(samples: readonly DecodedMessage[]): Column[] {
  const found = new Map<string, JsonValue[]>();
  for (const { value } of samples) {
    const json = jsonOf(value);
    if (!isObject(json)) continue;
    for (const [name, inner] of json) {
      const seen = found.get(name) ?? [];
      if (inner !== null) seen.push(inner);
      if (found.size < MOST_FIELDS || found.has(name)) found.set(name, seen);
    }
  }
  return [...found].map(([name, seen]) => {
    const type = typeOf(seen);
    return column(`value.${name}`, type, (_, value) => {
      const inner = isObject(value) ? value.get(name) : undefined;
      return inner === undefined || inner === null ? null : cellOf(inner, type);
    });
  });
}

function typeOf(values: readonly JsonValue[]): LogicalType {
  if (values.length === 0) return STRING;
  if (values.every((value) => typeof value === 'boolean')) return { type: 'BOOLEAN', nullable: true };
  if (!values.every((value) => value instanceof JsonNumber)) return STRING;
  const digits = values.map((value) => (value as JsonNumber).digits);
  if (digits.every(isInt64)) return { type: 'BIGINT', nullable: true };
  // What a double would not give back as it was stays text.
  return digits.every((text) => isPlainDouble(text)) ? { type: 'DOUBLE', nullable: true } : STRING;
}

function isInt64(digits: string): boolean {
  if (!/^-?\d{1,19}$/.test(digits)) return false;
  const value = BigInt(digits);
  return value <= INT64_MAX && value >= -INT64_MAX - 1n;
}

function isPlainDouble(digits: string): boolean {
  return Number.isFinite(Number(digits)) && digits.replace(/[^\d]/g, '').length <= 15;
}

/** A value that does not fit its column's type is left out there; it stands in `value` still. */
function cellOf(value: JsonValue, { type }: LogicalType): ArrowCell {
  if (type === 'BOOLEAN') return typeof value === 'boolean' ? value : null;
  if (type === 'BIGINT') return value instanceof JsonNumber && isInt64(value.digits) ? BigInt(value.digits) : null;
  if (type === 'DOUBLE') return value instanceof JsonNumber ? Number(value.digits) : null;
  if (value instanceof JsonNumber) return value.digits;
  if (typeof value === 'string') return value;
  return isList(value) || isObject(value) ? printJson(value) : String(value);
}
