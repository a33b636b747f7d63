import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType, RowField, TypeRoot } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault, validation } from '../../errors.ts';
import {
  parseDecimal,
  parseDouble,
  parseInteger,
  parseLong,
  parseTimestamp,
  truncateTimestamp,
} from '../../formats/convert.ts';
import type { Options } from '../options.ts';
import { compileExpression, type FakerContext, type Template } from './expression.ts';

const SUPPORTED: readonly TypeRoot[] = [
  'DOUBLE',
  'FLOAT',
  'DECIMAL',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'CHAR',
  'VARCHAR',
  'BOOLEAN',
  'ARRAY',
  'MAP',
  'ROW',
  'MULTISET',
  'DATE',
  'TIME_WITHOUT_TIME_ZONE',
  'TIMESTAMP_WITHOUT_TIME_ZONE',
  'TIMESTAMP_WITH_LOCAL_TIME_ZONE',
];
const COLLECTIONS: readonly TypeRoot[] = ['ARRAY', 'MAP', 'MULTISET'];

/** Makes the values of one field. */
export type FieldValues = (context: FakerContext) => Value;

/** Checks the options of a field as FlinkFakerTableSourceFactory does, in its words, and makes its values. */
export function fieldValues({ name, type }: RowField, options: Options): FieldValues {
  if (!SUPPORTED.includes(type.root))
    throw validation(
      `Only [${SUPPORTED.join(', ')}, TIMESTAMP_WITH_TIME_ZONE] columns are supported by Faker TableSource. ${name} is ${type.root}.`,
    );
  const templates = expressionsOf(name, type, options);
  const rate = nullRate(name, options);
  const length = collectionLength(name, type, options);
  const convert = converter(type);
  return (context) => {
    if (rate > 0 && context.random() < rate) return null;
    const texts: string[] = [];
    for (let i = 0; i < length; i++) for (const template of templates) texts.push(template(context));
    return convert(texts);
  };
}

function expressionsOf(name: string, type: LogicalType, options: Options): Template[] {
  const keys =
    type.root === 'MAP'
      ? ['key.', 'value.']
      : type.root === 'ROW'
        ? type.fields.map((field) => `${field.name}.`)
        : [''];
  const texts = keys.map((key) => options[`fields.${name}.${key}expression`]);
  if (texts.includes(undefined))
    throw validation(`Every column needs a corresponding expression. No expression found for ${name}.`);
  try {
    return texts.map((text) => compileExpression(text as string));
  } catch (error) {
    if (!(error instanceof FlinkFault)) throw error;
    throw validation(`Invalid expression for column "${name}".`, error);
  }
}

function nullRate(name: string, options: Options): number {
  const text = options[`fields.${name}.null-rate`];
  if (text === undefined) return 0;
  const rate = parseDouble(text);
  if (!(rate >= 0 && rate <= 1)) throw validation(`Null rate needs to be in [0,1]. Null rate of ${name} is ${text}`);
  return rate;
}

function collectionLength(name: string, type: LogicalType, options: Options): number {
  const text = options[`fields.${name}.length`];
  const length = text === undefined ? 1 : parseInteger(text, -2147483648, 2147483647, 'Int');
  const collection = COLLECTIONS.includes(type.root);
  if (length !== 1 && !collection)
    throw validation(`Collection length may not be set for  ${name} with type ${type.root}`);
  if (length <= 0)
    throw validation(`Collection length needs to be positive. Collection length of ${name} is ${length}`);
  return length;
}

/** Texts to a value as FakerUtils.stringValueToType does it. */
function converter(type: LogicalType): (texts: readonly string[]) => Value {
  switch (type.root) {
    case 'ARRAY': {
      const element = converter(type.element);
      return (texts) => texts.map((text) => element([text]));
    }
    case 'MAP': {
      const [key, value] = [converter(type.key), converter(type.value)];
      return (texts) => {
        const entries = new Map<string, [Value, Value]>();
        for (let i = 0; i + 1 < texts.length; i += 2)
          entries.set(texts[i] as string, [key([texts[i] as string]), value([texts[i + 1] as string])]);
        return { keys: [...entries.values()].map(([k]) => k), values: [...entries.values()].map(([, v]) => v) };
      };
    }
    case 'MULTISET': {
      const element = converter(type.element);
      return (texts) => {
        const counts = new Map<string, number>();
        for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
        return { keys: [...counts.keys()].map((text) => element([text])), values: [...counts.values()] };
      };
    }
    case 'ROW': {
      const parts = type.fields.map((field) => converter(field.type));
      return (texts) => parts.map((part, i) => part([texts[i] ?? '']));
    }
    default: {
      const one = single(type);
      return (texts) => one(texts[0] ?? '');
    }
  }
}

function single(type: LogicalType): (text: string) => Value {
  switch (type.root) {
    case 'BOOLEAN':
      return (text) => text.toLowerCase() === 'true';
    case 'TINYINT':
      return (text) => parseInteger(text, -128, 127, 'Byte');
    case 'SMALLINT':
      return (text) => parseInteger(text, -32768, 32767, 'Short');
    case 'INTEGER':
      return (text) => parseInteger(text, -2147483648, 2147483647, 'Int');
    case 'BIGINT':
      return parseLong;
    case 'FLOAT':
      return (text) => Math.fround(parseDouble(text));
    case 'DOUBLE':
      return parseDouble;
    case 'DECIMAL':
      return (text) => parseDecimal(text, type);
    case 'DATE':
      return (text) => Math.floor(parseTimestamp(text, ' ', false).ms / 86_400_000);
    case 'TIME_WITHOUT_TIME_ZONE':
      return (text) => Number(parseLong(text) / 1_000_000n);
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return (text) => truncateTimestamp(parseTimestamp(text, ' ', false), type.precision);
    default:
      return (text) => text;
  }
}
