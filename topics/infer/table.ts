import { format } from '../../flink-sql/format/index.ts';
import type { InferRequest, InferredColumn, InferredTable } from '../types.ts';
import { type EventTime, eventTimeOf, intervalOf, recordTimeOf, type TimedSample } from './event-time.ts';
import { type KeyPlan, keyPlan } from './key.ts';
import { literal, quoted, tableNameOf } from './names.ts';
import { samplesOf } from './parts.ts';
import { valuePlan } from './value.ts';

/**
 * A table for a topic: columns, keys, event time and options, each with its evidence. The text is Flink SQL that runs on Flink and on the
 * local runtime; where Flink has no format for the messages, the notes say so and the table has their bytes.
 */
export function inferTable(request: InferRequest): InferredTable {
  const values = samplesOf(request.samples, 'value');
  const keys = samplesOf(request.samples, 'key');
  const value = valuePlan(values, request);
  const key = keyPlan(keys, values, value.columns, request);
  const isUpsert = request.isCompacted === true && key !== undefined && !value.isChangelog;
  const isKeyRead = key !== undefined && !value.isChangelog && (isUpsert || !key.isInValue);
  const keyColumns = isKeyRead ? key.columns : [];
  const columns = [...keyColumns, ...value.columns];
  const primaryKey = isUpsert || (value.isChangelog && key?.isInValue) ? (key?.fields ?? []) : [];
  const samples = values.parts.map(
    ({ message, value: read }): TimedSample => ({
      partition: message.partition,
      recordTime: message.timestamp,
      row: value.row(read),
    }),
  );
  const time = value.isChangelog ? undefined : timeOf(samples, value.columns, columns);
  const notes = [...value.notes];
  for (const { format: other, count } of values.others)
    notes.push(`${count} of the sampled messages are ${other}: the table does not read them`);
  if (value.isChangelog && key && !key.isInValue)
    notes.push('the key is in no column: declare the primary key by hand');
  const connector = isUpsert ? 'upsert-kafka' : 'kafka';
  const name = request.tableName ?? tableNameOf(request.topic);
  const options = optionsOf(request, connector, value, isKeyRead ? key : undefined);
  const sampled = request.samples.filter(({ control }) => control === undefined).length;
  const head = [
    `Topic ${request.topic}: ${sampled} message${sampled === 1 ? '' : 's'} sampled${values.schemaId === undefined ? '' : `, schema ${values.schemaId}`}.`,
    ...notes.map(sentence),
    ...more(time),
  ];
  return {
    name,
    ddl: format(ddlOf(name, head, body(columns, primaryKey, key, time), options)),
    columns: [...columns, ...(time?.made ? [time.made] : [])],
    connector,
    format: value.format,
    primaryKey,
    ...(time ? { watermark: { column: time.column, delayMs: time.delayMs, evidence: time.evidence } } : {}),
    notes,
  };
}

interface PlannedTime extends EventTime {
  /** The column that is made for it. */
  readonly made?: InferredColumn;
}

/** The column of the event time; one that is made of numbers or of the records' own time where there is no other. */
function timeOf(
  samples: readonly TimedSample[],
  inValue: readonly InferredColumn[],
  all: readonly InferredColumn[],
): PlannedTime | undefined {
  if (samples.length === 0) return undefined;
  const plain = (type: string) => type.replace(/ NOT NULL$/, '');
  // Flink's rowtime has at most three digits.
  const times = inValue.filter(({ type }) => /^TIMESTAMP(_LTZ)?\(3\)$/.test(plain(type))).map((column) => column.name);
  const numbers = inValue.filter(({ type }) => plain(type) === 'BIGINT').map((column) => column.name);
  const found = eventTimeOf(samples, times, numbers);
  const free = (name: string) => {
    let out = name;
    for (let n = 1; all.some((column) => column.name === out); n++) out = `${name}_${n}`;
    return out;
  };
  if (found && found.unit === undefined) return found;
  if (found) {
    const made = free('event_time');
    const type = `AS TO_TIMESTAMP_LTZ(${quoted(found.column)}, ${found.unit === 'ms' ? 3 : 0})`;
    return { ...found, column: made, made: { name: made, type } };
  }
  const made = free('event_time');
  return {
    ...recordTimeOf(samples),
    column: made,
    made: {
      name: made,
      type: "TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'",
      note: "no column tells the time: the records' own",
    },
  };
}

