import { type DataType, TimeUnit, Type, type Vector } from 'apache-arrow';

/** Metadata key of a column's LogicalType, as the gateway writes it. */
const FLINK_TYPE_KEY = 'flink.type';

/** A column's cells as the text that Flink prints; null for NULL. */
export type CellText = (row: number) => string | null;

/** How to print a column's cells, read straight from its buffers. */
export function cellText(vector: Vector, metadata: ReadonlyMap<string, string>): CellText {
  const data = vector.data[0];
  if (!data) return () => null;
  const print = printer(vector.type, precisionOf(metadata));
  const { typeId } = vector.type;
  if (!print || typeId === Type.Utf8 || typeId === Type.Bool || typeId === Type.Binary) {
    return (row) => plain(vector.get(row));
  }
  const values = data.values as { readonly [index: number]: number | bigint };
  const valid = data.nullCount > 0 ? data.nullBitmap : undefined;
  return (row) => {
    const bit = row + data.offset;
    const isNull = valid && valid.length > 0 && !((valid[bit >> 3] ?? 0) & (1 << (bit & 7)));
    const value = values[row];
    return isNull || value === undefined ? null : print(value);
  };
}

/** Whether a column's cells are numbers, which stand on the right. */
export function isNumeric(type: DataType, metadata: ReadonlyMap<string, string>): boolean {
  return (
    type.typeId === Type.Int ||
    type.typeId === Type.Float ||
    (metadata.get(FLINK_TYPE_KEY) ?? '').includes('"type":"DECIMAL"')
  );
}

function precisionOf(metadata: ReadonlyMap<string, string>): number | undefined {
  const json = metadata.get(FLINK_TYPE_KEY);
  if (json === undefined) return undefined;
  const { precision } = JSON.parse(json) as { precision?: number };
  return precision;
}

type Printer = (value: number | bigint) => string;

function printer(type: DataType, precision: number | undefined): Printer | undefined {
  switch (type.typeId) {
    case Type.Int:
      return String;
    case Type.Float: {
      const single = (type as { precision?: number }).precision === 1;
      return (value) => javaNumber(Number(value), single);
    }
    case Type.Date:
      return (value) => dateText(BigInt(value) * 86_400_000n);
    case Type.Time:
      return (value) => timeText(BigInt(value), precision ?? 0);
    case Type.Timestamp: {
      const perMilli = unitsPerMilli((type as unknown as { unit: TimeUnit }).unit);
      return (value) => timestampText(BigInt(value), perMilli, precision ?? 6);
    }
    default:
      return undefined;
  }
}

function plain(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (value instanceof Uint8Array)
    return `x'${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
  return String(value);
}

/** Counts of a timestamp's unit in a millisecond; seconds as a fraction of one. */
function unitsPerMilli(unit: TimeUnit): { multiply: bigint; divide: bigint } {
  switch (unit) {
    case TimeUnit.SECOND:
      return { multiply: 1000n, divide: 1n };
    case TimeUnit.MICROSECOND:
      return { multiply: 1n, divide: 1000n };
    case TimeUnit.NANOSECOND:
      return { multiply: 1n, divide: 1_000_000n };
    default:
      return { multiply: 1n, divide: 1n };
  }
}

function timestampText(value: bigint, unit: { multiply: bigint; divide: bigint }, precision: number): string {
  const nanosPerUnit = (1_000_000n * unit.multiply) / unit.divide;
  const nanos = value * nanosPerUnit;
  const nanosOfDay = floorMod(nanos, 86_400_000_000_000n);
  const millisOfDay = nanosOfDay / 1_000_000n;
  const days = (nanos - nanosOfDay) / 1_000_000n;
  const fraction = String(nanosOfDay % 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, precision);
  const clock = timeText(millisOfDay, 0);
  return `${dateText(days)} ${clock}${precision > 0 ? `.${fraction}` : ''}`;
}

function dateText(millis: bigint): string {
  const date = new Date(Number(millis));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

function timeText(millisOfDay: bigint, precision: number): string {
  const iso = new Date(Number(millisOfDay)).toISOString();
  const fraction = iso.slice(20, 23).padEnd(precision, '0').slice(0, precision);
  return iso.slice(11, 19) + (precision > 0 ? `.${fraction}` : '');
}

function floorMod(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}

/** A floating-point number as Java prints it: `1.0`, `1.0E10`, `1.23E-4`. */
export function javaNumber(value: number, single = false): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '0', exponentText = '0'] = (single ? shortestSingle(value) : value.toExponential()).split('e');
  const exponent = Number(exponentText);
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < -3 || exponent >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** The fewest digits that give the same 32-bit float again. */
function shortestSingle(value: number): string {
  for (let digits = 0; digits < 9; digits++) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential();
}
