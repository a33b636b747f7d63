import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { FlinkFault, validation } from '../../errors.ts';
import { durationMillis } from '../../time/duration.ts';
import type { Subtask } from '../connector.ts';
import type { Options } from '../options.ts';

/** Makes the values of one field, row after row. */
export interface Generator {
  next(now: number): Value;
  /** How many values there are; undefined for endless. */
  readonly count: number | undefined;
}

/** Random numbers in [0, 1). */
type Rng = () => number;

const HEX = '0123456789abcdef';
const LIMITS: Partial<Record<LogicalType['root'], [number, number]>> = {
  TINYINT: [-128, 127],
  SMALLINT: [-32768, 32767],
  INTEGER: [-2147483648, 2147483647],
};

/** The generator of a field as the options say (RandomGeneratorVisitor, SequenceGeneratorVisitor). */
export function generatorOf(
  field: RowField,
  options: Options,
  prefix = `fields.${field.name}`,
  subtask: Subtask = { index: 0, of: 1 },
  rng: Rng = Math.random,
): Generator {
  const kind = options[`${prefix}.kind`] ?? 'random';
  if (kind === 'sequence') return sequence(field.type, options, prefix, subtask);
  if (kind !== 'random') throw validation(`Unsupported generator kind: ${kind}`);
  const make = random(field.type, options, prefix, field.name, rng);
  const rate = Number(options[`${prefix}.null-rate`] ?? 0);
  return { count: undefined, next: (now) => (rate > 0 && rng() < rate ? null : make(now)) };
}

/** `options` keys of a generated field, for the check of unknown options. */
export const FIELD_OPTION = /^fields\..+\.(kind|min|max|max-past|length|start|end|var-len|null-rate)$/;

function longOption(options: Options, key: string): bigint | undefined {
  const text = options[key];
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text.trim())) {
    throw validation(
      `Invalid value for option '${key}'.`,
      new FlinkFault(
        'IllegalArgumentException',
        `Could not parse value '${text}' for key '${key}'.`,
        new FlinkFault('NumberFormatException', `For input string: "${text}"`),
      ),
    );
  }
  return BigInt(text.trim());
}

/** Subtasks take the numbers in turn (SequenceGenerator). */
function sequence(type: LogicalType, options: Options, prefix: string, subtask: Subtask): Generator {
  const bound = (which: 'start' | 'end') => {
    const value = longOption(options, `${prefix}.${which}`);
    if (value === undefined)
      throw validation(`Could not find required property '${prefix}.${which}' for sequence generator.`);
    return value;
  };
  const start = bound('start');
  const end = bound('end');
  const convert = numberAs(type);
  const step = BigInt(subtask.of);
  let at = start + BigInt(subtask.index);
  return {
    count: shareOf(Number(end - start) + 1, subtask),
    next: () => {
      const value = at;
      at += step;
      return convert(value);
    },
  };
}

/** How many of `total` things a subtask has when they are dealt out in turn. */
export function shareOf(total: number, { index, of }: Subtask): number {
  return Math.floor(total / of) + (total % of > index ? 1 : 0);
}

