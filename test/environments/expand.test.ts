// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of SQL texts
import { describe, expect, it } from 'vitest';
import { parseDotEnv } from '../../environments/dot-env.ts';
import { applyEdits } from '../../environments/edits.ts';
import { type Environment, noEnvironment, readEnvironments } from '../../environments/environment.ts';
import { expand } from '../../environments/expand.ts';
import { environmentOf, variableLookup } from '../../environments/load.ts';
import { Masker } from '../../environments/masker.ts';

const environment = (content: object): Environment => {
  const { environments, problems } = readEnvironments({ e: content });
  expect(problems).toEqual([]);
  return environmentOf(environments, 'e');
};

const expanded = (source: string, content: object, outside: Record<string, string> = {}) => {
  const env = environment(content);
  return expand(source, env, variableLookup({ environment: env, process: outside }));
};

describe('expanding a statement', () => {
  it.each([
    ["SELECT '${A}', `${A}`, ${N}", "SELECT 'it''s', `it's`, 5"],
    ["SELECT '$${A}', '${UNKNOWN:-dflt}' -- ${GONE}", "SELECT '${A}', 'dflt' -- ${GONE}"],
    ["SELECT '${EVIL}'", "SELECT '''; DROP TABLE t; --'"],
  ])('%s', (source, text) => {
    const variables = { A: "it's", N: 5, EVIL: "'; DROP TABLE t; --" };
    expect(expanded(source, { variables }).text).toBe(text);
  });

  it('tells what has no value, with its place, and which values are secret', () => {
    const source = "SELECT '${A}', '${B}', '${DB_PASSWORD}', '${PLAIN}'";
    const result = expanded(source, { variables: { PLAIN: 'p', DB_PASSWORD: 'hunter2' } }, { B: 'from outside' });
    expect(result.unresolved).toEqual([{ name: 'A', start: 8, end: 12 }]);
    expect(result.secrets).toEqual(['from outside', 'hunter2']);
  });

  it.each([
    [
      "'properties.bootstrap.servers' = 'kafka:9092,kafka2:9092'",
      "'properties.bootstrap.servers' = '127.0.0.1:19092,kafka2:9092'",
    ],
    ["'url' = 'jdbc:postgresql://db:5432/db?x=db'", "'url' = 'jdbc:postgresql://127.0.0.1:5555/10.0.0.1?x=10.0.0.1'"],
    [
      "'url' = 'jdbc:postgresql://mydb:5432/a', 'b' = 'db.example.org:1', 'c' = 'my-db'",
      "'url' = 'jdbc:postgresql://mydb:5432/a', 'b' = 'db.example.org:1', 'c' = 'my-db'",
    ],
    ["'topic' = 'words of db and more'", "'topic' = 'words of db and more'"],
  ])('maps the hosts of %s', (options, mapped) => {
    const hosts = { 'kafka:9092': '127.0.0.1:19092', db: '10.0.0.1', 'db:5432': '127.0.0.1:5555' };
    const make = (with_: string) => `CREATE TABLE t (a INT) WITH (${with_})`;
    expect(expanded(make(options), { hosts }).text).toBe(make(mapped));
  });

  it('leaves addresses in queries, and maps those in hints', () => {
    const hosts = { 'kafka:9092': 'localhost:1' };
    expect(
      expanded("SELECT 'kafka:9092' FROM t /*+ OPTIONS('properties.bootstrap.servers' = 'kafka:9092') */", { hosts })
        .text,
    ).toBe("SELECT 'kafka:9092' FROM t /*+ OPTIONS('properties.bootstrap.servers' = 'localhost:1') */");
  });

  it('changes, adds and takes away options by name and connector; later rules win', () => {
    const tables = [
      { connector: 'kafka', options: { 'scan.startup.mode': 'earliest-offset', 'properties.security.protocol': null } },
      { match: 'orders_*', options: { 'scan.bounded.mode': 'latest-offset', topic: "it's" } },
      { match: 'c.d.*', connector: 'jdbc', options: { url: 'x' } },
    ];
    const source =
      "CREATE TABLE orders_raw (a INT) WITH ('connector' = 'kafka', 'topic' = 't', 'scan.startup.mode' = 'latest-offset', 'properties.security.protocol' = 'SSL');";
    expect(expanded(source, { tables }).text).toBe(
      "CREATE TABLE orders_raw (a INT) WITH ('connector' = 'kafka', 'topic' = 'it''s', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');",
    );
    const other = "CREATE TABLE c.d.t (a INT) WITH ('connector' = 'kafka')";
    expect(expanded(other, { tables: tables.slice(1) }).text).toBe(other);
  });

  it('leads places back to the text that was given', () => {
    const source = "CREATE TABLE t (a ${TYPE}) WITH ('url' = 'db:1', 'p' = '${P}'); SELECT nosuch";
    const { text, original } = expanded(source, {
      hosts: { 'db:1': 'a.long.host:12345' },
      variables: { TYPE: 'DECIMAL(10, 2)', P: 'x' },
    });
    expect(text).toContain("'a.long.host:12345'");
    expect(original(text.indexOf('nosuch'))).toBe(source.indexOf('nosuch'));
    expect(original(text.indexOf('DECIMAL') + 3)).toBe(source.indexOf('${TYPE}'));
    expect(original(text.indexOf(') WITH'))).toBe(source.indexOf(') WITH'));
    expect(original(text.length)).toBe(source.length);
  });
});

