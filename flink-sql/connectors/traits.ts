import type { ConnectorTraits } from '../binder/api.ts';
import type { ResolvedTable } from '../catalog/model.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { type ConnectorDoc, findConnector, findFormat } from './index.ts';
import { checkTableOptions } from './option-checks.ts';

type Options = Readonly<Record<string, string>>;

/**
 * What connectors can do, as their documentation says: enough for an editor to show changelog modes without a runtime. An unknown
 * connector has no traits, and no option is refused here.
 */
export const documentedTraits: ConnectorTraits = {
  source(options, table) {
    const known = findConnector(options.connector);
    if (!known?.source) return undefined;
    return {
      changelog: known.source === 'format' ? formatMode(options) : sourceMode(known, options, table),
      bounded: isBounded(known.id, options),
      watermarkPushDown: known.id === 'kafka',
      projectionPushDown: false,
      metadata: metadataOf(table),
      ...(known.lookup ? { lookup: true } : {}),
    };
  },
  sink(options, table) {
    const known = findConnector(options.connector);
    if (!known?.sink) return undefined;
    return {
      accepts: known.sink === 'format' ? formatMode(options) : known.sink,
      metadata: metadataOf(table),
      ...(known.id === 'jdbc' ? { updatesNeedKey: true } : {}),
    };
  },
};

const formatMode = (options: Options): 'insert-only' | 'all' =>
  findFormat(options['value.format'] ?? options.format)?.changelog ?? 'insert-only';

/** Table stores give a changelog only of tables with a primary key. */
function sourceMode(known: ConnectorDoc, options: Options, table: ResolvedTable): 'insert-only' | 'upsert' | 'all' {
  if (known.source === 'format' || known.source === undefined) return formatMode(options);
  if (known.source === 'all' && known.sink && !table.primaryKey) return 'insert-only';
  return known.source;
}

function isBounded(id: string, options: Options): boolean {
  switch (id) {
    case 'filesystem':
      return options['source.monitor-interval'] === undefined;
    case 'datagen':
    case 'faker':
      return options['number-of-rows'] !== undefined && options['number-of-rows'] !== '-1';
    case 'jdbc':
    case 'mongodb':
      return true;
    case 'kafka':
    case 'upsert-kafka':
      return (options['scan.bounded.mode'] ?? 'unbounded') !== 'unbounded';
    default:
      return false;
  }
}

/** The same, with options held against the documentation: what is wrong with them is thrown as Flink's factories do. */
export const checkedTraits: ConnectorTraits = {
  source(options, table) {
    checkTableOptions(options, table, 'source');
    return documentedTraits.source(options, table);
  },
  sink(options, table) {
    checkTableOptions(options, table, 'sink');
    return documentedTraits.sink(options, table);
  },
};

/** The keys that the table asks for: which of them the connector has is not known here. */
function metadataOf(table: ResolvedTable): Record<string, LogicalType> {
  const found: Record<string, LogicalType> = {};
  for (const column of table.columns) if (column.kind === 'metadata') found[column.key ?? column.name] = column.type;
  return found;
}
