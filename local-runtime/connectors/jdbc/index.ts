import { FlinkFault } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import { checkParallelism } from '../options.ts';
import { isPushable } from './conditions.ts';
import { jdbcOptions } from './options.ts';
import { checkReadable } from './values.ts';

/** `connector = 'jdbc'`: tables of Postgres and MySQL, read, looked up and written (JdbcDynamicTableFactory). */
export const jdbc: Connector = {
  identifier: 'jdbc',
  sourceTraits(options, table) {
    const { physical, filters, fetchSize, dialect } = jdbcOptions(options, table, 'source');
    for (const field of physical) checkReadable(field.type);
    return {
      changelog: 'insert-only',
      bounded: true,
      watermarkPushDown: false,
      projectionPushDown: true,
      filterPushDown: (condition) => (filters && isPushable(condition) ? 'source' : 'no'),
      limitPushDown: true,
      metadata: {},
      readsMetadata: false,
      lookup: true,
      sourceClass: 'org.apache.flink.connector.jdbc.core.table.source.JdbcDynamicTableSource',
      sourceSummary: `JDBC:${dialect.name}`,
      translate() {
        if (fetchSize >= 0) return;
        const message = `Illegal value ${fetchSize} for fetchSize, has to be positive or Integer.MIN_VALUE.`;
        throw new FlinkFault('IllegalArgumentException', message);
      },
    };
  },
  sinkTraits(options, table) {
    checkParallelism(options, 'sink.parallelism', table);
    jdbcOptions(options, table, 'sink');
    return {
      accepts: 'upsert',
      metadata: {},
      updatesNeedKey: true,
      sinkClass: 'org.apache.flink.connector.jdbc.core.table.sink.JdbcDynamicTableSink',
    };
  },
  partsSource: (options) => options['scan.partition.column'] !== undefined,
  // Loaded with the first jdbc table, so that other queries start without it.
  async openSource(request) {
    return (await import('./source.ts')).JdbcReader.open(request);
  },
  async openSink(request) {
    return (await import('./sink.ts')).JdbcWriter.open(request);
  },
  async openLookup(request) {
    return (await import('./lookup.ts')).JdbcLookup.open(request);
  },
};
