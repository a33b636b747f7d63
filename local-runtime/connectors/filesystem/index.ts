import { types } from '../../../flink-sql/types/logical-type.ts';
import { formatFor } from '../../formats/registry.ts';
import type { Connector } from '../connector.ts';
import { deadLetterTarget, withoutDeadLetter } from '../dead-letters.ts';
import { checkRequired, checkUnknown, durationOption, type Options, withPrefix } from '../options.ts';
import { FileSink } from './sink.ts';
import { FileSource } from './source.ts';

const REQUIRED = ['path', 'format'];
const OPTIONAL = [
  'auto-compaction',
  'compaction.file-size',
  'partition.default-name',
  'partition.time-extractor.class',
  'partition.time-extractor.kind',
  'partition.time-extractor.timestamp-formatter',
  'partition.time-extractor.timestamp-pattern',
  'sink.parallelism',
  'sink.partition-commit.delay',
  'sink.partition-commit.policy.class',
  'sink.partition-commit.policy.class.parameters',
  'sink.partition-commit.policy.kind',
  'sink.partition-commit.success-file.name',
  'sink.partition-commit.trigger',
  'sink.partition-commit.watermark-time-zone',
  'sink.rolling-policy.check-interval',
  'sink.rolling-policy.file-size',
  'sink.rolling-policy.inactivity-interval',
  'sink.rolling-policy.rollover-interval',
  'sink.shuffle-by-partition.enable',
  'source.monitor-interval',
  'source.path.regex-pattern',
  'source.report-statistics',
];

function check(options: Options) {
  checkRequired(options, REQUIRED);
  const identifier = options.format as string;
  const format = formatFor(identifier);
  deadLetterTarget(options, false);
  checkUnknown('filesystem', withoutDeadLetter(options), {
    required: REQUIRED,
    optional: [...OPTIONAL, ...format.optionKeys.map((key) => `${identifier}.${key}`)],
  });
  format.validate(withPrefix(options, `${identifier}.`));
  return format;
}

/** `connector = 'filesystem'`: local files (FileSystemTableFactory). */
export const filesystem: Connector = {
  identifier: 'filesystem',
  sourceTraits(options) {
    const format = check(options);
    return {
      changelog: format.changelog,
      bounded: durationOption(options, 'source.monitor-interval') === undefined,
      watermarkPushDown: false,
      projectionPushDown: true,
      metadata: {
        'file.path': types.string(false),
        'file.name': types.string(false),
        'file.size': types.bigint(false),
        'file.modification-time': types.timestampLtz(3, false),
      },
      sourceClass: 'org.apache.flink.connector.file.table.FileSystemTableSource',
    };
  },
  sinkTraits(options) {
    return {
      accepts: check(options).sinkAccepts,
      metadata: {},
      sinkClass: 'org.apache.flink.connector.file.table.FileSystemTableSink',
    };
  },
  partsSource: () => true,
  async openSource(request) {
    const source = new FileSource(request);
    await source.open();
    return source;
  },
  openSink(request) {
    return FileSink.open(request);
  },
};
