import {
  type DatabaseAddress,
  type DatabaseLogin,
  maskedJdbcUrl,
  parseJdbcUrl,
} from '../../../clients/database/index.ts';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault } from '../../errors.ts';
import {
  booleanOption,
  checkRequired,
  checkUnknown,
  durationOption,
  enumOption,
  integerOption,
  type Options,
} from '../options.ts';
import { type Dialect, dialectOf, validateTypes } from './dialect.ts';

const REQUIRED = ['url', 'table-name'];
const PARTITION = [
  'scan.partition.column',
  'scan.partition.num',
  'scan.partition.lower-bound',
  'scan.partition.upper-bound',
];
const OPTIONAL = [
  'driver',
  'compatible-mode',
  'username',
  'password',
  ...PARTITION,
  'scan.fetch-size',
  'scan.auto-commit',
  'lookup.cache.max-rows',
  'lookup.cache.ttl',
  'lookup.max-retries',
  'lookup.cache.caching-missing-key',
  'sink.buffer-flush.max-rows',
  'sink.buffer-flush.interval',
  'sink.max-retries',
  'sink.parallelism',
  'connection.max-retry-timeout',
  'lookup.cache',
  'lookup.partial-cache.expire-after-access',
  'lookup.partial-cache.expire-after-write',
  'lookup.partial-cache.max-rows',
  'lookup.partial-cache.cache-missing-key',
  'filter.handling.policy',
];
/** Every table source knows these. */
const OF_SOURCES = [
  'scan.watermark.alignment.group',
  'scan.watermark.alignment.max-drift',
  'scan.watermark.alignment.update-interval',
  'scan.watermark.emit.strategy',
  'scan.watermark.idle-timeout',
];

/** What the options of a jdbc table say (JdbcReadOptions, JdbcExecutionOptions, JdbcDmlOptions). */
export interface JdbcTable {
  readonly address: DatabaseAddress;
  readonly login: DatabaseLogin;
  readonly dialect: Dialect;
  readonly tableName: string;
  readonly physical: readonly RowField[];
  /** Positions in `physical`. */
  readonly key: readonly number[];
  readonly partition:
    | { readonly column: string; readonly count: number; readonly lower: bigint; readonly upper: bigint }
    | undefined;
  /** Conditions are carried out by the database, where it can. */
  readonly filters: boolean;
  /** Rows a round trip; 0: as we like. */
  readonly fetchSize: number;
  readonly lookupRetries: number;
  /** Milliseconds in which a connection must show, after a failure, that it still answers. */
  readonly retryTimeoutMs: number;
  /** Rows that are written at once; 0: no limit. */
  readonly batchRows: number;
  /** Milliseconds; 0: only when full. */
  readonly batchInterval: number;
  readonly sinkRetries: number;
}

const illegal = (message: string): FlinkFault => new FlinkFault('IllegalArgumentException', message);

