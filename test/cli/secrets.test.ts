import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../cli/main.ts');
/** Secrets written into the text itself, each where another kind of option has it. */
const SECRETS = [
  'pwOption',
  'pwOfUrl',
  'pwInJaas',
  'pwOfKey',
  'pwOfRegistry',
  'pwOfUser',
  'tokenOfBearer',
  'pwInHint',
  'tokenOfSet',
];

const jdbc = (name: string, more = ''): string =>
  `CREATE TABLE ${name} (a INT) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:1/d?user=u&password=pwOfUrl', 'table-name' = 't', 'username' = 'u', 'password' = 'pwOption'${more});`;
const kafka = (name: string, more = ''): string =>
  `CREATE TABLE ${name} (a INT) WITH ('connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = '127.0.0.1:1', 'scan.startup.mode' = 'earliest-offset',
 'properties.sasl.jaas.config' = 'PlainLoginModule required username="u" password="pwInJaas";', 'properties.ssl.key.password' = 'pwOfKey', 'format' = 'avro-confluent',
 'avro-confluent.url' = 'http://me:pwOfUser@127.0.0.1:1/', 'avro-confluent.basic-auth.user-info' = 'me:pwOfRegistry', 'avro-confluent.bearer-auth.token' = 'tokenOfBearer'${more});`;

/** One script each: they end with an error, or all is printed. */
const scripts: Readonly<Record<string, string>> = {
  shown: `${jdbc('j')} ${kafka('k')} SHOW CREATE TABLE j; SHOW CREATE TABLE k; DESCRIBE j; SET 'my.auth.token' = 'tokenOfSet'; SET;
CREATE CATALOG c WITH ('type' = 'generic_in_memory', 'default-database' = 'd'); SHOW CREATE CATALOG c;`,
  explained: `${jdbc('j')} ${kafka('k')} EXPLAIN SELECT * FROM j /*+ OPTIONS('password' = 'pwInHint') */; EXPLAIN PLAN_ADVICE SELECT * FROM k;`,
  unknown: `${jdbc('j', ", 'nosuch' = '1'")} SELECT * FROM j;`,
  unknownOfKafka: `${kafka('k', ", 'nosuch' = '1'")} SELECT * FROM k;`,
  unreachable: `${jdbc('j')} SELECT * FROM j;`,
  misspelt: `${jdbc('j')} SELECT nosuch FROM j /*+ OPTIONS('password' = 'pwInHint') */;`,
  syntax: `CREATE TABLE j (a INT) WITH ('password' = 'pwOption' 'x');`,
  catalog: `CREATE CATALOG c WITH ('type' = 'jdbc', 'base-url' = 'jdbc:postgresql://127.0.0.1:1', 'default-database' = 'd', 'username' = 'u', 'password' = 'pwOption');`,
  wrongUrl: `CREATE TABLE j (a INT) WITH ('connector' = 'jdbc', 'url' = 'jdbc:oracle://me:pwOfUser@h/d?password=pwOfUrl', 'table-name' = 't'); SELECT * FROM j;`,
};

describe('a secret that is written into a text', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-secrets-'));
    for (const [name, text] of Object.entries(scripts)) writeFileSync(join(folder, `${name}.sql`), text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(scripts))('is in no output: %s', { timeout: 60_000 }, (name) => {
    // Every script in the words of a person; the other commands where most is said.
    const others = name === 'shown' || name === 'unknown' ? [['run', '--jsonl'], ['check']] : [];
    for (const args of [['run'], ...others]) {
      const [command = '', ...flags] = args;
      const { stdout, stderr } = spawnSync(process.execPath, [main, command, `${name}.sql`, ...flags], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 50_000,
      });
      const all = stdout + stderr;
      expect(
        SECRETS.filter((secret) => all.includes(secret)),
        `${args.join(' ')}: ${all}`,
      ).toEqual([]);
      if (name === 'shown' && command === 'run') expect(all).toContain('****');
    }
  });
});
