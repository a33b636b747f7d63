import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import type { Connector, Subtask } from '../connector.ts';
import { checkListed, checkParallelism, integerOption, type Options } from '../options.ts';
import { PacedSource, physicalFields } from '../paced-source.ts';
import { randomOf, seedOf } from '../random.ts';
import { type Generator, generatorOf } from './generators.ts';
import { shareOf } from './sequence.ts';

const OPTIONS = ['connector', 'number-of-rows', 'rows-per-second', 'scan.parallelism'];

function generators(table: ResolvedTable, options: Options, subtask?: Subtask, random?: () => number): Generator[] {
  return physicalFields(table).map((f) => generatorOf(f, options, subtask, random));
}

/** `connector = 'datagen'`: random or sequential rows at a steady rate (DataGenTableSourceFactory). */
export const datagen: Connector = {
  identifier: 'datagen',
  sourceTraits(options, table) {
    const made = generators(table, options);
    checkListed('datagen', options, [...OPTIONS, ...made.flatMap((generator) => generator.options)]);
    integerOption(options, 'rows-per-second');
    checkParallelism(options, 'scan.parallelism', table);
    const rows = integerOption(options, 'number-of-rows');
    return {
      changelog: 'insert-only',
      bounded: rows !== undefined,
      watermarkPushDown: false,
      projectionPushDown: false,
      limitPushDown: true,
      metadata: {},
      sourceClass: 'org.apache.flink.connector.datagen.table.DataGenTableSource',
      sourceSummary: 'DataGenTableSource',
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
