import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { columnBuilder } from '../../batch/builder.ts';
import { type Column, valueAt } from '../../batch/column.ts';
import type { Connector, ConnectorEnvironment, Subtask } from '../connector.ts';
import { shareOf } from '../datagen/sequence.ts';
import { checkUnknown, integerOption, type Options } from '../options.ts';
import { PacedSource, physicalFields } from '../paced-source.ts';
import { randomOf, seedOf } from '../random.ts';
import type { FakerContext } from './expression.ts';
import { type FieldValues, fieldValues } from './values.ts';

const SPEC = {
  required: [],
  optional: ['number-of-rows', 'rows-per-second'],
  patterns: [/^fields\..+\.(expression|null-rate|length)$/],
};
const ONE: Subtask = { index: 0, of: 1 };

function check(fields: readonly RowField[], options: Options): FieldValues[] {
  integerOption(options, 'rows-per-second');
  integerOption(options, 'number-of-rows');
  const values = fields.map((field) => fieldValues(field, options));
  checkUnknown('faker', options, SPEC);
  return values;
}

async function contextOf(env: ConnectorEnvironment, { index }: Subtask): Promise<FakerContext> {
  const seed = seedOf(env.options);
  // Loaded with the first faker table: names of people and places are a megabyte.
  const { libraryOfNames } = await import('./library.ts');
  return {
    random: randomOf(seed, index),
    now: env.now,
    named: libraryOfNames(seed === undefined ? undefined : seed + index),
  };
}

/** -1 is no limit, as none is. */
const rowsOf = (options: Options): number | undefined => {
  const rows = integerOption(options, 'number-of-rows');
  return rows === -1 ? undefined : rows;
};

/** `connector = 'faker'`: rows of made-up people, places and things, for trying out (FlinkFakerTableSourceFactory). */
export const faker: Connector = {
  identifier: 'faker',
  sourceTraits(options, table) {
    check(physicalFields(table), options);
    return {
      changelog: 'insert-only',
      bounded: rowsOf(options) !== undefined,
      watermarkPushDown: false,
      projectionPushDown: false,
      metadata: {},
      lookup: true,
      sourceClass: 'com.github.knaufk.flink.faker.FlinkFakerTableSource',
    };
  },
  partsSource: () => true,
  async openSource(request) {
    const subtask = request.subtask ?? ONE;
    const context = await contextOf(request.env, subtask);
    const rows = rowsOf(request.options);
    return new PacedSource(request, {
      next: check(physicalFields(request.table), request.options).map((values) => () => values(context)),
      rowsPerSecond: (integerOption(request.options, 'rows-per-second') ?? 10_000) / subtask.of,
      total: rows === undefined ? Number.POSITIVE_INFINITY : shareOf(rows, subtask),
    });
  },
  /** Every key is found: one row with the key and made-up values beside it (FlinkFakerLookupFunction). */
  async openLookup({ table, options, projected, fields, keys, env }) {
    const context = await contextOf(env, ONE);
    const all = new Map(physicalFields(table).map((field) => [field.name, fieldValues(field, options)] as const));
    const values = projected.map((p) => all.get(table.columns[p]?.name ?? ''));
    return {
      async lookup(given, length) {
        const columns = fields.map((field, f): Column => {
          const builder = columnBuilder(field.type);
          const key = keys.indexOf(f);
          for (let i = 0; i < length; i++)
            builder.append(key >= 0 ? valueAt(given[key] as Column, i) : (values[f]?.(context) ?? null));
          return builder.take(length);
        });
        return { columns, length, keyOf: Int32Array.from({ length }, (_, i) => i) };
      },
      close: () => Promise.resolve(),
    };
  },
};
