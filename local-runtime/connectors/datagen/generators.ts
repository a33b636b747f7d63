import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { validation } from '../../errors.ts';
import type { Subtask } from '../connector.ts';
import type { Options } from '../options.ts';
import { checkField } from './field-options.ts';
import { type Rng, randomGenerator } from './random.ts';
import { sequence } from './sequence.ts';

/** Makes the values of one field, row after row (DataGeneratorContainer). */
export interface Generator {
  next(now: number): Value;
  /** How many values there are; undefined for endless. */
  readonly count: number | undefined;
  /** Keys of the table options that this kind of field knows; others are refused. */
  readonly options: readonly string[];
}

/** The generator of a column as its options say (DataGenTableSourceFactory.createContainer). */
export function generatorOf(
  field: RowField,
  options: Options,
  subtask: Subtask = { index: 0, of: 1 },
  rng: Rng = Math.random,
): Generator {
  const prefix = `fields.${field.name}`;
  const kind = options[`${prefix}.kind`] ?? 'random';
  const made = () => {
    if (kind === 'sequence') return sequence(field.type, options, prefix, subtask, rng);
    if (kind !== 'random') throw validation(`Unsupported generator kind: ${kind}`);
    checkField(field, options, prefix);
    return randomGenerator(field.type, options, prefix, rng);
  };
  const generator = made();
  return { ...generator, options: [`${prefix}.kind`, ...generator.options] };
}
