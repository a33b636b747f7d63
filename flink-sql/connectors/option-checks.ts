import type { ResolvedTable } from '../catalog/model.ts';
import { findConnector, findFormat, findOption, formatsOf, optionsOf } from './index.ts';
import { checkKafka } from './kafka-checks.ts';
import type { ConnectorDoc, OptionDoc } from './model.ts';
import { checkValue, OptionFault, type Options } from './option-values.ts';

/** Connectors whose documented options are all there are: a key beside them is refused. Others may be of any release. */
const COMPLETE = new Set(['kafka', 'upsert-kafka', 'filesystem', 'jdbc', 'datagen', 'print', 'blackhole', 'faker']);

/** Whether the options of a connector that are documented are all that it takes. */
export const isComplete = (connector: string): boolean => COMPLETE.has(connector);

/**
 * Holds a table's options against the documentation, as Flink's factories do when the table is read or written (FactoryUtil): throws an
 * OptionFault with Flink's class and words. What only a running factory could know is not checked, and nothing of connectors that are
 * not documented.
 */
export function checkTableOptions(options: Options, table: ResolvedTable, use: 'source' | 'sink'): void {
  if (options.connector === undefined)
    throw new OptionFault("Table options do not contain an option key 'connector' for discovering a connector.");
  const connector = findConnector(options.connector);
  if (!connector) return;
  if (use === 'source' ? !connector.source && !connector.lookup : !connector.sink) {
    const [can, cannot] = use === 'source' ? ['sink', 'source'] : ['source', 'sink'];
    throw new OptionFault(
      `Connector '${connector.id}' can only be used as a ${can}. It cannot be used as a ${cannot}.`,
      'connector',
    );
  }
  if (!COMPLETE.has(connector.id)) return;
  checkRequired(connector, options);
  checkFormats(connector, options, use);
  const known = optionsOf(options);
  checkUnknown(connector, options, known, table);
  for (const [key, text] of Object.entries(options)) {
    const doc = findOption(key, known);
    if (doc && isRead(connector, key, use)) checkValue(doc, key, text);
  }
  checkTogether(connector, options);
  if (/kafka$/.test(connector.id)) checkKafka(options, table, use);
  if (connector.id === 'datagen') checkDatagen(options);
  if (connector.id === 'filesystem' && use === 'source' && /^0*\s*\D*$/.test(options['source.monitor-interval'] ?? '1'))
    throw new OptionFault('discoveryInterval must be > 0', 'source.monitor-interval', 'IllegalArgumentException');
  checkColumns(connector, options, table);
}

/** A factory reads options of the side that it makes; the filesystem's reads all. */
function isRead({ id }: ConnectorDoc, key: string, use: 'source' | 'sink'): boolean {
  if (use === 'source' && key.endsWith('map-null-key.mode')) return false;
  return id === 'filesystem'
    ? key !== 'sink.parallelism' || use === 'sink'
    : !key.startsWith(use === 'source' ? 'sink.' : 'lookup.') && !(use === 'sink' && key === 'scan.parallelism');
}

function checkRequired(connector: ConnectorDoc, options: Options): void {
  const missing = connector.options
    .filter((o) => o.required === 'always' && !o.open && options[o.key] === undefined && !/(^|\.)format$/.test(o.key))
    .map((o) => o.key)
    .sort();
  if (missing.length > 0)
    throw new OptionFault(
      `One or more required options are missing.\n\nMissing required options are:\n\n${missing.join('\n')}`,
    );
}

const FORMAT_KEYS = ['format', 'value.format', 'key.format'] as const;

function checkFormats(connector: ConnectorDoc, options: Options, use: 'source' | 'sink'): void {
  const { id, formats } = connector;
  if (formats === 'none') return;
  if (formats === 'format' && options.format === undefined)
    throw new OptionFault('One or more required options are missing.\n\nMissing required options are:\n\nformat');
  const side = use === 'source' ? 'scan' : 'sink';
  if (
    formats !== 'format' &&
    options['value.format'] === undefined &&
    (options.format === undefined || formats === 'key-value')
  )
    throw new OptionFault(`Could not find required ${side} format 'value.format'.`);
  if (formats === 'key-value' && options['key.format'] === undefined)
    throw new OptionFault(`Could not find required ${side} format 'key.format'.`);
  const usable = formatsOf(connector).map((f) => f.id);
  for (const key of FORMAT_KEYS) {
    const name = options[key];
    if (name === undefined || usable.includes(name) || (key === 'format' && formats === 'key-value')) continue;
    const kind = use === 'source' ? 'Deserialization' : 'Serialization';
    throw new OptionFault(
      id === 'filesystem'
        ? `Could not find any format factory for identifier '${name}' in the classpath.`
        : `Could not find any factory for identifier '${name}' that implements 'org.apache.flink.table.factories.${kind}FormatFactory' in the classpath.`,
      key,
    );
  }
  for (const key of FORMAT_KEYS) checkFormatOptions(options, key);
}

