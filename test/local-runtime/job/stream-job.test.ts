import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { start } from './harness.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-job-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileTable(name: string, columns: string, lines: readonly string[]): string {
  const path = join(folder, `${name}.jsonl`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return `CREATE TABLE ${name} (${columns}) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json');`;
}

const ORDERS = ['{"k":"a","v":1}', '{"k":"b","v":2}', '{"k":"a","v":4}'];
const FOREVER = `CREATE TABLE g (id BIGINT, v INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000');`;

describe('a job', () => {
  it('runs a bounded query to its end and counts what passed', async () => {
    const { job, rows } = start(`${fileTable('o', 'k STRING, v INT', ORDERS)} SELECT k, SUM(v) FROM o GROUP BY k;`);
    expect(job.state).toBe('CREATED');
    expect(await job.done).toBe('FINISHED');
    expect(rows).toEqual(['+I a 1', '+I b 2', '-U a 1', '+U a 5']);
    expect(job.id).toMatch(/^[0-9a-f]{32}$/);
    expect(job.endTime).toBeGreaterThanOrEqual(job.startTime);
    const aggregate = job.metrics().operators.find((o) => o.name === 'GroupAggregate');
    expect(aggregate).toMatchObject({ recordsIn: 3, recordsOut: 4 });
    expect(aggregate?.stateBytes).toBeGreaterThan(0);
  });

  it('cancels an endless query at once', async () => {
    const { job, rows } = start(`${FOREVER} SELECT id FROM g WHERE id > 0;`);
    while (rows.length === 0) await sleep(5);
    expect(job.state).toBe('RUNNING');
    const before = performance.now();
    await job.cancel();
    expect(performance.now() - before).toBeLessThan(5000);
    expect(job.state).toBe('CANCELED');
    expect(await job.done).toBe('CANCELED');
    const seen = rows.length;
    await sleep(30);
    expect(rows.length).toBe(seen);
  });

  it('is cancelled at once while a server does not answer', { timeout: 15_000 }, async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = silent.address() as AddressInfo;
      const { job } = start(`CREATE TABLE t (a INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json',
        'properties.bootstrap.servers' = '127.0.0.1:${port}', 'scan.startup.mode' = 'earliest-offset'); SELECT a FROM t;`);
      while (sockets.size === 0) await sleep(5);
      const before = performance.now();
      await job.cancel();
      expect(performance.now() - before).toBeLessThan(5000);
      expect(job.state).toBe('CANCELED');
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it('lets the event loop turn while it runs', async () => {
    const { job } = start(`${FOREVER} SELECT v, COUNT(*) FROM g GROUP BY v;`);
    const late: number[] = [];
    for (let i = 0; i < 20; i++) {
      const asked = performance.now();
      await sleep(5);
      late.push(performance.now() - asked - 5);
    }
    await job.cancel();
    // The median: other processes of a busy machine may take a turn or two.
    expect(late.sort((a, b) => a - b)[10]).toBeLessThan(1000);
  });

  it('waits for a slow collector and reads no further meanwhile', async () => {
    let release: (() => void) | undefined;
    let batches = 0;
    const { job } = start(`${FOREVER} SELECT id FROM g;`, {}, () => {
      batches++;
      return new Promise((resolve) => {
        release = resolve;
      });
    });
    while (batches === 0) await sleep(5);
    await sleep(50);
    expect(batches).toBe(1);
    release?.();
    while (batches < 2) await sleep(5);
    await job.cancel();
    expect(job.state).toBe('CANCELED');
  });

  it('fails with the chain of causes, innermost first', async () => {
    const table = fileTable('o', 'k STRING, v INT', ['{"k":"a","v":1}', '{"k":"b","v":']);
    const { job, rows } = start(`${table} SELECT * FROM o;`);
    expect(await job.done).toBe('FAILED');
    expect(rows).toEqual([]);
    expect(job.failure?.causes.length).toBeGreaterThan(0);
    expect(job.failure?.causes.at(-1)?.message).toContain('Failed to deserialize JSON');
  });

  it('fails on NULL in a NOT NULL column, or drops the row where the option says so', async () => {
    const script = `${fileTable('o', 'k STRING, v INT', ['{"k":"a","v":1}', '{"k":null,"v":2}'])}
      CREATE TABLE s (k STRING NOT NULL, v INT) WITH ('connector' = 'print');
      INSERT INTO s SELECT k, v FROM o;`;
    const { job } = start(script);
    expect(await job.done).toBe('FAILED');
    expect(job.failure?.causes[0]).toEqual({
      exception: 'EnforcerException',
      message:
        "Column 'k' is NOT NULL, however, a null value is being written into it. You can set job configuration " +
        "'table.exec.sink.not-null-enforcer'='DROP' to suppress this exception and drop such records silently.",
    });
    const printed: string[] = [];
    const dropping = start(script, { 'table.exec.sink.not-null-enforcer': 'DROP' }, undefined, (line) =>
      printed.push(line),
    );
    expect(await dropping.job.done).toBe('FINISHED');
    expect(printed).toEqual(['+I[a, 1]']);
  });

  it('runs several inserts as one job with one source', async () => {
    const out = join(folder, 'out');
    const { job } = start(`${fileTable('o', 'k STRING, v INT', ORDERS)}
      CREATE TABLE a (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = '${out}', 'format' = 'json');
      CREATE TABLE b (k STRING) WITH ('connector' = 'blackhole');
      INSERT INTO a SELECT k, v * 10 FROM o;
      INSERT INTO b SELECT k FROM o;`);
    expect(await job.done).toBe('FINISHED');
    const text = readdirSync(out)
      .map((name) => readFileSync(join(out, name), 'utf8'))
      .join('');
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { k: 'a', v: 10 },
      { k: 'b', v: 20 },
      { k: 'a', v: 40 },
    ]);
    const { operators } = job.metrics();
    expect(operators.filter((o) => o.name.startsWith('Source')).length).toBe(1);
    expect(operators.find((o) => o.name === 'Sink: b')).toMatchObject({ recordsIn: 3 });
  });

  it('takes bounded inputs of a join in the same order each time', async () => {
    const script = `${fileTable('l', 'k STRING, v INT', ORDERS)} ${fileTable('r', 'k STRING, w INT', ['{"k":"a","w":7}'])}
      SELECT l.k, v, w FROM l JOIN r ON l.k = r.k;`;
    for (let i = 0; i < 3; i++) {
      const { job, rows } = start(script);
      expect(await job.done).toBe('FINISHED');
      expect(rows).toEqual(['+I a 1 7', '+I a 4 7']);
    }
  });

  it('fires processing-time windows by the clock', async () => {
    const { job, rows } = start(`CREATE TABLE g (v INT, ts AS PROCTIME())
      WITH ('connector' = 'datagen', 'rows-per-second' = '200', 'fields.v.min' = '1', 'fields.v.max' = '1');
      SELECT SUM(v) FROM TABLE(TUMBLE(TABLE g, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end;`);
    const deadline = performance.now() + 4000;
    while (rows.length === 0 && performance.now() < deadline) await sleep(20);
    await job.cancel();
    expect(rows[0]).toMatch(/^\+I \d+$/);
  });

  it('refuses options it does not carry out, by name', () => {
    const table = fileTable('o', 'k STRING, v INT', ORDERS);
    const groups = `${table} SELECT k, SUM(v) FROM o GROUP BY k;`;
    expect(() => start(groups, { 'table.exec.emit.early-fire.enabled': 'true' })).toThrow(
      /'table.exec.emit.early-fire.enabled' = 'true'/,
    );
  });
});
