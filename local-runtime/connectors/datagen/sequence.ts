import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { validation } from '../../errors.ts';
import type { Subtask } from '../connector.ts';
import type { Options } from '../options.ts';
import { intOption, longOption } from './field-options.ts';
import type { Generator } from './generators.ts';
import { type Rng, randomGenerator } from './random.ts';

/** Subtasks take the numbers in turn (SequenceGenerator, SequenceGeneratorVisitor). */
export function sequence(type: LogicalType, options: Options, prefix: string, subtask: Subtask, rng: Rng): Generator {
  const keys = [`${prefix}.start`, `${prefix}.end`] as const;
  for (const key of keys) {
    if (options[key] === undefined)
      throw validation(`Could not find required property '${key}' for sequence generator.`);
  }
  // Of these Flink's visitor makes random values, and knows no option of theirs.
  if (/^(BOOLEAN|DATE|TIME_WITHOUT_TIME_ZONE)$/.test(type.root))
    return { ...randomGenerator(type, {}, prefix, rng), options: [] };
  const convert = numberAs(type);
  const bound = (key: string) => BigInt((isLong(type) ? longOption(options, key) : intOption(options, key)) ?? 0);
  const [start, end] = [bound(keys[0]), bound(keys[1])];
  const step = BigInt(subtask.of);
  let at = start + BigInt(subtask.index);
  return {
    options: keys,
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

const isLong = ({ root }: LogicalType) => /^(BIGINT|CHAR|VARCHAR|BINARY|VARBINARY)$/.test(root);

/** An integer as a value of the type. */
function numberAs(type: LogicalType): (n: bigint) => Value {
  switch (type.root) {
    case 'BIGINT':
      return (n) => n;
    case 'TINYINT':
      return (n) => Number(BigInt.asIntN(8, n));
    case 'SMALLINT':
      return (n) => Number(BigInt.asIntN(16, n));
    case 'INTEGER':
    case 'FLOAT':
    case 'DOUBLE':
      return Number;
    case 'DECIMAL':
      return (n) => n * 10n ** BigInt(type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return String;
    case 'BINARY':
    case 'VARBINARY':
      return (n) => {
        const bytes = new Uint8Array(8);
        new DataView(bytes.buffer).setBigInt64(0, n);
        return bytes;
      };
    default:
      throw validation(`Unsupported type: ${asSummaryString(type)}`);
  }
}