/** An integer as a value of the type; sequences know numbers and strings only. */
function numberAs(type: LogicalType): (n: bigint) => Value {
  switch (type.root) {
    case 'BIGINT':
      return (n) => n;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'FLOAT':
    case 'DOUBLE':
      return Number;
    case 'DECIMAL':
      return (n) => n * 10n ** BigInt(type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return String;
    default:
      throw validation(`Unsupported type: ${asSummaryString(type)}`);
  }
}

function random(type: LogicalType, options: Options, prefix: string, name: string, rng: Rng): (now: number) => Value {
  const text = (key: string) => options[`${prefix}.${key}`];
  switch (type.root) {
    case 'BOOLEAN':
      return () => rng() < 0.5;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER': {
      const [low, high] = LIMITS[type.root] as [number, number];
      const min = Number(longOption(options, `${prefix}.min`) ?? low);
      const max = Number(longOption(options, `${prefix}.max`) ?? high);
      return () => min + Math.floor(rng() * (max - min + 1));
    }
    case 'BIGINT': {
      const min = longOption(options, `${prefix}.min`) ?? -(2n ** 63n);
      const max = longOption(options, `${prefix}.max`) ?? 2n ** 63n - 1n;
      const span = max - min + 1n;
      return () => min + (((BigInt(Math.floor(rng() * 2 ** 32)) << 32n) | BigInt(Math.floor(rng() * 2 ** 32))) % span);
    }
    case 'FLOAT':
    case 'DOUBLE': {
      // Flink's default minimum is Java's MIN_VALUE, the smallest positive number.
      const limit = type.root === 'FLOAT' ? 3.4028234663852886e38 : Number.MAX_VALUE;
      const min = decimalOption(text('min'), `${prefix}.min`) ?? 0;
      const max = decimalOption(text('max'), `${prefix}.max`) ?? limit;
      const round = type.root === 'FLOAT' ? Math.fround : (v: number) => v;
      return () => {
        const r = rng();
        return round(min * (1 - r) + max * r);
      };
    }
    case 'DECIMAL': {
      const limit = 10 ** (type.precision - type.scale);
      const min = decimalOption(text('min'), `${prefix}.min`) ?? 0;
      const max = decimalOption(text('max'), `${prefix}.max`) ?? limit;
      const scale = 10 ** Math.min(type.scale, 15);
      const rest = 10n ** BigInt(type.scale - Math.min(type.scale, 15));
      return () => BigInt(Math.trunc((min + rng() * (max - min)) * scale)) * rest;
    }
    case 'CHAR':
    case 'VARCHAR': {
      const length =
        type.root === 'CHAR'
          ? type.length
          : Math.min(
              Number(
                longOption(options, `${prefix}.length`) ?? (type.length < 2147483647 ? BigInt(type.length) : 100n),
              ),
              type.length,
            );
      const varying = text('var-len') === 'true';
      return () => hex(rng, varying ? 1 + Math.floor(rng() * length) : length);
    }
    case 'BINARY':
    case 'VARBINARY': {
      const length =
        type.root === 'BINARY'
          ? type.length
          : Math.min(Number(longOption(options, `${prefix}.length`) ?? 100n), type.length);
      return () => Uint8Array.from({ length }, () => Math.floor(rng() * 256));
    }
    case 'DATE':
      return (now) => Math.floor(now / 86_400_000);
    case 'TIME_WITHOUT_TIME_ZONE':
      return (now) => now % 86_400_000;
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE': {
      const past = text('max-past');
      const span = past === undefined ? 0 : durationMillis(past);
      return (now) => ({ ms: now - Math.floor(rng() * (span + 1)), nanos: 0 });
    }
    case 'INTERVAL_YEAR_MONTH':
      return () => Math.floor(rng() * 120_000);
    case 'INTERVAL_DAY_TIME':
      return () => BigInt(Math.floor(rng() * 2 ** 40));
    case 'ARRAY': {
      const length = Number(longOption(options, `${prefix}.length`) ?? 3n);
      const element = generatorOf({ name, type: type.element }, options, `${prefix}.element`, undefined, rng);
      return (now) => Array.from({ length }, () => element.next(now));
    }
    case 'MAP': {
      const length = Number(longOption(options, `${prefix}.length`) ?? 3n);
      const key = generatorOf({ name, type: type.key }, options, `${prefix}.key`, undefined, rng);
      const value = generatorOf({ name, type: type.value }, options, `${prefix}.value`, undefined, rng);
      return (now) => ({
        keys: Array.from({ length }, () => key.next(now)),
        values: Array.from({ length }, () => value.next(now)),
      });
    }
    case 'ROW': {
      const parts = type.fields.map((f) => generatorOf(f, options, `${prefix}.${f.name}`, undefined, rng));
      return (now) => parts.map((p) => p.next(now));
    }
    default:
      throw validation(`Unsupported type: ${asSummaryString(type)}`);
  }
}

function decimalOption(text: string | undefined, key: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) {
    throw validation(
      `Invalid value for option '${key}'.`,
      new FlinkFault(
        'IllegalArgumentException',
        `Could not parse value '${text}' for key '${key}'.`,
        new FlinkFault('NumberFormatException', `For input string: "${text}"`),
      ),
    );
  }
  return value;
}

function hex(rng: Rng, length: number): string {
  let out = '';
  for (let i = 0; i < length; i++) out += HEX[Math.floor(rng() * 16)];
  return out;
}
