import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGateway } from '../local-runtime/gateway/client.ts';

const main = join(import.meta.dirname, '../../cli/main.ts');
const TIMEOUT_MS = 20_000;
/** Each test starts some processes of their own. */
const PATIENCE_MS = 60_000;

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], cwd: string): { child: ChildProcess; end: Promise<Ended>; said: () => string } {
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => {
    out += data.toString();
  });
  child.stderr?.on('data', (data: Buffer) => {
    err += data.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const end = new Promise<Ended>((resolve) => {
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, out, err });
    });
  });
  return { child, end, said: () => out };
}

const millrace = (args: readonly string[], cwd: string): Promise<Ended> => start(args, cwd).end;

async function until(met: () => boolean): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!met()) {
    if (Date.now() > deadline) throw new Error('did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  writeFileSync(join(folder, 'orders.csv'), '1,apple,2.50\n2,pear,3.00\n1,plum,1.25\n');
  writeFileSync(join(folder, 'orders.flinknb'), NOTEBOOK);
  writeFileSync(join(folder, 'bad.sql'), `${CREATE}\nSELECT id,\n       naem\nFROM orders;\n`);
  writeFileSync(join(folder, 'stream.sql'), `${STREAM}SELECT * FROM g;\n`);
  writeFileSync(join(folder, 'insert.sql'), INSERT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CREATE = `CREATE TABLE orders (id INT, name STRING, price DECIMAL(10, 2))
WITH ('connector' = 'filesystem', 'path' = 'orders.csv', 'format' = 'csv');
`;
const NOTEBOOK = `-- %% [markdown]
-- # Orders; with a semicolon
-- %%
${CREATE}
-- %%
SELECT id, COUNT(*) AS n FROM orders GROUP BY id;
`;
const STREAM = `CREATE TABLE g (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = '50');\n`;
const INSERT = `${CREATE}
CREATE TABLE copied (id INT, name STRING, price DECIMAL(10, 2))
WITH ('connector' = 'filesystem', 'path' = 'copied', 'format' = 'csv');
INSERT INTO copied SELECT * FROM orders;
SELECT COUNT(*) AS n FROM copied;
`;

describe('millrace run', { timeout: PATIENCE_MS }, () => {
  it('runs a notebook as plain SQL and prints changes in a table', async () => {
    const { status, out, err } = await millrace(['run', 'orders.flinknb'], folder);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('[INFO] Execute statement succeeded.');
    expect(out).toContain(
      [
        '+----+-------------+----------------------+',
        '| op |          id |                    n |',
        '+----+-------------+----------------------+',
        '| +I |           1 |                    1 |',
        '| +I |           2 |                    1 |',
        '| -U |           1 |                    1 |',
        '| +U |           1 |                    2 |',
        '+----+-------------+----------------------+',
        'Received a total of 4 rows',
      ].join('\n'),
    );
  });

  it('prints JSON lines with row kinds', async () => {
    const { status, out } = await millrace(['run', 'orders.flinknb', '--jsonl'], folder);
    expect(status).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { kind: '+I', row: { id: 1, n: 1 } },
      { kind: '+I', row: { id: 2, n: 1 } },
      { kind: '-U', row: { id: 1, n: 1 } },
      { kind: '+U', row: { id: 1, n: 2 } },
    ]);
  });

  it('waits for an INSERT before it goes on', async () => {
    const { status, out, err } = await millrace(['run', 'insert.sql', '--jsonl'], folder);
    expect([status, err]).toEqual([0, '']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ state: 'FINISHED' });
    expect(lines[lines.length - 1]).toEqual({ kind: '+U', row: { n: 3 } });
  });

  it('shows the place of a mistake in the file', async () => {
    const { status, err } = await millrace(['run', 'bad.sql'], folder);
    expect(status).toBe(1);
    expect(err).toBe(
      "bad.sql:5:8: SqlValidatorException: Column 'naem' not found in any table\n5 |        naem\n  |        ^^^^\n",
    );
  });

  it('stops cleanly on SIGINT', async () => {
    const { child, end, said } = start(['run', 'stream.sql'], folder);
    await until(() => said().includes('| +I |'));
    child.kill('SIGINT');
    expect((await end).status).toBe(130);
  });

  it('runs on a gateway with the same output', async () => {
    const gateway = await testGateway({
      environment: { workingDirectory: folder, print: () => undefined, notice: () => undefined, now: Date.now },
    });
    try {
      for (const args of [
        ['run', 'orders.flinknb'],
        ['run', 'orders.flinknb', '--jsonl'],
        ['run', 'bad.sql'],
      ]) {
        const [local, remote] = await Promise.all([
          millrace(args, folder),
          millrace([...args, '--url', gateway.url], folder),
        ]);
        expect(remote).toEqual(local);
      }
    } finally {
      await gateway.close();
    }
  });

  it('says in one line what is wrong', async () => {
    const missing = await millrace(['run', 'nosuch.sql'], folder);
    expect(missing).toEqual({ status: 2, out: '', err: 'millrace: nosuch.sql: no such file\n' });
    const away = await millrace(['run', 'bad.sql', '--url', 'http://127.0.0.1:1'], folder);
    expect([away.status, away.err.trim().split('\n').length]).toEqual([1, 1]);
  });
});

describe('millrace check', { timeout: PATIENCE_MS }, () => {
  it('finds nothing in a good file', async () => {
    expect(await millrace(['check', 'orders.flinknb', 'insert.sql'], folder)).toEqual({ status: 0, out: '', err: '' });
  });

  it('names file, line, column and marks the place', async () => {
    const { status, out } = await millrace(['check', 'bad.sql'], folder);
    expect(status).toBe(1);
    expect(out).toMatch(/^bad\.sql:5:8: error: .*naem.*\n5 \| {8}naem\n {2}\| {8}\^{4}\n$/);
  });

  it('prints JSON lines', async () => {
    const { status, out } = await millrace(['check', 'bad.sql', '--jsonl'], folder);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      file: 'bad.sql',
      line: 5,
      column: 8,
      endLine: 5,
      endColumn: 12,
      severity: 'error',
    });
  });
});

describe('millrace gateway', { timeout: PATIENCE_MS }, () => {
  it('serves until it is told to end', async () => {
    const { child, end, said } = start(['gateway', '--port', '0', '--no-token'], folder);
    await until(() => said().includes('http://'));
    const url = /http:\S+/.exec(said())?.[0];
    const { productName } = (await (await fetch(`${url}/v2/info`)).json()) as { productName: string };
    expect(productName).toBe('Apache Flink');
    child.kill('SIGTERM');
    expect((await end).status).toBe(0);
  });

  it('says when the port is taken', async () => {
    const gateway = await testGateway();
    const port = new URL(gateway.url).port;
    const { status, err } = await millrace(['gateway', '--port', port], folder);
    expect([status, err]).toEqual([1, `millrace: port ${port} is taken; name another with --port\n`]);
    await gateway.close();
  });
});

describe('millrace', { timeout: PATIENCE_MS }, () => {
  it('tells its version and its use', async () => {
    expect((await millrace(['--version'], folder)).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await millrace(['--help'], folder);
    expect([help.status, help.out.includes('millrace run FILE')]).toEqual([0, true]);
    expect((await millrace(['nonsense'], folder)).status).toBe(2);
    expect((await millrace(['run', 'a', '--nonsense'], folder)).status).toBe(2);
  });
});
