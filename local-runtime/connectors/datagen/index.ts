import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import type { Connector, Subtask } from '../connector.ts';
import { checkParallelism, checkUnknown, integerOption, type Options } from '../options.ts';
import { PacedSource, physicalFields } from '../paced-source.ts';
import { randomOf, seedOf } from '../random.ts';
import { FIELD_OPTION, type Generator, generatorOf, shareOf } from './generators.ts';

const SPEC = {
  required: [],
  optional: ['number-of-rows', 'rows-per-second', 'scan.parallelism'],
  patterns: [FIELD_OPTION],
};

function generators(table: ResolvedTable, options: Options, subtask?: Subtask, random?: () => number): Generator[] {
  return physicalFields(table).map((f) => generatorOf(f, options, undefined, subtask, random));
}

/** `connector = 'datagen'`: random or sequential rows at a steady rate (DataGenTableSourceFactory). */
export const datagen: Connector = {
  identifier: 'datagen',
  sourceTraits(options, table) {
    integerOption(options, 'rows-per-second');
    checkParallelism(options, 'scan.parallelism', table);
    const rows = integerOption(options, 'number-of-rows');
    generators(table, options);
    checkUnknown('datagen', options, SPEC);
    return {
      changelog: 'insert-only',
      bounded: rows !== undefined,
      watermarkPushDown: false,
      projectionPushDown: false,
      limitPushDown: true,
      metadata: {},
      sourceClass: 'org.apache.flink.connector.datagen.table.DataGenTableSource',
    };
  },
  partsSource: () => true,
  async openSource(request) {
    const subtask = request.subtask ?? { index: 0, of: 1 };
    const random = randomOf(seedOf(request.env.options), subtask.index);
    const all = generators(request.table, request.options, subtask, random);
    const rows = integerOption(request.options, 'number-of-rows');
    const limits = all.map((g) => g.count).filter((c) => c !== undefined);
    return new PacedSource(request, {
      next: all.map((g) => (now) => g.next(now)),
      rowsPerSecond: (integerOption(request.options, 'rows-per-second') ?? 10_000) / subtask.of,
      total: Math.min(rows === undefined ? Number.POSITIVE_INFINITY : shareOf(rows, subtask), ...limits),
    });
  },
};
