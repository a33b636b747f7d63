import type { ConnectorTraits } from '../../flink-sql/binder/api.ts';
import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import { validation } from '../errors.ts';
import type { Connector } from './connector.ts';
import { datagen } from './datagen/index.ts';
import { faker } from './faker/index.ts';
import { filesystem } from './filesystem/index.ts';
import { jdbc } from './jdbc/index.ts';
import { kafka, upsertKafka } from './kafka/index.ts';
import { nexmark } from './nexmark/index.ts';
import { integerOption, type Options } from './options.ts';
import { clusterSinkTraits, isClusterConnector, needsCluster } from './preview/cluster-connectors.ts';
import { blackhole, print } from './print.ts';
import { shownOptions } from './shown-options.ts';
import { TEST_ROWS, testRows } from './test-rows/index.ts';

const CONNECTORS: ReadonlyMap<string, Connector> = new Map(
  [blackhole, datagen, faker, filesystem, jdbc, kafka, nexmark, print, testRows, upsertKafka].map((c) => [
    c.identifier,
    c,
  ]),
);

/** The connector that a table's options name; throws Flink's words when there is none (FactoryUtil.discoverFactory). */
export function connectorFor(options: Options): Connector {
  const identifier = options.connector;
  if (identifier === undefined)
    throw validation("Table options do not contain an option key 'connector' for discovering a connector.");
  const connector = CONNECTORS.get(identifier);
  if (connector) return connector;
  const hint = isClusterConnector(identifier) ? `\n\n${needsCluster(identifier)}` : '';
  throw validation(
    `Could not find any factory for identifier '${identifier}' that implements 'org.apache.flink.table.factories.DynamicTableFactory' in the classpath.\n\nAvailable factory identifiers are:\n\n${[
      ...CONNECTORS.keys(),
    ]
      .filter((key) => key !== TEST_ROWS)
      .sort()
      .join('\n')}${hint}`,
  );
}

function wrap(kind: 'source' | 'sink', table: ResolvedTable, options: Options, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { catalog, database, name } = table.identifier;
  const what = kind === 'source' ? 'reading' : 'writing';
  return validation(
    `Unable to create a ${kind} for ${what} table '${catalog}.${database}.${name}'.\n\nTable options are:\n\n${shownOptions(options)}`,
    error as ReturnType<typeof validation>,
  );
}

/** What the planner may know of the connectors of this runtime. */
export const connectorTraits: ConnectorTraits = {
  source(options, table) {
    try {
      const connector = connectorFor(options);
      if (!connector.sourceTraits)
        throw validation(
          `Connector '${connector.identifier}' can only be used as a sink. It cannot be used as a source.`,
        );
      return connector.sourceTraits(options, table);
    } catch (error) {
      throw wrap('source', table, options, error);
    }
  },
  sink(options, table) {
    try {
      const connector = connectorFor(options);
      if (!connector.sinkTraits)
        throw validation(
          `Connector '${connector.identifier}' can only be used as a source. It cannot be used as a sink.`,
        );
      const traits = connector.sinkTraits(options, table);
      integerOption(options, 'sink.parallelism');
      return traits;
    } catch (error) {
      throw wrap('sink', table, options, error);
    }
  },
};

/** The same, but sinks that only a cluster has are known too: enough to plan an INSERT whose rows are shown and not written. */
export const previewTraits: ConnectorTraits = {
  source: connectorTraits.source,
  sink(options, table) {
    const { connector } = options;
    if (connector === undefined || !isClusterConnector(connector)) return connectorTraits.sink(options, table);
    try {
      const traits = clusterSinkTraits(connector, options);
      if (traits) return traits;
      throw validation(`Connector '${connector}' can only be used as a source. It cannot be used as a sink.`);
    } catch (error) {
      throw wrap('sink', table, options, error);
    }
  },
};
