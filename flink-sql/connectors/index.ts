import { cdcConnectors } from './cdc.ts';
import { fileAndDatabaseConnectors } from './files-and-databases.ts';
import { formats } from './formats.ts';
import { generatorConnectors } from './generators.ts';
import { kafkaConnectors } from './kafka.ts';
import { lakeConnectors } from './lakes.ts';
import type { ConnectorDoc, FormatDoc, OptionDoc } from './model.ts';
import { serviceConnectors } from './services.ts';

export { formats } from './formats.ts';
export type * from './model.ts';
export { sessionOptions } from './session-options.ts';

/** Connectors of Flink 2.2 and those that one meets beside it, with the options of their tables. */
export const connectors: readonly ConnectorDoc[] = [
  ...kafkaConnectors,
  ...fileAndDatabaseConnectors,
  ...generatorConnectors,
  ...cdcConnectors,
  ...lakeConnectors,
  ...serviceConnectors,
];

const connectorById = new Map(connectors.map((c) => [c.id, c]));
const formatById = new Map(formats.map((f) => [f.id, f]));

/** What is known of a connector; undefined for one that is not listed. */
export const findConnector = (id: string | undefined): ConnectorDoc | undefined =>
  id === undefined ? undefined : connectorById.get(id);

/** What is known of a format. */
export const findFormat = (id: string | undefined): FormatDoc | undefined =>
  id === undefined ? undefined : formatById.get(id);

/** Formats that the tables of a connector can have. */
export function formatsOf(connector: ConnectorDoc): readonly FormatDoc[] {
  if (connector.formats === 'none') return [];
  const { formatIds } = connector;
  if (formatIds) return formats.filter((f) => formatIds.includes(f.id));
  return connector.id === 'filesystem' ? formats : formats.filter((f) => !f.filesOnly);
}

/**
 * The options that a table with these options can have: the connector's, then those of the chosen formats with their prefixes
 * (`json.`, `key.json.`, `value.json.`).
 */
export function optionsOf(options: Readonly<Record<string, string>>): readonly OptionDoc[] {
  const connector = findConnector(options.connector);
  if (!connector) return [];
  const chosen: (readonly [prefix: string, format: FormatDoc | undefined])[] = [
    [`${options.format}.`, findFormat(options.format)],
    [`key.${options['key.format']}.`, findFormat(options['key.format'])],
    [`value.${options['value.format']}.`, findFormat(options['value.format'])],
  ];
  const ofFormats = chosen.flatMap(([prefix, format]) =>
    (format?.options ?? []).map((o): OptionDoc => ({ ...o, key: prefix + o.key })),
  );
  return [...connector.options, ...ofFormats];
}

/** The documented option that a written key is: itself, one of a column (`fields.id.kind`), or of a prefix (`properties.acks`). */
export function findOption(key: string, among: readonly OptionDoc[]): OptionDoc | undefined {
  return (
    among.find((o) => o.key === key) ??
    among.find((o) => o.open && (o.key.includes('#') ? columnPattern(o.key).test(key) : key.startsWith(o.key)))
  );
}

const columnPattern = (key: string): RegExp => {
  const [before = '', after = ''] = key.split('#').map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${before}.+${after}$`);
};