function optionsOf(
  { topic, bootstrap }: InferRequest,
  connector: string,
  value: ReturnType<typeof valuePlan>,
  key: KeyPlan | undefined,
): [string, string][] {
  const isUpsert = connector === 'upsert-kafka';
  const prefix = key ? 'value.' : '';
  return [
    ['connector', connector],
    ['topic', topic],
    ['properties.bootstrap.servers', bootstrap],
    ...(isUpsert ? [] : ([['scan.startup.mode', 'earliest-offset']] as [string, string][])),
    ...(key ? key.options.map(([name, text]): [string, string] => [name, text]) : []),
    ...(key && !isUpsert ? ([['key.fields', key.fields.join(';')]] as [string, string][]) : []),
    [`${prefix}format`, value.format],
    ...value.options.map(([name, text]): [string, string] => [`${prefix}${value.format}.${name}`, text]),
    ...(key && !key.isInValue ? ([['value.fields-include', 'EXCEPT_KEY']] as [string, string][]) : []),
  ];
}

/** What stands between the parentheses: lines of comments before what they are about. */
function body(
  columns: readonly InferredColumn[],
  primaryKey: readonly string[],
  key: KeyPlan | undefined,
  time: PlannedTime | undefined,
): string {
  const items = columns.map(({ name, type, note }) => {
    // The column of the event time and the key's are told below.
    const isKey = primaryKey.includes(name);
    const sql = `${quoted(name)} ${isKey && !type.endsWith('NOT NULL') ? `${type} NOT NULL` : type}`;
    return `${note === undefined ? '' : `${comment(note)}\n`}${sql}`;
  });
  if (time?.made) {
    const { name, type, note } = time.made;
    items.push(`${note === undefined ? '' : `${comment(note)}\n`}${quoted(name)} ${type}`);
  }
  const constraints: string[] = [];
  if (time) {
    const delay = time.delayMs === 0 ? "INTERVAL '0.001' SECOND" : intervalOf(time.delayMs);
    const why = comment(`Event time: ${time.evidence}.`);
    constraints.push(`${why}\nWATERMARK FOR ${quoted(time.column)} AS ${quoted(time.column)} - ${delay}`);
  }
  if (primaryKey.length > 0)
    constraints.push(
      `${comment(sentence(key?.evidence ?? ''))}\nPRIMARY KEY (${primaryKey.map(quoted).join(', ')}) NOT ENFORCED`,
    );
  return [...items, ...constraints].join(',\n');
}

/** Columns that a table of the topic can have besides. */
function more(time: PlannedTime | undefined): string[] {
  const isTaken = time?.made?.type.includes('METADATA') === true;
  return [
    'More that columns can have of each message:',
    '  `partition` INT METADATA VIRTUAL, `offset` BIGINT METADATA VIRTUAL,',
    `  ${isTaken ? '' : "record_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', "}headers MAP<STRING, BYTES> METADATA`,
  ];
}

function ddlOf(
  name: string,
  head: readonly string[],
  columns: string,
  options: readonly (readonly [string, string])[],
): string {
  const given = options.map(([key, text]) => `${literal(key)} = ${literal(text)}`).join(',\n');
  return `${head.map(comment).join('\n')}\nCREATE TABLE ${quoted(name)} (\n${columns}\n) WITH (\n${given}\n);\n`;
}

const comment = (text: string): string => `-- ${text.replace(/[\r\n]+/g, ' ')}`;

/** Begins with a capital and ends with a full stop. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
