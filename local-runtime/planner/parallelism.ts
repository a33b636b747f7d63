import type { Sink, TableSourceScan } from '../../flink-sql/plan/physical.ts';
import { connectorFor } from '../connectors/registry.ts';
import { FlinkFault } from '../errors.ts';

type Options = Readonly<Record<string, string>>;

/** Subtasks of operators whose rows may be parted: `table.exec.resource.default-parallelism`, else `parallelism.default`, else 1. */
export function defaultParallelism(options: Options): number {
  const own = count(options, 'table.exec.resource.default-parallelism');
  return own !== undefined && own > 0 ? own : (count(options, 'parallelism.default') ?? 1);
}

/** Subtasks of a source: `scan.parallelism`, else the job's; 1 when the connector cannot part what it reads. */
export function scanParallelism(scan: TableSourceScan, options: Options): number {
  if (!connectorFor(scan.options).partsSource?.(scan.options)) return 1;
  const own = count(scan.options, 'scan.parallelism');
  if (own === undefined) return defaultParallelism(options);
  if (own > 0) return own;
  throw new FlinkFault('TableException', `Invalid configured parallelism ${own} for table '${nameOf(scan)}'.`);
}

/** Subtasks of a sink: `sink.parallelism`, else its input's (CommonExecSink.deriveSinkParallelism). */
export function sinkParallelism(sink: Sink, input: number): number {
  // What is there already goes when the new files come: one writer does both.
  if (!sink.table || sink.overwrite) return 1;
  const parallelism = count(sink.options, 'sink.parallelism') ?? input;
  if (parallelism <= 0) {
    if (sink.options.connector === 'filesystem') {
      // Its sink sets the parallelism itself (FileSystemTableSink.consume).
      throw new FlinkFault(
        'IllegalArgumentException',
        'The parallelism of an operator must be at least 1, or ExecutionConfig.PARALLELISM_DEFAULT (use system default).',
      );
    }
    throw new FlinkFault(
      'TableException',
      `Invalid configured parallelism ${parallelism} for table '${nameOf(sink)}'.`,
    );
  }
  if (connectorFor(sink.options).oneWriter?.(sink.options)) return 1;
  const { insert, updateBefore, updateAfter, delete: deletes } = sink.input.traits.changelogMode;
  const insertOnly = insert && !updateBefore && !updateAfter && !deletes;
  if (!insertOnly && parallelism !== input && !sink.table.primaryKey) {
    throw new FlinkFault(
      'TableException',
      `The sink for table '${nameOf(sink)}' has a configured parallelism of ${parallelism}, while the input parallelism is ${input}. Since the configured parallelism is different from the input's parallelism and the changelog mode is not insert-only, a primary key is required but could not be found.`,
    );
  }
  return parallelism;
}

/** Are rows brought together by primary key before the sink (CommonExecSink.applyKeyBy)? */
export function shufflesByKey(sink: Sink, parallelism: number, input: number, options: Options): boolean {
  if (!sink.table?.primaryKey) return false;
  if (sink.upsertMaterialize) return true;
  switch (options['table.exec.sink.keyed-shuffle']?.toUpperCase()) {
    case 'NONE':
      return false;
    case 'FORCE':
      return parallelism !== 1;
    default:
      return parallelism !== input && parallelism !== 1;
  }
}

function nameOf({ table }: Pick<Sink, 'table'>): string {
  if (!table) return 'collect';
  const { catalog, database, name } = table.identifier;
  return `${catalog}.${database}.${name}`;
}

function count(options: Options, key: string): number | undefined {
  const text = options[key];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value)) return value;
  throw new FlinkFault('IllegalArgumentException', `Could not parse value '${text}' for key '${key}'.`);
}