/** Checks the options in the order in which Flink does and reads them (JdbcDynamicTableFactory). */
export function jdbcOptions(options: Options, table: ResolvedTable, as: 'source' | 'sink'): JdbcTable {
  checkRequired(options, REQUIRED);
  const int = (key: string, fallback: number): number => integerOption(options, key) ?? fallback;
  const lower = integerOption(options, 'scan.partition.lower-bound');
  const upper = integerOption(options, 'scan.partition.upper-bound');
  const count = int('scan.partition.num', 0);
  const fetchSize = int('scan.fetch-size', 0);
  booleanOption(options, 'scan.auto-commit', true);
  integerOption(options, 'lookup.cache.max-rows');
  durationOption(options, 'lookup.cache.ttl');
  const lookupRetries = int('lookup.max-retries', 3);
  booleanOption(options, 'lookup.cache.caching-missing-key', true);
  const batchRows = int('sink.buffer-flush.max-rows', 100);
  const batchInterval = durationOption(options, 'sink.buffer-flush.interval') ?? 1000;
  const sinkRetries = int('sink.max-retries', 3);
  integerOption(options, 'sink.parallelism');
  const retryTimeout = durationOption(options, 'connection.max-retry-timeout') ?? 60_000;
  const cache = enumOption(
    options,
    'lookup.cache',
    ['NONE', 'PARTIAL', 'FULL'],
    'NONE',
    'org.apache.flink.table.connector.source.lookup.LookupOptions$LookupCacheType',
  );
  for (const key of ['expire-after-access', 'expire-after-write'])
    durationOption(options, `lookup.partial-cache.${key}`);
  integerOption(options, 'lookup.partial-cache.max-rows');
  booleanOption(options, 'lookup.partial-cache.cache-missing-key', true);
  const filters = filterPolicy(options);
  checkUnknown('jdbc', options, {
    required: REQUIRED,
    optional: as === 'source' ? [...OPTIONAL, ...OF_SOURCES] : OPTIONAL,
  });

  const url = options.url as string;
  const address = parseJdbcUrl(url);
  if (!address) throw unknownUrl(url);
  const dialect = dialectOf(address.kind);
  const mode = options['compatible-mode'];
  if (mode !== undefined)
    throw new FlinkFault('UnsupportedOperationException', `Not supported option 'compatible-mode' with value: ${mode}`);
  allOrNone(options, ['username', 'password']);
  allOrNone(options, PARTITION);
  if (lower !== undefined && upper !== undefined && lower > upper)
    throw illegal(
      `'scan.partition.lower-bound'='${lower}' must not be larger than 'scan.partition.upper-bound'='${upper}'.`,
    );
  allOrNone(options, ['lookup.cache.max-rows', 'lookup.cache.ttl']);
  if (lookupRetries < 0)
    throw illegal(`The value of 'lookup.max-retries' option shouldn't be negative, but is ${lookupRetries}.`);
  if (sinkRetries < 0)
    throw illegal(`The value of 'sink.max-retries' option shouldn't be negative, but is ${sinkRetries}.`);
  if (retryTimeout < 1000)
    throw illegal(
      `The value of 'connection.max-retry-timeout' option must be in second granularity and shouldn't be smaller than 1 second, but is ${options['connection.max-retry-timeout']}.`,
    );
  if (as === 'source' && cache === 'PARTIAL') checkEviction(options);
  const physical = table.columns.filter((c) => c.kind === 'physical').map(({ name, type }) => ({ name, type }));
  validateTypes(dialect, physical);
  if (count < 0 || (options['scan.partition.num'] !== undefined && count === 0))
    throw illegal('Batch number must be positive');
  const column = options['scan.partition.column'];
  const { username: user, password } = options;
  return {
    address,
    login: { ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) },
    dialect,
    tableName: options['table-name'] as string,
    physical,
    key: (table.primaryKey?.columns ?? []).map((name) => physical.findIndex((field) => field.name === name)),
    partition:
      column === undefined
        ? undefined
        : {
            column,
            count,
            lower: BigInt((options['scan.partition.lower-bound'] as string).trim()),
            upper: BigInt((options['scan.partition.upper-bound'] as string).trim()),
          },
    filters,
    fetchSize,
    lookupRetries,
    retryTimeoutMs: retryTimeout,
    batchRows,
    batchInterval,
    sinkRetries,
  };
}

/** What JdbcFactoryLoader says of a URL that none of its factories takes. */
export function unknownUrl(url: string): FlinkFault {
  return new FlinkFault(
    'IllegalStateException',
    `Could not find any jdbc factory that can handle url '${maskedJdbcUrl(url)}' that implements 'org.apache.flink.connector.jdbc.core.database.JdbcFactory' in the classpath.\n\nAvailable factories are:\n\norg.apache.flink.connector.jdbc.mysql.database.MySqlFactory\norg.apache.flink.connector.jdbc.postgres.database.PostgresFactory`,
  );
}

/** A cache from which nothing ever goes is refused (DefaultLookupCache.fromConfig). */
function checkEviction(options: Options): void {
  const keys = ['expire-after-access', 'expire-after-write', 'max-rows'].map((key) => `lookup.partial-cache.${key}`);
  if (keys.some((key) => options[key] !== undefined)) return;
  throw illegal(
    `Missing '${keys[0]}', '${keys[1]}' or '${keys[2]}' in the configuration. The cache will not have evictions under this configuration and could lead to potential memory issues as the cache size may grow indefinitely.`,
  );
}

function filterPolicy(options: Options): boolean {
  const text = options['filter.handling.policy'];
  if (text === undefined || /^(always|never)$/i.test(text)) return text?.toLowerCase() !== 'never';
  throw new FlinkFault(
    'ValidationException',
    "Invalid value for option 'filter.handling.policy'.",
    new FlinkFault(
      'IllegalArgumentException',
      `Could not parse value '${text}' for key 'filter.handling.policy'.`,
      illegal(
        'Could not parse value for enum class org.apache.flink.connector.jdbc.core.table.FilterHandlingPolicy. Expected one of: [[always, never]]',
      ),
    ),
  );
}

function allOrNone(options: Options, keys: readonly string[]): void {
  const present = keys.filter((key) => options[key] !== undefined).length;
  if (present !== 0 && present !== keys.length)
    throw illegal(`Either all or none of the following options should be provided:\n${keys.join('\n')}`);
}
