import { connectionFromProperties, type KafkaConnection } from '../../../clients/kafka/index.ts';
import type { ResolvedTable } from '../../../flink-sql/catalog/model.ts';
import type { RowField } from '../../../flink-sql/types/logical-type.ts';
import { FlinkFault, validation } from '../../errors.ts';
import { javaPattern } from '../../formats/pattern.ts';
import { messageFormatFor as formatFor, type RegisteredFormat } from '../../formats/registry.ts';
import { deadLetterTarget, withoutDeadLetter } from '../dead-letters.ts';
import {
  checkRequired,
  checkUnknown,
  durationOption,
  enumOption,
  integerOption,
  type Options,
  withPrefix,
} from '../options.ts';
import type { EmitStrategy } from './watermarks.ts';

/** A format chosen for the key or the value of messages. */
export interface ChosenFormat {
  readonly format: RegisteredFormat;
  readonly options: Record<string, string>;
  /** Positions among the physical columns that it reads and writes. */
  readonly positions: readonly number[];
  /** Field names as the format knows them (a key prefix cut off). */
  readonly fields: readonly RowField[];
}

export type StartupMode = 'earliest-offset' | 'latest-offset' | 'group-offsets' | 'timestamp' | 'specific-offsets';
export type BoundedMode = 'unbounded' | 'latest-offset' | 'group-offsets' | 'timestamp' | 'specific-offsets';

export interface KafkaTableOptions {
  readonly upsert: boolean;
  readonly physical: readonly RowField[];
  readonly key: ChosenFormat | undefined;
  readonly value: ChosenFormat;
  readonly topics: readonly string[];
  readonly topicPattern: RegExp | undefined;
  readonly properties: Record<string, string>;
  readonly startup: StartupMode;
  readonly bounded: BoundedMode;
  readonly discoveryMs: number;
  readonly idleMs: number | undefined;
  readonly emit: EmitStrategy;
  readonly guarantee: 'exactly-once' | 'at-least-once' | 'none';
  readonly transactionPrefix: string;
  /** Rows of an upsert table are reduced by key until there are so many or so much time has passed; 0: not at all. */
  readonly buffer: { readonly rows: number; readonly intervalMs: number };
  readonly partitioner: 'default' | 'fixed' | 'round-robin';
}

const SHARED = [
  'properties.bootstrap.servers',
  'topic',
  'topic-pattern',
  'key.fields-prefix',
  'value.fields-include',
  'scan.bounded.mode',
  'scan.bounded.specific-offsets',
  'scan.bounded.timestamp-millis',
  'scan.parallelism',
  'scan.topic-partition-discovery.interval',
  'scan.watermark.alignment.group',
  'scan.watermark.alignment.max-drift',
  'scan.watermark.alignment.update-interval',
  'scan.watermark.emit.strategy',
  'scan.watermark.idle-timeout',
  'sink.delivery-guarantee',
  'sink.parallelism',
  'sink.transaction-naming-strategy',
  'sink.transactional-id-prefix',
  'key.format',
  'value.format',
];
const KAFKA_ONLY = [
  'format',
  'key.fields',
  'properties.group.id',
  'scan.startup.mode',
  'scan.startup.specific-offsets',
  'scan.startup.timestamp-millis',
  'sink.partitioner',
  'sink.semantic',
];
const UPSERT_ONLY = ['sink.buffer-flush.interval', 'sink.buffer-flush.max-rows'];

const KAFKA_OPTIONS = 'org.apache.flink.streaming.connectors.kafka.table.KafkaConnectorOptions';

