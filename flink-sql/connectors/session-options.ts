import { type OptionDoc, option } from './model.ts';

/** Session options (SET) that matter for SQL jobs, of Flink 2.2. */
export const sessionOptions: readonly OptionDoc[] = [
  option('execution.runtime-mode', 'ENUM', 'STREAMING', 'Streaming, or batch: bounded input, final rows only.', {
    values: ['STREAMING', 'BATCH'],
  }),
  option('parallelism.default', 'INT', '1', 'Parallel parts of a job’s operators.', { values: ['1', '2', '4', '8'] }),
  option('pipeline.name', 'STRING', '', 'Name of the job.'),
  option('pipeline.max-parallelism', 'INT', '-1', 'Most parallel parts that the job’s state can ever be spread over.'),
  option('pipeline.object-reuse', 'BOOLEAN', 'false', 'Rows are handed on without being copied.'),
  option('pipeline.operator-chaining.enabled', 'BOOLEAN', 'true', 'Operators that can run in one task do.'),
  option('pipeline.auto-watermark-interval', 'DURATION', '200 ms', 'How often watermarks are emitted.'),
  option('execution.checkpointing.interval', 'DURATION', '', 'How often state is saved; without it, never.', {
    values: ['10 s', '1 min', '3 min'],
  }),
  option('execution.checkpointing.mode', 'ENUM', 'EXACTLY_ONCE', 'What a checkpoint promises.', {
    values: ['EXACTLY_ONCE', 'AT_LEAST_ONCE'],
  }),
  option('execution.checkpointing.timeout', 'DURATION', '10 min', 'A checkpoint that takes longer is given up.'),
  option('execution.checkpointing.min-pause', 'DURATION', '0 ms', 'Time between the end of a checkpoint and the next.'),
  option('execution.checkpointing.max-concurrent-checkpoints', 'INT', '1', 'Checkpoints at the same time.'),
  option(
    'execution.checkpointing.unaligned.enabled',
    'BOOLEAN',
    'false',
    'Checkpoints overtake rows: quick under back pressure, larger.',
  ),
  option('execution.checkpointing.dir', 'STRING', '', 'Folder of checkpoints.'),
  option('execution.checkpointing.savepoint-dir', 'STRING', '', 'Folder of savepoints.'),
  option(
    'execution.checkpointing.externalized-checkpoint-retention',
    'ENUM',
    'NO_EXTERNALIZED_CHECKPOINTS',
    'Whether the last checkpoint stays when a job is cancelled.',
    {
      values: ['DELETE_ON_CANCELLATION', 'RETAIN_ON_CANCELLATION', 'NO_EXTERNALIZED_CHECKPOINTS'],
    },
  ),
  option('execution.state-recovery.path', 'STRING', '', 'Savepoint or checkpoint that the next job starts from.'),
  option(
    'execution.state-recovery.ignore-unclaimed-state',
    'BOOLEAN',
    'false',
    'State that no operator of the job takes is dropped instead of failing it.',
  ),
  option('state.backend.type', 'ENUM', 'hashmap', 'Where state lives: in memory, on disk, or in remote storage.', {
    values: ['hashmap', 'rocksdb', 'forst'],
  }),
  option('state.backend.incremental', 'BOOLEAN', 'false', 'A checkpoint holds only what has changed.'),
  option('restart-strategy.type', 'ENUM', '', 'What happens after a failure.', {
    values: ['none', 'fixed-delay', 'failure-rate', 'exponential-delay'],
  }),
  option('restart-strategy.fixed-delay.attempts', 'INT', '1', 'Starts before the job fails.'),
  option('restart-strategy.fixed-delay.delay', 'DURATION', '1 s', 'Time between a failure and the next start.'),
  option(
    'table.exec.state.ttl',
    'DURATION',
    '0 ms',
    'State of a key that was not touched for this long is dropped; 0 keeps it for ever. Results may be wrong where it was still needed.',
    {
      values: ['1 h', '1 d', '7 d'],
    },
  ),
  option(
    'table.exec.mini-batch.enabled',
    'BOOLEAN',
    'false',
    'Rows are gathered, so that changes of a key become one. Needs the two options below.',
  ),
  option('table.exec.mini-batch.allow-latency', 'DURATION', '0 ms', 'How long rows are gathered.', {
    required: 'when table.exec.mini-batch.enabled is true',
    values: ['1 s', '5 s'],
  }),
  option('table.exec.mini-batch.size', 'LONG', '-1', 'Most rows that are gathered.', {
    required: 'when table.exec.mini-batch.enabled is true',
    values: ['1000', '5000'],
  }),
  option(
    'table.exec.source.idle-timeout',
    'DURATION',
    '0 ms',
    'A source part without rows for this long no longer holds the watermark back.',
    { values: ['5 s', '30 s', '1 min'] },
  ),
  option(
    'table.exec.source.cdc-events-duplicate',
    'BOOLEAN',
    'false',
    'The source may tell an event twice: rows are made unique by the primary key.',
  ),
  option('table.exec.sink.not-null-enforcer', 'ENUM', 'ERROR', 'What a NULL for a NOT NULL column of a sink does.', {
    values: ['ERROR', 'DROP'],
  }),
  option(
    'table.exec.sink.type-length-enforcer',
    'ENUM',
    'IGNORE',
    'What a text that is longer or shorter than the sink’s CHAR or VARCHAR does.',
    { values: ['IGNORE', 'TRIM_PAD', 'ERROR'] },
  ),
  option(
    'table.exec.sink.upsert-materialize',
    'ENUM',
    'AUTO',
    'Whether changes are sorted out by the sink’s primary key before they are written.',
    { values: ['AUTO', 'FORCE', 'NONE'] },
  ),
  option('table.exec.sink.keyed-shuffle', 'ENUM', 'AUTO', 'Whether rows go to writers by the sink’s primary key.', {
    values: ['AUTO', 'FORCE', 'NONE'],
  }),
  option(
    'table.exec.sink.rowtime-inserter',
    'ENUM',
    'ENABLED',
    'Whether the event time is written as the record’s time.',
    { values: ['ENABLED', 'DISABLED'] },
  ),
  option(
    'table.exec.resource.default-parallelism',
    'INT',
    '-1',
    'Parallelism of the SQL operators; -1 takes that of the job.',
  ),
  option('table.exec.async-lookup.buffer-capacity', 'INT', '1000', 'Lookups at the same time.'),
  option('table.exec.async-lookup.timeout', 'DURATION', '3 min', 'Time limit of a lookup.'),
  option('table.exec.async-lookup.output-mode', 'ENUM', 'ORDERED', 'Whether results keep the order of the rows.', {
    values: ['ORDERED', 'ALLOW_UNORDERED'],
  }),
  option(
    'table.exec.async-state.enabled',
    'BOOLEAN',
    'false',
    'State is read without waiting (with a remote state backend).',
  ),
  option(
    'table.exec.legacy-cast-behaviour',
    'ENUM',
    'DISABLED',
    'CAST as Flink before 1.15: what cannot be cast is NULL.',
    { values: ['DISABLED', 'ENABLED'] },
  ),
  option(
    'table.exec.deduplicate.insert-update-after-sensitive-enabled',
    'BOOLEAN',
    'true',
    'A deduplication tells inserts from updates.',
  ),
  option('table.exec.rank.topn-cache-size', 'LONG', '10000', 'Rows that a Top-N keeps in memory.'),
  option('table.exec.simplify-operator-name-enabled', 'BOOLEAN', 'true', 'Short names of operators.'),
  option('table.exec.uid.generation', 'ENUM', 'PLAN_ONLY', 'When operators get ids that a savepoint knows them by.', {
    values: ['PLAN_ONLY', 'ALWAYS', 'DISABLED'],
  }),
  option('table.optimizer.agg-phase-strategy', 'ENUM', 'AUTO', 'Whether aggregates are computed in one phase or two.', {
    values: ['AUTO', 'ONE_PHASE', 'TWO_PHASE'],
  }),
  option(
    'table.optimizer.distinct-agg.split.enabled',
    'BOOLEAN',
    'false',
    'Splits aggregates over DISTINCT in two, against skew.',
  ),
  option('table.optimizer.distinct-agg.split.bucket-num', 'INT', '1024', 'Parts of a split DISTINCT aggregate.'),
  option('table.optimizer.join-reorder-enabled', 'BOOLEAN', 'false', 'The planner chooses the order of joins.'),
  option(
    'table.optimizer.multi-join.enabled',
    'BOOLEAN',
    'false',
    'Joins of several tables by one key become one operator without intermediate state.',
  ),
  option(
    'table.optimizer.delta-join.strategy',
    'ENUM',
    'AUTO',
    'Whether a join asks the tables instead of keeping their rows.',
    { values: ['AUTO', 'FORCE', 'NONE'] },
  ),
  option('table.optimizer.reuse-source-enabled', 'BOOLEAN', 'true', 'Equal sources are read once.'),
  option('table.optimizer.reuse-sub-plan-enabled', 'BOOLEAN', 'true', 'Equal parts of a plan are computed once.'),
  option(
    'table.optimizer.non-deterministic-update.strategy',
    'ENUM',
    'IGNORE',
    'Whether updates that could not be repeated are found and mended.',
    { values: ['IGNORE', 'TRY_RESOLVE'] },
  ),
  option(
    'table.local-time-zone',
    'STRING',
    'default',
    'Zone of the session: of TIMESTAMP_LTZ as text and of CURRENT_DATE.',
    { values: ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Shanghai'] },
  ),
  option('table.dml-sync', 'BOOLEAN', 'false', 'INSERT waits until its job has ended.', { values: ['true', 'false'] }),
  option('table.dynamic-table-options.enabled', 'BOOLEAN', 'true', 'The hint OPTIONS is allowed.'),
  option('table.display.max-column-width', 'INT', '30', 'Width of texts in printed results.'),
  option('table.plan.compile.catalog-objects', 'ENUM', 'ALL', 'What of tables a compiled plan holds.', {
    values: ['ALL', 'SCHEMA', 'IDENTIFIER'],
  }),
  option('sql-client.execution.result-mode', 'ENUM', 'TABLE', 'How the SQL client shows results.', {
    values: ['TABLE', 'CHANGELOG', 'TABLEAU'],
  }),
];
