import { option } from './model.ts';

export const sinkParallelism = option(
  'sink.parallelism',
  'INT',
  '',
  'Number of parallel writers; the planner’s choice by default.',
);
export const scanParallelism = option(
  'scan.parallelism',
  'INT',
  '',
  'Number of parallel readers; that of the job by default.',
);

/** Watermark options that Flink takes for every table whose source supports them (FactoryUtil). */
export const watermarkOptions = [
  option(
    'scan.watermark.emit.strategy',
    'ENUM',
    'on-periodic',
    'When watermarks are emitted: periodically or after each event.',
    {
      values: ['on-periodic', 'on-event'],
    },
  ),
  option(
    'scan.watermark.alignment.group',
    'STRING',
    '',
    'Sources of one group wait for each other so that their watermarks do not drift apart.',
  ),
  option(
    'scan.watermark.alignment.max-drift',
    'DURATION',
    '',
    'How far a source may be ahead of its alignment group.',
    {
      required: 'when scan.watermark.alignment.group is set',
    },
  ),
  option(
    'scan.watermark.alignment.update-interval',
    'DURATION',
    '1 s',
    'How often the group’s watermark is looked at.',
  ),
  option(
    'scan.watermark.idle-timeout',
    'DURATION',
    '',
    'A split without rows for this long no longer holds the watermark back.',
  ),
];

/** Options of the lookup cache that several connectors share (LookupOptions). */
export const lookupCacheOptions = [
  option('lookup.cache', 'ENUM', 'NONE', 'Whether looked-up rows are kept: not, or those asked for.', {
    values: ['NONE', 'PARTIAL'],
  }),
  option(
    'lookup.partial-cache.expire-after-access',
    'DURATION',
    '',
    'A cached row goes this long after it was last asked for.',
  ),
  option('lookup.partial-cache.expire-after-write', 'DURATION', '', 'A cached row goes this long after it was read.'),
  option('lookup.partial-cache.cache-missing-key', 'BOOLEAN', 'true', 'Also remember keys for which there is no row.'),
  option('lookup.partial-cache.max-rows', 'LONG', '', 'Most rows in the cache; the oldest go first.'),
  option('lookup.max-retries', 'INT', '3', 'How often a failed lookup is tried again.'),
];