it('edits lead back', () => {
  const { text, original } = applyEdits('abcdef', [
    { start: 1, end: 2, text: 'XYZ' },
    { start: 4, end: 4, text: '+' },
  ]);
  expect(text).toBe('aXYZcd+ef');
  expect([...text].map((_, i) => original(i))).toEqual([0, 1, 1, 1, 2, 3, 4, 4, 5]);
});

describe('the masker', () => {
  it('hides secrets as they are, quoted, in JSON and in URLs', () => {
    const masker = new Masker();
    masker.add(['o\'brien"s', 'abc', '']);
    expect(masker.text(`password o'brien"s and 'o''brien"s' and "o'brien\\"s" o'brien%22s`)).toBe(
      'password **** and \'****\' and "****" ****',
    );
    expect(masker.text("abc is short: 'abc'")).toBe("abc is short: '****'");
  });

  it('keeps every length in bytes', () => {
    const masker = new Masker();
    masker.add(['geheim ü']);
    const data = new TextEncoder().encode('a geheim ü b geheim ü');
    const masked = masker.bytes(data);
    expect(new TextDecoder().decode(masked)).toBe('a ********* b *********');
    expect(new TextDecoder().decode(data)).toContain('geheim');
    expect(masker.bytes(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
  });
});

it('.env files', () => {
  const text = 'A=1\n# no\nexport B = "x\\ny # z" # why\nC=\'$raw\'\r\nD=plain text # note\nE=\n bad line\n';
  expect(parseDotEnv(text)).toEqual({ A: '1', B: 'x\ny # z', C: '$raw', D: 'plain text', E: '' });
});

it('environments that cannot be used are told in a line each', () => {
  const { environments, problems } = readEnvironments({
    good: {},
    a: 1,
    b: { host: {} },
    c: { hosts: { x: {} }, tables: [{ match: 'x' }, { options: { k: [] } }], catalog: 3 },
  });
  expect([...environments.keys()]).toEqual(['good']);
  expect(problems).toEqual([
    'environments.a is not an object',
    'environments.b.host is not known',
    'environments.c.hosts.x is not a text',
    'environments.c.tables[0] has no options',
    'environments.c.tables[1].options.k is neither a text nor null',
    'environments.c.catalog is not a text',
  ]);
  expect(() => environmentOf(environments, 'prod')).toThrow("There is no environment 'prod'; there are good");
  expect(environmentOf(environments, undefined)).toBe(noEnvironment);
});
