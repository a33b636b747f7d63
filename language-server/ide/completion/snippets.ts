// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the editor’s snippets
import type { BindContext } from '../../../flink-sql/binder/index.ts';
import type { ResolvedTable, ResolvedView } from '../../../flink-sql/catalog/model.ts';
import { isTime, isTimestamp } from './columns.ts';
import { type CompletionItem, plain, written } from './item.ts';

/** Whole statements to fill in, with tables and columns of the session where there are fitting ones. */
export function statementSnippets(context: BindContext): CompletionItem[] {
  const { catalog } = context;
  const objects = catalog.objects(catalog.currentCatalog, catalog.currentDatabase);
  const timed = objects.find((o) => o.columns.some((c) => isTime(c.type))) ?? objects[0];
  const versions = objects.find(
    (o): o is ResolvedTable => o.kind === 'table' && o.primaryKey !== undefined && o !== timed,
  );
  const table = holder(1, timed ? written(timed.identifier.name) : 'table_name');
  const time = holder(2, timeOf(timed) ?? 'ts');
  const key = holder(3, keyOf(timed) ?? 'key');
  const make = (label: string, detail: string, lines: readonly string[]): CompletionItem => ({
    label,
    kind: 'snippet',
    detail,
    documentation: `\`\`\`sql\n${lines
      .join('\n')
      .replace(/\$\{\d+[:|]([^}|,]*)[^}]*\}/g, '$1')
      .replace(/\$\d/g, '')}\n\`\`\``,
    insert: lines.join('\n'),
    rank: 1,
  });
  return [
    make('tumble aggregate', 'one row a key and window', [
      `SELECT window_start, window_end, ${key}, COUNT(*) AS cnt`,
      `FROM TUMBLE(TABLE ${table}, DESCRIPTOR(${time}), INTERVAL '\${4:1}' MINUTE)`,
      `GROUP BY window_start, window_end, ${key};`,
    ]),
    make('hop aggregate', 'windows that overlap', [
      `SELECT window_start, window_end, ${key}, COUNT(*) AS cnt`,
      `FROM HOP(TABLE ${table}, DESCRIPTOR(${time}), INTERVAL '\${4:1}' MINUTE, INTERVAL '\${5:5}' MINUTE)`,
      `GROUP BY window_start, window_end, ${key};`,
    ]),
    make('session aggregate', 'windows that end after a gap', [
      `SELECT window_start, window_end, ${key}, COUNT(*) AS cnt`,
      `FROM SESSION(TABLE ${table} PARTITION BY ${key}, DESCRIPTOR(${time}), INTERVAL '\${4:5}' MINUTE)`,
      `GROUP BY window_start, window_end, ${key};`,
    ]),
    make('Top-N', 'the first N rows of each key', [
      'SELECT *',
      'FROM (',
      `  SELECT *, ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY \${4:value} DESC) AS row_num`,
      `  FROM ${table}`,
      ')',
      'WHERE row_num <= ${5:3};',
    ]),
    make('dedup', 'the last row of each key', [
      'SELECT *',
      'FROM (',
      `  SELECT *, ROW_NUMBER() OVER (PARTITION BY ${key} ORDER BY ${time} DESC) AS row_num`,
      `  FROM ${table}`,
      ')',
      'WHERE row_num = 1;',
    ]),
    make('temporal join', 'each row with the version that was valid at its time', [
      'SELECT *',
      `FROM ${table} AS l`,
      `LEFT JOIN ${holder(5, versions ? written(versions.identifier.name) : 'versions')} FOR SYSTEM_TIME AS OF l.${time} AS r`,
      `  ON l.${key} = r.${holder(6, versions?.primaryKey?.columns[0] ? written(versions.primaryKey.columns[0]) : 'key')};`,
    ]),
    make('CDC source', 'a database table with its changes', [
      'CREATE TABLE ${1:orders} (',
      '  ${2:id} BIGINT,',
      '  PRIMARY KEY (${2:id}) NOT ENFORCED',
      ') WITH (',
      "  'connector' = '${3|mysql-cdc,postgres-cdc|}',",
      "  'hostname' = '${4:localhost}',",
      "  'username' = '${5:user}',",
      "  'password' = '$6',",
      "  'database-name' = '${7:db}',",
      "  'table-name' = '${1:orders}'",
      ');',
    ]),
    make('kafka table', 'a topic with event time', [
      'CREATE TABLE ${1:events} (',
      '  ${2:id} STRING,',
      '  ${3:ts} TIMESTAMP_LTZ(3),',
      "  WATERMARK FOR ${3:ts} AS ${3:ts} - INTERVAL '5' SECOND",
      ') WITH (',
      "  'connector' = 'kafka',",
      "  'topic' = '${1:events}',",
      "  'properties.bootstrap.servers' = '${4:localhost:9092}',",
      "  'scan.startup.mode' = '${5|earliest-offset,latest-offset,group-offsets|}',",
      "  'format' = '${6|json,avro-confluent,csv,raw|}'",
      ');',
    ]),
    make('statement set', 'several INSERTs as one job', [
      'EXECUTE STATEMENT SET',
      'BEGIN',
      '  INSERT INTO ${1:sink} SELECT * FROM ${2:source};',
      'END;',
    ]),
  ];
}

const holder = (n: number, text: string): string => `\${${n}:${plain(text)}}`;

function timeOf(object: ResolvedTable | ResolvedView | undefined): string | undefined {
  const column = object?.columns.find((c) => isTime(c.type)) ?? object?.columns.find((c) => isTimestamp(c.type));
  return column && written(column.name);
}

function keyOf(object: ResolvedTable | ResolvedView | undefined): string | undefined {
  const key = object?.kind === 'table' ? object.primaryKey?.columns[0] : undefined;
  const name = key ?? object?.columns.find((c) => !isTimestamp(c.type) && c.type.root !== 'ROW')?.name;
  return name && written(name);
}