/** Reads and checks the options of a kafka or upsert-kafka table, in the order of Flink's factories. */
export function kafkaOptions(
  identifier: 'kafka' | 'upsert-kafka',
  options: Options,
  table: ResolvedTable,
  writing = false,
): KafkaTableOptions {
  const upsert = identifier === 'upsert-kafka';
  const physical = table.columns.filter((c) => c.kind === 'physical').map((c) => ({ name: c.name, type: c.type }));
  checkRequired(options, ['properties.bootstrap.servers']);
  const keyFormat = options['key.format'];
  const valueFormat = options['value.format'] ?? (upsert ? undefined : options.format);
  if (upsert && keyFormat === undefined) throw validation("Could not find required scan format 'key.format'.");
  if (valueFormat === undefined) throw validation("Could not find required scan format 'value.format'.");
  const formats = [...(keyFormat === undefined ? [] : [['key', keyFormat] as const]), ['value', valueFormat] as const];
  const known: string[] = [];
  const prefixes = ['properties.'];
  for (const [role, name] of formats) {
    const prefix = role === 'value' && options.format !== undefined && !upsert ? `${name}.` : `${role}.${name}.`;
    const format = formatFor(name, writing);
    for (const key of format.optionKeys) known.push(prefix + key);
    for (const key of format.optionPrefixes ?? []) prefixes.push(prefix + key);
  }
  deadLetterTarget(options, true);
  checkUnknown(identifier, withoutDeadLetter(options), {
    required: [],
    optional: [...SHARED, ...(upsert ? UPSERT_ONLY : KAFKA_ONLY), ...known],
    prefixes,
  });
  const value = formatFor(valueFormat, writing);
  if (!options.topic && !options['topic-pattern'] && upsert && !writing)
    throw new FlinkFault('IllegalArgumentException', 'Either Topic or Topic Pattern must be set for source.');
  if (!options.topic && !options['topic-pattern']) throw validation("Either 'topic' or 'topic-pattern' must be set.");
  if (options.topic && options['topic-pattern'])
    throw validation("Option 'topic' and 'topic-pattern' shouldn't be set together.");
  if (upsert && !table.primaryKey) {
    throw validation(
      "'upsert-kafka' tables require to define a PRIMARY KEY constraint. The PRIMARY KEY specifies which columns should be read from or write to the Kafka message key. The PRIMARY KEY also defines records in the 'upsert-kafka' table should update or delete on which keys.",
    );
  }
  if (keyFormat !== undefined && formatFor(keyFormat, writing).changelog !== 'insert-only') {
    throw validation(
      upsert
        ? `'upsert-kafka' connector doesn't support '${keyFormat}' as key format, because '${keyFormat}' is not in insert-only mode.`
        : `A key format should only deal with INSERT-only records. But ${keyFormat} has a changelog mode of [INSERT, UPDATE_BEFORE, UPDATE_AFTER, DELETE].`,
    );
  }
  if (upsert && value.changelog !== 'insert-only') {
    throw validation(
      `'upsert-kafka' connector doesn't support '${valueFormat}' as value format, because '${valueFormat}' is not in insert-only mode.`,
    );
  }
  if (!upsert && table.primaryKey && value.changelog === 'insert-only') {
    const { catalog, database, name } = table.identifier;
    throw validation(
      `The Kafka table '${catalog}.${database}.${name}' with '${valueFormat}' format doesn't support defining PRIMARY KEY constraint on the table, because it can't guarantee the semantic of primary key.`,
    );
  }
  const positions = keyAndValuePositions(upsert, options, table, physical);
  const choose = (role: 'key' | 'value', name: string, at: readonly number[]): ChosenFormat => {
    const format = formatFor(name, writing);
    const own = withPrefix(
      options,
      role === 'value' && options.format !== undefined && !upsert ? `${name}.` : `${role}.${name}.`,
    );
    for (const [former, name] of Object.entries(format.formerKeys ?? {})) {
      const given = own[former];
      if (given !== undefined) own[name] ??= given;
    }
    if (format.registrySubject && own.subject === undefined && singleTopic(options))
      own.subject = `${options.topic}-${role}`;
    format.validate(own);
    if (writing) format.validateWriting?.(own);
    format.checkFields?.(
      at.map((p) => physical[p] as RowField),
      own,
    );
    const prefix = role === 'key' ? (options['key.fields-prefix'] ?? '') : '';
    return {
      format,
      options: own,
      positions: at,
      fields: at.map((p) => ({
        name: (physical[p] as RowField).name.slice(prefix.length),
        type: (physical[p] as RowField).type,
      })),
    };
  };
  const startup = upsert
    ? 'earliest-offset'
    : enumOption(
        options,
        'scan.startup.mode',
        ['earliest-offset', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'] as const,
        'group-offsets',
        `${KAFKA_OPTIONS}$ScanStartupMode`,
      );
  checkStartup(options, startup);
  checkBounded(options);
  if (upsert && writing) checkBuffer(options);
  if (!writing) integerOption(options, 'scan.parallelism');
  checkAlignment(identifier, options);
  const semantic = options['sink.delivery-guarantee'] === undefined && options['sink.semantic'] !== undefined;
  const guarantee = enumOption(
    options,
    semantic ? 'sink.semantic' : 'sink.delivery-guarantee',
    ['exactly-once', 'at-least-once', 'none'] as const,
    'at-least-once',
    'org.apache.flink.connector.base.DeliveryGuarantee',
  );
  const transactionPrefix = options['sink.transactional-id-prefix'];
  if (guarantee === 'exactly-once' && transactionPrefix === undefined && semantic) {
    throw new FlinkFault(
      'IllegalStateException',
      'EXACTLY_ONCE delivery guarantee requires a transactionalIdPrefix to be set to provide unique transaction names across multiple KafkaSinks writing to the same Kafka cluster.',
    );
  }
  if (guarantee === 'exactly-once' && transactionPrefix === undefined)
    throw validation('sink.transactional-id-prefix must be specified when using DeliveryGuarantee.EXACTLY_ONCE.');
  // Both of Flink's strategies name transactions alike here: what lingers is found by listing, and names are used again.
  enumOption(
    options,
    'sink.transaction-naming-strategy',
    ['INCREMENTING', 'POOLING'] as const,
    'INCREMENTING',
    'org.apache.flink.connector.kafka.sink.TransactionNamingStrategy',
  );
  const emit = enumOption(
    options,
    'scan.watermark.emit.strategy',
    ['on-event', 'on-periodic'] as const,
    'on-periodic',
    'org.apache.flink.table.watermark.WatermarkEmitStrategy',
  );
  const pattern = options['topic-pattern'];
  return {
    upsert,
    physical,
    key: keyFormat === undefined ? undefined : choose('key', keyFormat, positions.key),
    value: choose('value', valueFormat, positions.value),
    topics: (options.topic ?? '')
      .split(';')
      .map((t) => t.trim())
      .filter(Boolean),
    topicPattern: pattern === undefined ? undefined : javaPattern(pattern),
    properties: withPrefix(options, 'properties.'),
    startup,
    bounded: enumOption(
      options,
      'scan.bounded.mode',
      ['unbounded', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'] as const,
      'unbounded',
      `${KAFKA_OPTIONS}$ScanBoundedMode`,
    ),
    discoveryMs: durationOption(options, 'scan.topic-partition-discovery.interval') ?? 300_000,
    idleMs: durationOption(options, 'scan.watermark.idle-timeout'),
    emit,
    guarantee,
    transactionPrefix: transactionPrefix ?? '',
    buffer: {
      rows: integerOption(options, 'sink.buffer-flush.max-rows') ?? 0,
      intervalMs: durationOption(options, 'sink.buffer-flush.interval') ?? 0,
    },
    partitioner: writing ? partitioner(options, keyFormat !== undefined) : 'default',
  };
}

/** Watermarks are aligned by both options or not at all (FactoryUtil.checkWatermarkOptions). */
function checkAlignment(identifier: string, options: Options): void {
  const [group, drift] = ['scan.watermark.alignment.group', 'scan.watermark.alignment.max-drift'];
  if ((options[group] === undefined) === (options[drift] === undefined)) return;
  throw validation(
    `Error configuring watermark for '${identifier}', '${group}' and '${drift}' must be set when configuring watermark alignment`,
  );
}

/** Is there one topic, whose name the registry's subject then has? */
const singleTopic = (options: Options) => options.topic !== undefined && !options.topic.includes(';');

function partitioner(options: Options, keyed: boolean): 'default' | 'fixed' | 'round-robin' {
  const name = options['sink.partitioner'] ?? 'default';
  if (name === '') throw validation("Option 'sink.partitioner' should be a non-empty string.");
  if (name === 'default' || name === 'fixed') return name;
  if (name === 'round-robin') {
    if (keyed)
      throw validation("Currently 'round-robin' partitioner only works when option 'key.fields' is not specified.");
    return name;
  }
  throw validation(
    `Could not find and instantiate partitioner class '${name}'`,
    new FlinkFault('ClassNotFoundException', name),
  );
}

function checkStartup(options: Options, mode: StartupMode): void {
  if (mode === 'timestamp' && integerOption(options, 'scan.startup.timestamp-millis') === undefined) {
    throw validation("'scan.startup.timestamp-millis' is required in 'timestamp' startup mode but missing.");
  }
  if (mode === 'specific-offsets') {
    if (options['scan.startup.specific-offsets'] === undefined)
      throw validation("'scan.startup.specific-offsets' is required in 'specific-offsets' startup mode but missing.");
    if (!singleTopic(options))
      throw validation('Currently Kafka source only supports specific offset for single topic.');
    specificOffsets(options, 'scan.startup.specific-offsets');
  }
}

function checkBounded(options: Options): void {
  const mode = options['scan.bounded.mode']?.toLowerCase();
  if (mode === 'timestamp' && integerOption(options, 'scan.bounded.timestamp-millis') === undefined) {
    throw validation("'scan.bounded.timestamp-millis' is required in 'timestamp' bounded mode but missing.");
  }
  if (mode === 'specific-offsets') {
    if (options['scan.bounded.specific-offsets'] === undefined)
      throw validation("'scan.bounded.specific-offsets' is required in 'specific-offsets' bounded mode but missing.");
    specificOffsets(options, 'scan.bounded.specific-offsets');
  }
}

function checkBuffer(options: Options): void {
  const rows = integerOption(options, 'sink.buffer-flush.max-rows') ?? 0;
  const interval = durationOption(options, 'sink.buffer-flush.interval') ?? 0;
  if (rows > 0 !== interval > 0) {
    throw validation(
      "'sink.buffer-flush.max-rows' and 'sink.buffer-flush.interval' must be set to be greater than zero together to enable sink buffer flushing.",
    );
  }
}

/** `partition:0,offset:42;partition:1,offset:300` by partition. */
export function specificOffsets(options: Options, key: string): Map<number, bigint> {
  const text = options[key] ?? '';
  const out = new Map<number, bigint>();
  for (const pair of text.split(';').filter(Boolean)) {
    const m = /^partition:([^,:]*),offset:([^,:]*)$/.exec(pair);
    if (!m)
      throw validation(
        `Invalid properties '${key}' should follow the format 'partition:0,offset:42;partition:1,offset:300', but is '${text}'.`,
      );
    const bad = m.slice(1).find((digits) => !/^[-+]?\d+$/.test(digits));
    if (bad !== undefined) throw new FlinkFault('NumberFormatException', `For input string: "${bad}"`);
    out.set(Number(m[1]), BigInt((m[2] as string).replace('+', '')));
  }
  return out;
}

/** Which physical columns lie in the key and which in the value (KafkaConnectorOptionsUtil.createKeyFormatProjection). */
function keyAndValuePositions(
  upsert: boolean,
  options: Options,
  table: ResolvedTable,
  physical: readonly RowField[],
): { key: number[]; value: number[] } {
  const all = physical.map((_, i) => i);
  const prefix = options['key.fields-prefix'] ?? '';
  const find = (name: string) => physical.findIndex((f) => f.name === name);
  let key: number[] = [];
  if (upsert) key = (table.primaryKey?.columns ?? []).map(find);
  else if (options['key.format'] !== undefined) {
    const names = (options['key.fields'] ?? '').split(';').filter(Boolean);
    if (!names.length)
      throw validation(
        "A key format 'key.format' requires the declaration of one or more of key fields using 'key.fields'.",
      );
    key = names.map((name) => {
      const at = find(name);
      if (at < 0)
        throw validation(
          `Could not find the field '${name}' in the table schema for usage in the key format. A key field must be a regular, physical column. The following columns can be selected in the 'key.fields' option:\n[${physical.map((f) => f.name).join(', ')}]`,
        );
      if (!name.startsWith(prefix))
        throw validation(
          `All fields in 'key.fields' must be prefixed with '${prefix}' when option 'key.fields-prefix' is set but field '${name}' is not prefixed.`,
        );
      return at;
    });
  } else if (options['key.fields'] !== undefined)
    throw validation("The option 'key.fields' can only be declared if a key format is defined using 'key.format'.");
  if (upsert) {
    const bare = key.map((at) => (physical[at] as RowField).name).find((name) => !name.startsWith(prefix));
    if (bare !== undefined)
      throw validation(
        `All fields in 'key.fields' must be prefixed with '${prefix}' when option 'key.fields-prefix' is set but field '${bare}' is not prefixed.`,
      );
  }
  const include = (options['value.fields-include'] ?? 'ALL').toUpperCase();
  if (include !== 'ALL' && include !== 'EXCEPT_KEY')
    enumOption(
      options,
      'value.fields-include',
      ['ALL', 'EXCEPT_KEY'] as const,
      'ALL',
      `${KAFKA_OPTIONS}$ValueFieldsStrategy`,
    );
  if (include === 'ALL' && prefix)
    throw validation(
      "A key prefix is not allowed when option 'value.fields-include' is set to 'ALL'. Set it to 'EXCEPT_KEY' instead to avoid field overlaps.",
    );
  return { key, value: include === 'ALL' ? all : all.filter((i) => !key.includes(i)) };
}

/** Connection of a table; wrong properties are a validation error. */
export function connectionOf(options: KafkaTableOptions): KafkaConnection {
  try {
    return connectionFromProperties(options.properties, 'millrace');
  } catch (error) {
    throw validation(error instanceof Error ? error.message : String(error));
  }
}