/** Options that a chosen format cannot do without. */
function checkFormatOptions(options: Options, key: (typeof FORMAT_KEYS)[number]): void {
  const format = findFormat(options[key]);
  if (!format) return;
  const prefix = `${key === 'format' ? '' : `${key.slice(0, -'.format'.length)}.`}${format.id}.`;
  const missing = format.options.filter((o) => o.required === 'always' && options[prefix + o.key] === undefined);
  if (missing.length > 0)
    throw new OptionFault(
      `One or more required options are missing.\n\nMissing required options are:\n\n${missing.map((o) => o.key).join('\n')}`,
    );
  const at = (name: string): string | undefined => options[prefix + name];
  if (format.id === 'json' && at('fail-on-missing-field') === 'true' && at('ignore-parse-errors') === 'true')
    throw new OptionFault(
      "fail-on-missing-field and ignore-parse-errors shouldn't both be true.",
      `${prefix}fail-on-missing-field`,
    );
  if (format.id === 'csv') {
    for (const name of ['field-delimiter', 'quote-character', 'escape-character'])
      if (at(name) !== undefined && !/^(\\?.|\\u[0-9a-f]{4})$/isu.test(at(name) ?? ''))
        throw new OptionFault(
          `Option '${prefix}${name}' must be a string with single character, but was: ${at(name)}`,
          prefix + name,
        );
    if (at('disable-quote-character') === 'true' && at('quote-character') !== undefined)
      throw new OptionFault(
        'Format cannot define a quote character and disabled quote character at the same time.',
        `${prefix}quote-character`,
      );
  }
}

function checkUnknown(
  connector: ConnectorDoc,
  options: Options,
  known: readonly OptionDoc[],
  table: ResolvedTable,
): void {
  // Formats of files do not look for options that they do not know.
  const ofFormat = connector.id === 'filesystem' ? `${options.format}.` : undefined;
  const unknown = unknownOptions(options, known, table).filter((key) => !ofFormat || !key.startsWith(ofFormat));
  if (connector.takesAny || unknown.length === 0) return;
  const supported = known.map((o) => o.key).sort();
  throw new OptionFault(
    `Unsupported options found for '${connector.id}'.\n\nUnsupported options:\n\n${unknown.join('\n')}\n\nSupported options:\n\n${supported.join('\n')}`,
    unknown[0],
  );
}

/** Keys that are not among the documented ones; `fields.x.kind` needs a column x. */
function unknownOptions(options: Options, known: readonly OptionDoc[], table: ResolvedTable): string[] {
  return Object.keys(options)
    .filter((key) => {
      if (/^(connector|property-version|scan\.watermark\..+|millrace\..+)$/.test(key)) return false;
      const doc = findOption(key, known);
      if (!doc) return true;
      const column = doc.key.startsWith('fields.#.') ? key.slice('fields.'.length).split('.')[0] : undefined;
      return column !== undefined && !table.columns.some((c) => c.name === column);
    })
    .sort();
}

/** Sinks that gather rows want both limits, exactly-once a prefix. */
function checkTogether({ id }: ConnectorDoc, options: Options): void {
  if (
    id === 'jdbc' &&
    (options.username === undefined) !== (options.password === undefined) &&
    options.username === undefined
  )
    throw new OptionFault(
      'If username is specified, password must be specified as well.',
      'password',
      'IllegalArgumentException',
    );
}

function checkDatagen(options: Options): void {
  for (const [key, kind] of Object.entries(options)) {
    if (!/^fields\..+\.kind$/.test(key)) continue;
    if (kind !== 'random' && kind !== 'sequence') throw new OptionFault(`Unsupported generator kind: ${kind}`, key);
    const field = key.slice(0, -'.kind'.length);
    for (const end of ['start', 'end'])
      if (kind === 'sequence' && options[`${field}.${end}`] === undefined)
        throw new OptionFault(`Could not find required property '${field}.${end}' for sequence generator.`, key);
  }
  for (const [key, text] of Object.entries(options))
    if (/^fields\..+\.(min|max|start|end)$/.test(key) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text))
      throw new OptionFault(`For input string: "${text}"`, key, 'NumberFormatException');
}

/** What a format can hold. */
function checkColumns({ formats }: ConnectorDoc, options: Options, table: ResolvedTable): void {
  const format = options['value.format'] ?? options.format;
  if (formats === 'none' || format !== 'raw' || options['key.format'] !== undefined) return;
  const physical = table.columns.filter((c) => c.kind === 'physical');
  if (physical.length > 1)
    throw new OptionFault(
      `The 'raw' format only supports single physical column. However the defined schema contains multiple physical columns: [${physical.map((c) => `\`${c.name}\``).join(', ')}]`,
      'format',
    );
  const type = physical[0]?.type;
  if (type && /^(ARRAY|MAP|ROW|MULTISET)$/.test(type.root))
    throw new OptionFault(`The 'raw' format doesn't supports '${type.root}' as column type.`, 'format');
}

/** The same as data: what is wrong with the options, or undefined. */
export function documentedFault(
  options: Options,
  table: ResolvedTable,
  use: 'source' | 'sink',
): OptionFault | undefined {
  try {
    checkTableOptions(options, table, use);
    return undefined;
  } catch (error) {
    if (error instanceof OptionFault) return error;
    throw error;
  }
}
