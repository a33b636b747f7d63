import { FlinkFault, validation } from '../../errors.ts';
import { formatFor, hasFormat, type RegisteredFormat } from '../../formats/registry.ts';
import type { Connector } from '../connector.ts';
import { deadLetterTarget, openDeadLetters, withoutDeadLetter } from '../dead-letters.ts';
import {
  booleanOption,
  checkRequired,
  checkUnknown,
  durationOption,
  enumOption,
  integerOption,
  memorySizeOption,
  type Options,
  withPrefix,
} from '../options.ts';
import { FILE_METADATA } from './files.ts';
import { checkPolicies, checkZone } from './partition-commit.ts';
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

const FILE_OPTIONS = 'org.apache.flink.connector.file.table.FileSystemConnectorOptions';

/** Options whose text must be of a type, for reading and writing alike. */
function checkTypes(options: Options): void {
  booleanOption(options, 'auto-compaction', false);
  booleanOption(options, 'sink.shuffle-by-partition.enable', false);
  memorySizeOption(options, 'sink.rolling-policy.file-size');
  memorySizeOption(options, 'compaction.file-size');
  for (const key of DURATIONS) durationOption(options, key);
  const triggers = ['process-time', 'partition-time'] as const;
  enumOption(
    options,
    'sink.partition-commit.trigger',
    triggers,
    'process-time',
    `${FILE_OPTIONS}$PartitionCommitTriggerType`,
  );
  enumOption(
    options,
    'source.report-statistics',
    ['NONE', 'ALL'] as const,
    'ALL',
    `${FILE_OPTIONS}$FileStatisticsType`,
  );
  if (durationOption(options, 'source.monitor-interval') === 0) {
    throw new FlinkFault('IllegalArgumentException', 'discoveryInterval must be > 0');
  }
}

const DURATIONS = [
  'sink.rolling-policy.rollover-interval',
  'sink.rolling-policy.inactivity-interval',
  'sink.rolling-policy.check-interval',
  'sink.partition-commit.delay',
];

function check(options: Options) {
  checkRequired(options, REQUIRED);
  if (options.path === '')
    throw new FlinkFault('IllegalArgumentException', 'Can not create a Path from an empty string');
  const identifier = options.format as string;
  if (!hasFormat(identifier)) {
    throw validation(`Could not find any format factory for identifier '${identifier}' in the classpath.`);
  }
  const format = formatFor(identifier);
  deadLetterTarget(options, false);
  checkUnknown('filesystem', withoutDeadLetter(options), {
    required: REQUIRED,
    optional: OPTIONAL,
    // The format looks at its own options, and lets unknown ones be.
    prefixes: [`${identifier}.`],
  });
  checkZone(options);
  checkTypes(options);
  format.validate(withPrefix(options, `${identifier}.`));
  return format;
}

function writable(format: RegisteredFormat, options: Options): RegisteredFormat {
  format.validateWriting?.(withPrefix(options, `${format.identifier}.`));
  return format;
}

/** `connector = 'filesystem'`: local files (FileSystemTableFactory). */
export const filesystem: Connector = {
  identifier: 'filesystem',
  sourceTraits(options, table) {
    const format = check(options);
    format.checkFields?.(
      table.columns.filter((column) => column.kind === 'physical'),
      {},
    );
    return {
      changelog: format.changelog,
      bounded: durationOption(options, 'source.monitor-interval') === undefined,
      watermarkPushDown: false,
      projectionPushDown: true,
      filterPushDown: () => 'both',
      limitPushDown: true,
      metadata: FILE_METADATA,
      sourceClass: 'org.apache.flink.connector.file.table.FileSystemTableSource',
    };
  },
  sinkTraits(options, table) {
    return {
      accepts: writable(check(options), options).sinkAccepts,
      metadata: {},
      sinkClass: 'org.apache.flink.connector.file.table.FileSystemTableSink',
      translate(batch) {
        const parallelism = integerOption(options, 'sink.parallelism');
        if (parallelism !== undefined && parallelism < 1) {
          throw new FlinkFault(
            'IllegalArgumentException',
            'The parallelism of an operator must be at least 1, or ExecutionConfig.PARALLELISM_DEFAULT (use system default).',
          );
        }
        if (!batch) checkPolicies(options, table.partitionKeys);
      },
    };
  },
  partsSource: () => true,
  // The files of all are compacted together, and a partition is complete when all have written theirs.
  oneWriter: (options) =>
    options['sink.partition-commit.policy.kind'] !== undefined || options['auto-compaction']?.toLowerCase() === 'true',
  async openSource(request) {
    const source = new FileSource(request, await openDeadLetters(request));
    await source.open();
    return source;
  },
  openSink(request) {
    return FileSink.open(request);
  },
};
