import { FlinkFault } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import { checkParallelism } from '../options.ts';
import { kafkaOptions } from './options.ts';
import { READABLE, readableMetadata, WRITABLE } from './rows.ts';

const SOURCE_CLASS = 'org.apache.flink.streaming.connectors.kafka.table.KafkaDynamicSource';
const SINK_CLASS = 'org.apache.flink.streaming.connectors.kafka.table.KafkaDynamicSink';

const open: Pick<Connector, 'openSource' | 'openSink' | 'partsSource'> = {
  partsSource: () => true,
  // Loaded with the first Kafka table, so that other queries start without it.
  async openSource(request) {
    return (await import('./source.ts')).KafkaReader.open(request);
  },
  async openSink(request) {
    return (await import('./sink.ts')).KafkaWriter.open(request);
  },
};

/** `connector = 'kafka'` (KafkaDynamicTableFactory). */
export const kafka: Connector = {
  identifier: 'kafka',
  sourceTraits(options, table) {
    const kafkaTable = kafkaOptions('kafka', options, table);
    checkParallelism(options, 'scan.parallelism', table);
    return {
      changelog: kafkaTable.value.format.changelog,
      bounded: kafkaTable.bounded !== 'unbounded',
      watermarkPushDown: true,
      projectionPushDown: false,
      metadata: readableMetadata(kafkaTable.value.format),
      sourceClass: SOURCE_CLASS,
      translate() {
        if (kafkaTable.startup !== 'group-offsets' || kafkaTable.properties['group.id']) return;
        throw new FlinkFault(
          'IllegalStateException',
          'Property group.id is required when using committed offset for offsets initializer',
        );
      },
    };
  },
  sinkTraits(options, table) {
    checkParallelism(options, 'sink.parallelism', table);
    return {
      accepts: kafkaOptions('kafka', options, table, true).value.format.sinkAccepts,
      metadata: WRITABLE,
      sinkClass: SINK_CLASS,
    };
  },
  ...open,
};

/** `connector = 'upsert-kafka'`: the last value a key, tombstones delete (UpsertKafkaDynamicTableFactory). */
export const upsertKafka: Connector = {
  identifier: 'upsert-kafka',
  sourceTraits(options, table) {
    return {
      changelog: 'upsert',
      bounded: kafkaOptions('upsert-kafka', options, table).bounded !== 'unbounded',
      watermarkPushDown: true,
      projectionPushDown: false,
      metadata: READABLE,
      sourceClass: SOURCE_CLASS,
    };
  },
  sinkTraits(options, table) {
    kafkaOptions('upsert-kafka', options, table, true);
    return { accepts: 'upsert', metadata: WRITABLE, sinkClass: SINK_CLASS };
  },
  ...open,
};
