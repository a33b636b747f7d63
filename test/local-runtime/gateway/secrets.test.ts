import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Gateway } from '../../../local-runtime/gateway/server.ts';
import { call, testGateway } from './client.ts';

/** Each in another kind of option; the lookups of the job never have a key, so that it runs without a database. */
const SECRETS = ['pwOption', 'pwOfUrl', 'pwInHint', 'tokenOfSession'];
const JDBC = `'connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:1/d?user=u&password=pwOfUrl', 'table-name' = 't', 'username' = 'u'`;

let gateway: Gateway;
let folder: string;
const printed: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-secrets-'));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  gateway = await testGateway();
});

afterAll(async () => {
  await gateway.close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** The secrets in a text. */
const found = (text: string) => SECRETS.filter((secret) => text.includes(secret));

async function get(path: string): Promise<string> {
  return (await call(gateway, 'GET', path)).text;
}

async function run(session: string, sql: string): Promise<string> {
  const submitted = await call(gateway, 'POST', `/v3/sessions/${session}/statements`, { statement: sql });
  const base = `/v3/sessions/${session}/operations/${submitted.body.operationHandle}/result`;
  for (let token = 0, all = ''; ; ) {
    const page = await call(gateway, 'GET', `${base}/${token}?rowFormat=JSON`);
    all += page.text;
    if (page.status !== 200 || page.body.resultType === 'EOS') return all;
    if (page.body.resultType === 'NOT_READY') await sleep(5);
    else token++;
  }
}

describe('a secret in the options of a table', () => {
  it('is nowhere in what is told of a running job, nor on disk', async () => {
    const opened = await call(gateway, 'POST', '/v3/sessions', {
      properties: {
        'execution.checkpointing.dir': join(folder, 'checkpoints'),
        'execution.checkpointing.savepoint-dir': join(folder, 'savepoints'),
        'execution.checkpointing.interval': '20 ms',
        'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
        'my.auth.token': 'tokenOfSession',
      },
    });
    const session = opened.body.sessionHandle;
    await run(
      session,
      `CREATE TABLE g (id INT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '0')`,
    );
    await run(session, `CREATE TABLE dim (id INT, name STRING) WITH (${JDBC}, 'password' = 'pwOption')`);
    await run(session, `CREATE TABLE s (name STRING, n BIGINT) WITH ('connector' = 'blackhole')`);
    const answer = await run(
      session,
      `INSERT INTO s SELECT d.name, COUNT(*) FROM g LEFT JOIN dim /*+ OPTIONS('password' = 'pwInHint') */ FOR SYSTEM_TIME AS OF g.p AS d ON g.id = d.id GROUP BY d.name`,
    );
    const job = /[0-9a-f]{32}/.exec(answer)?.[0];
    expect(job, answer).toBeDefined();
    await vi.waitFor(async () => expect(await get(`/jobs/${job}/checkpoints`)).toMatch(/"completed":[1-9]/), 5000);

    const told: Record<string, string> = { printed: printed.join('') };
    for (const path of ['', '/config', '/plan', '/exceptions', '/checkpoints', '/vertices', '/status', '/accumulators'])
      told[path] = await get(`/jobs/${job}${path}`);
    for (const path of ['/jobs', '/jobs/overview', '/overview', '/config']) told[`all ${path}`] = await get(path);
    expect(told['']).toContain('"RUNNING"');
    await run(session, `STOP JOB '${job}' WITH SAVEPOINT`);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    for (const { parentPath, name } of files) told[`file ${name}`] = readFileSync(join(parentPath, name), 'latin1');
    expect(files.length).toBeGreaterThan(1);
    expect(
      Object.entries(told).flatMap(([where, text]) => found(text).map((secret) => `${secret} in ${where}`)),
    ).toEqual([]);
  });

  it('is not in what is said when the table is wrong or its server does not answer', async () => {
    const opened = await call(gateway, 'POST', '/v3/sessions', { properties: {} });
    const session = opened.body.sessionHandle;
    await run(session, `CREATE TABLE wrong (a INT) WITH (${JDBC}, 'password' = 'pwOption', 'nosuch' = '1')`);
    await run(session, `CREATE TABLE away (a INT) WITH (${JDBC}, 'password' = 'pwOption')`);
    await run(
      session,
      `CREATE TABLE oracle (a INT) WITH ('connector' = 'jdbc', 'url' = 'jdbc:oracle://me:pwOption@h/d?password=pwOfUrl', 'table-name' = 't')`,
    );
    for (const [name, says] of [
      ['wrong', 'Unsupported options found'],
      ['away', '127.0.0.1'],
      ['oracle', 'Could not find any jdbc factory'],
    ] as const) {
      const said = await run(session, `SELECT * FROM ${name}`);
      expect(said).toContain(says);
      expect(found(said), said).toEqual([]);
    }
    expect(found(printed.join(''))).toEqual([]);
  });
});
