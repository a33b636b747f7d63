import { describe, expect, it } from 'vitest';
import { diagnose } from '../../cli/check.ts';

const KAFKA =
  "'connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'h:1', 'scan.startup.mode' = 'earliest-offset'";
const shipments = (key: string, format = 'debezium-json'): string =>
  `CREATE TABLE shipments (id BIGINT, state STRING, at_day DATE${key}) WITH (${KAFKA}, 'format' = '${format}');`;
const keyed = ', PRIMARY KEY (id) NOT ENFORCED';
const lake = (options: string, key = '', more = ''): string =>
  `CREATE TABLE lake (id BIGINT, state STRING, at_day DATE${key}) ${more} WITH ('connector' = 'iceberg', 'catalog-name' = 'c'${options});`;
const UPSERT = ", 'format-version' = '2', 'write.upsert.enabled' = 'true'";
const copy = 'INSERT INTO lake SELECT id, state, at_day FROM shipments;';

/** Each text with what is said of it: the code, and the words that it stands at. */
const cases: readonly (readonly [name: string, text: string, notes: readonly (readonly [string, string])[]])[] = [
  ['appends into a table without key', `${shipments('', 'json')}${lake('')}${copy}`, []],
  [
    'changes into a table without key',
    `${shipments('')}${lake('')}${copy}`,
    [
      ['review/cdc-without-key', 'shipments'],
      ['review/sink-loses-changes', 'lake'],
      ['review/changelog-source', 'shipments'],
    ],
  ],
  [
    'changes with a key into a table with one, in upsert mode',
    `${shipments(keyed)}${lake(UPSERT, keyed)}${copy}`,
    [['review/changelog-source', 'shipments']],
  ],
  [
    'upserts whose partition may change',
    `${shipments(keyed)}${lake(UPSERT, keyed, 'PARTITIONED BY (at_day)')}${copy}`,
    [
      ['review/partition-outside-key', 'lake'],
      ['review/changelog-source', 'shipments'],
    ],
  ],
  [
    'an aggregate changes its rows, too',
    `${shipments('', 'json')}CREATE TABLE counts (state STRING, n BIGINT) WITH ('connector' = 'paimon');
INSERT INTO counts SELECT state, COUNT(*) FROM shipments GROUP BY state;`,
    [['review/sink-loses-changes', 'counts']],
  ],
  [
    'each INSERT of a set',
    `${shipments(keyed)}${lake('')}CREATE TABLE log (id BIGINT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN INSERT INTO log SELECT id FROM shipments; ${copy} END;`,
    [
      ['review/changelog-source', 'shipments'],
      ['review/sink-loses-changes', 'lake'],
      ['review/changelog-source', 'shipments'],
    ],
  ],
];

describe('the review of a pipeline', () => {
  it.each(cases)('%s', (_, text, notes) => {
    const found = diagnose(text);
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    const said = found.map(({ code, start, end }) => [code, text.slice(start, end)]);
    expect(said.sort()).toEqual([...notes].map((note) => [...note]).sort());
  });

  it('says why changes are lost, and what to do', () => {
    const said = (options: string, key = ''): string | undefined =>
      diagnose(`${shipments(keyed)}${lake(options, key)}${copy}`).find(
        ({ code }) => code === 'review/sink-loses-changes',
      )?.message;
    expect(said('')).toMatch(
      /lake: the table declares no primary key and is not in upsert mode\. Declare PRIMARY KEY .*'write\.upsert\.enabled' = 'true'/,
    );
    expect(said(UPSERT)).toMatch(/lake: the table declares no primary key\. /);
  });

  it('places a temporal join without versions at its FOR SYSTEM_TIME AS OF', () => {
    const text = `CREATE TABLE o (k STRING, t TIMESTAMP(3), WATERMARK FOR t AS t) WITH (${KAFKA}, 'format' = 'json');
CREATE TABLE d (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db/x', 'table-name' = 'd');
SELECT o.k, d.v FROM o LEFT JOIN d FOR SYSTEM_TIME  AS OF o.t AS d ON o.k = d.k;`;
    const [fault, ...others] = diagnose(text);
    expect(others).toEqual([]);
    expect(fault?.message).toMatch(/^Event-Time Temporal Table Join requires both primary key and row time attribute/);
    expect(text.slice(fault?.start, fault?.end)).toBe('FOR SYSTEM_TIME  AS OF o.t');
  });
});
