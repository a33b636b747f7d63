import type { ResolvedTable } from '../catalog/model.ts';
import { findFormat } from './index.ts';
import { OptionFault, type Options } from './option-values.ts';

/** Metadata that records of Kafka have; of them a sink can write `headers`, `timestamp` and `topic`. */
const METADATA = ['headers', 'leader-epoch', 'offset', 'partition', 'timestamp', 'timestamp-type', 'topic'];
const WRITABLE = ['headers', 'timestamp', 'topic'];

/** What KafkaConnectorOptionsUtil and the table's factories ask of options together. */
export function checkKafka(options: Options, table: ResolvedTable, use: 'source' | 'sink'): void {
  const upsert = options.connector === 'upsert-kafka';
  if (!options.topic && !options['topic-pattern'])
    throw new OptionFault("Either 'topic' or 'topic-pattern' must be set.");
  if (options.topic && options['topic-pattern'])
    throw new OptionFault("Option 'topic' and 'topic-pattern' shouldn't be set together.", 'topic-pattern');
  const valueFormat = options['value.format'] ?? options.format ?? '';
  if (upsert && findFormat(valueFormat)?.changelog === 'all')
    throw new OptionFault(
      `'upsert-kafka' connector doesn't support '${valueFormat}' as value format, because '${valueFormat}' is not in insert-only mode.`,
      'value.format',
    );
  checkKey(upsert, options, table);
  if (use === 'source') {
    checkRange(options, 'startup', upsert ? undefined : (options['scan.startup.mode'] ?? 'group-offsets'));
    checkRange(options, 'bounded', options['scan.bounded.mode']);
  } else checkWriting(options, valueFormat);
  checkMetadata(options, table, use);
}

function checkKey(upsert: boolean, options: Options, table: ResolvedTable): void {
  const physical = table.columns.filter((c) => c.kind === 'physical').map((c) => c.name);
  const prefix = options['key.fields-prefix'] ?? '';
  const fields = (options['key.fields'] ?? '').split(';').filter(Boolean);
  if (!upsert && options['key.format'] === undefined) {
    if (options['key.fields'] !== undefined)
      throw new OptionFault(
        "The option 'key.fields' can only be declared if a key format is defined using 'key.format'.",
        'key.fields',
      );
    return;
  }
  if (!upsert && fields.length === 0)
    throw new OptionFault(
      "A key format 'key.format' requires the declaration of one or more of key fields using 'key.fields'.",
      'key.format',
    );
  const missing = upsert ? undefined : fields.find((f) => !physical.includes(f));
  if (missing !== undefined)
    throw new OptionFault(
      `Could not find the field '${missing}' in the table schema for usage in the key format. A key field must be a regular, physical column. The following columns can be selected in the 'key.fields' option:\n[${physical.join(', ')}]`,
      'key.fields',
    );
  const bare = (upsert ? (table.primaryKey?.columns ?? []) : fields).find((f) => !f.startsWith(prefix));
  if (bare !== undefined)
    throw new OptionFault(
      `All fields in 'key.fields' must be prefixed with '${prefix}' when option 'key.fields-prefix' is set but field '${bare}' is not prefixed.`,
      'key.fields-prefix',
    );
}

function checkRange(options: Options, which: 'startup' | 'bounded', mode: string | undefined): void {
  const needs = (option: string): void => {
    if (options[option] === undefined)
      throw new OptionFault(`'${option}' is required in '${mode}' ${which} mode but missing.`, `scan.${which}.mode`);
  };
  if (mode === 'timestamp') needs(`scan.${which}.timestamp-millis`);
  if (mode === 'specific-offsets') {
    const key = `scan.${which}.specific-offsets`;
    needs(key);
    const text = options[key] ?? '';
    if (!text.split(';').every((pair) => pair === '' || /^\s*partition:\d+,offset:-?\d+\s*$/.test(pair)))
      throw new OptionFault(
        `Invalid properties '${key}' should follow the format 'partition:0,offset:42;partition:1,offset:300', but is '${text}'.`,
        key,
      );
  }
  if (which === 'startup' && mode === 'group-offsets' && options['properties.group.id'] === undefined)
    throw new OptionFault(
      'Property group.id is required when using committed offset for offsets initializer',
      'scan.startup.mode',
      'IllegalStateException',
    );
}

function checkWriting(options: Options, valueFormat: string): void {
  const exactly = options['sink.delivery-guarantee'] ?? options['sink.semantic'];
  if (exactly === 'exactly-once' && options['sink.transactional-id-prefix'] === undefined)
    throw new OptionFault(
      'sink.transactional-id-prefix must be specified when using DeliveryGuarantee.EXACTLY_ONCE.',
      'sink.delivery-guarantee',
    );
  const partitioner = options['sink.partitioner'] ?? 'default';
  if (partitioner === 'round-robin' && options['key.fields'] !== undefined)
    throw new OptionFault(
      "Currently 'round-robin' partitioner only works when option 'key.fields' is not specified.",
      'sink.partitioner',
    );
  if (!/^(default|fixed|round-robin)$/.test(partitioner) && !partitioner.includes('.'))
    throw new OptionFault(partitioner, 'sink.partitioner', 'ClassNotFoundException');
  const gathers = (key: string): boolean => options[key] !== undefined && Number.parseInt(options[key] ?? '0', 10) > 0;
  if (gathers('sink.buffer-flush.max-rows') !== gathers('sink.buffer-flush.interval'))
    throw new OptionFault(
      "'sink.buffer-flush.max-rows' and 'sink.buffer-flush.interval' must be set to be greater than zero together to enable sink buffer flushing.",
      'sink.buffer-flush.max-rows',
    );
  const schema = Object.keys(options).find((k) => k.endsWith(`${valueFormat}.schema-include`) && options[k] === 'true');
  if (valueFormat === 'debezium-json' && schema)
    throw new OptionFault(
      "Debezium JSON serialization doesn't support 'debezium-json.schema-include' option been set to true.",
      schema,
    );
}

/** Metadata of a format is behind `value.`; what that format has is not listed here. */
function checkMetadata(options: Options, table: ResolvedTable, use: 'source' | 'sink'): void {
  const known = use === 'source' ? METADATA : WRITABLE;
  const connector = 'org.apache.flink.streaming.connectors.kafka.table.KafkaDynamic';
  for (const column of table.columns) {
    if (column.kind !== 'metadata' || (use === 'sink' && column.virtual)) continue;
    const key = column.key ?? column.name;
    if (known.includes(key) || key.startsWith('value.') || /debezium|canal|maxwell|ogg/.test(options.format ?? ''))
      continue;
    const { catalog, database, name } = table.identifier;
    const side = use === 'source' ? 'Source' : 'Sink';
    throw new OptionFault(
      `Invalid metadata key '${key}' in column '${column.name}' of table '${catalog}.${database}.${name}'. The DynamicTable${side} class '${connector}${side}' supports the following metadata keys for ${use === 'source' ? 'reading' : 'writing'}:\n${known.join('\n')}`,
    );
  }
}
