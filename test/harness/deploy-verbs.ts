// `millrace deploy`, jobs, savepoint, stop: the same on a real Flink and on the local runtime.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProtocolTarget } from './job-protocol.ts';

const main = join(import.meta.dirname, '../../cli/main.ts');
const NAME = 'verbs';

const text = (select: string): string => `SET 'execution.checkpointing.interval' = '300 ms';
CREATE TABLE clicks (user_id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.user_id.max' = '5');
CREATE TABLE totals (user_id INT, n BIGINT) WITH ('connector' = 'blackhole');
SELECT * FROM clicks;
INSERT INTO totals ${select};
`;
const COUNT = 'SELECT user_id, COUNT(*) FROM clicks GROUP BY user_id';
const ANOTHER = 'SELECT user_id, COUNT(*) * 2 FROM clicks GROUP BY user_id';
/** Its state is of another kind than that of COUNT. */
const UNFIT = `SELECT MAX(user_id), COUNT(*) FROM clicks GROUP BY CAST(user_id AS STRING)`;

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export function deployVerbsSuite(start: () => Promise<ProtocolTarget>): void {
  let target: ProtocolTarget;
  let folder: string;
  let savepoints: string;

  beforeAll(async () => {
    target = await start();
    folder = mkdtempSync(join(tmpdir(), 'millrace-deploy-'));
    savepoints = `file://${folder}/savepoints`;
    writeFileSync(join(folder, 'millrace.json'), '{}');
    write(COUNT);
  });
  afterAll(async () => {
    await target?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (select: string): void => writeFileSync(join(folder, 'clicks.sql'), text(select));
  const record = () => JSON.parse(readFileSync(join(folder, '.millrace/deployments', `${NAME}.json`), 'utf8'));

  function millrace(...args: string[]): Promise<Ended> {
    const env = { ...process.env, ...(target.token && { MILLRACE_TOKEN: target.token }) };
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err]: string[][] = [[], []];
    child.stdout.on('data', (data: Buffer) => out?.push(data.toString()));
    child.stderr.on('data', (data: Buffer) => err?.push(data.toString()));
    return new Promise((resolve) => {
      child.on('close', (status) => resolve({ status, out: out?.join('') ?? '', err: err?.join('') ?? '' }));
    });
  }
  const deploy = (...args: string[]) =>
    millrace('deploy', 'clicks.sql', '--name', NAME, '--gateway', target.gatewayUrl, '--json', ...args);

  test('a dry run tells what would run, and sends nothing', async () => {
    const { status, out } = await deploy('--dry-run', '--parallelism', '2', '--restart', 'fixed-delay:3:1 s');
    expect(status).toBe(0);
    const told = JSON.parse(out);
    expect(told).toMatchObject({
      name: NAME,
      submit: expect.stringContaining('INSERT INTO totals'),
      options: { 'pipeline.name': NAME, 'parallelism.default': '2', 'restart-strategy.fixed-delay.attempts': '3' },
      skipped: [{ line: 4, message: expect.stringContaining('left out') }],
    });
    expect(told.setup).toHaveLength(3);
    expect(JSON.parse((await millrace('jobs', '--gateway', target.gatewayUrl, '--json')).out)).toEqual([]);
  });

  test('deploy waits for the first checkpoint, and records what runs where', async () => {
    const { status, out, err } = await deploy();
    expect({ status, err }).toMatchObject({ status: 0 });
    const deployed = JSON.parse(out);
    expect(deployed).toMatchObject({ name: NAME, state: 'RUNNING', checkpoint: expect.any(Number) });
    expect(record()).toMatchObject({
      name: NAME,
      source: 'clicks.sql',
      gateway: target.gatewayUrl,
      jobManager: target.jobManagerUrl,
      jobs: [{ id: deployed.jobId }],
    });
    const [job] = JSON.parse((await millrace('jobs', '--gateway', target.gatewayUrl, '--json')).out);
    expect(job).toMatchObject({ id: deployed.jobId, name: NAME, state: 'RUNNING', deployment: NAME });
    const again = await deploy();
    expect(again).toMatchObject({
      status: 2,
      err: expect.stringContaining(`runs as job ${deployed.jobId}: --upgrade`),
    });
  });

  test('a savepoint of a deployment by its name', async () => {
    const { status, out } = await millrace('savepoint', NAME, '--dir', savepoints);
    expect({ status, out }).toEqual({ status: 0, out: expect.stringMatching(/^file:.*savepoints\/savepoint-\S+\n$/) });
  });

  test('an upgrade goes on from the savepoint of the old version', async () => {
    const [old] = record().jobs;
    write(ANOTHER);
    const { status, out, err } = await deploy('--upgrade', '--savepoint-dir', savepoints);
    expect({ status, err }).toMatchObject({ status: 0 });
    const { jobId, startedFrom } = JSON.parse(out);
    expect(startedFrom).toMatch(/savepoint-/);
    expect(record().jobs).toMatchObject([
      { id: jobId, startedFrom },
      { id: old.id, ended: { how: 'stopped', savepoint: startedFrom } },
    ]);
  });

  test('a text that cannot be planned stops nothing', async () => {
    const [running] = record().jobs;
    write('SELECT user_id, nonsense FROM clicks');
    const { status, out } = await deploy('--upgrade');
    expect(status).toBe(1);
    expect(JSON.parse(out).error).toMatchObject({ phase: 'check', message: expect.stringContaining('nonsense') });
    expect(record().jobs[0]).toEqual(running);
  });

  test('an upgrade whose state does not fit says why, and the old version goes on from the same savepoint', async () => {
    const [old] = record().jobs;
    write(UNFIT);
    const failed = await deploy('--upgrade', '--savepoint-dir', savepoints);
    expect(failed.status).toBe(1);
    const { error } = JSON.parse(failed.out);
    expect(error).toMatchObject({ savepoint: expect.stringMatching(/savepoint-/) });
    // A state that fits in no way is refused before there is a job.
    expect(error.job === null || error.ended).toBe(true);
    expect(error.message).toMatch(/state|restore|operator/i);
    expect(failed.err).toContain(`millrace deploy --rollback ${NAME}`);
    expect(record().jobs[0]).toMatchObject({ id: old.id, ended: { how: 'stopped', savepoint: error.savepoint } });

    const back = await millrace('deploy', '--rollback', NAME, '--json');
    expect({ status: back.status, err: back.err }).toMatchObject({ status: 0 });
    expect(JSON.parse(back.out)).toMatchObject({ startedFrom: error.savepoint, state: 'RUNNING' });
  });

  test('stop takes a savepoint; where that fails the job goes on, unless told otherwise', async () => {
    const refused = await millrace('stop', NAME, '--dir', 'file:///proc/nowhere');
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('goes on') });
    const stopped = await millrace('stop', NAME, '--dir', savepoints, '--json');
    expect({ status: stopped.status, err: stopped.err }).toMatchObject({ status: 0 });
    expect(record().jobs[0].ended).toMatchObject({ how: 'stopped', savepoint: JSON.parse(stopped.out).savepoint });

    write(COUNT);
    expect((await deploy('--from', JSON.parse(stopped.out).savepoint)).status).toBe(0);
    const cancelled = await millrace('stop', NAME, '--dir', 'file:///proc/nowhere', '--or-cancel');
    expect(cancelled).toMatchObject({ status: 0, out: expect.stringContaining('without a savepoint') });
    expect(record().jobs[0].ended).toMatchObject({ how: 'cancelled' });
    expect(JSON.parse((await millrace('jobs', '--gateway', target.gatewayUrl, '--json')).out)).toEqual([]);
  });

  test('a job that fails at once is told with its root cause, and is not left running', async () => {
    writeFileSync(
      join(folder, 'bad.sql'),
      `CREATE TABLE texts (v STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '50', 'fields.v.length' = '3');
       CREATE TABLE numbers (v INT) WITH ('connector' = 'blackhole');
       INSERT INTO numbers SELECT CAST(v AS INT) FROM texts;`,
    );
    const args = ['--gateway', target.gatewayUrl, '--json', '--checkpoints', '1 s', '--restart', 'fixed-delay:100:1 s'];
    const { status, out } = await millrace('deploy', 'bad.sql', ...args);
    expect(status).toBe(1);
    const { error } = JSON.parse(out);
    expect(error).toMatchObject({ phase: 'follow', ended: true });
    expect(error.message).toMatch(/^NumberFormatException: /);
  });

  test('wrong use and servers that are not there', async () => {
    expect(await millrace('deploy', 'clicks.sql')).toMatchObject({
      status: 2,
      err: expect.stringContaining('--gateway'),
    });
    const nowhere = await millrace('deploy', 'clicks.sql', '--name', 'n', '--gateway', 'http://127.0.0.1:1');
    expect(nowhere).toMatchObject({ status: 1, err: expect.stringMatching(/127\.0\.0\.1:1: connection refused/) });
    const moved = {
      name: 'moved',
      source: 'clicks.sql',
      gateway: 'http://elsewhere:8083',
      jobs: [{ id: '0', submitted: '' }],
    };
    writeFileSync(join(folder, '.millrace/deployments/moved.json'), JSON.stringify(moved));
    const beside = await millrace('deploy', 'clicks.sql', '--name', 'moved', '--gateway', target.gatewayUrl);
    expect(beside).toMatchObject({
      status: 2,
      err: expect.stringContaining('on http://elsewhere:8083: stop it there'),
    });
    const lost = await millrace('stop', '0123456789abcdef0123456789abcdef', '--gateway', target.gatewayUrl);
    expect(lost).toMatchObject({
      status: 1,
      err: expect.stringMatching(/Could not find Flink job|does not know the job/),
    });
    const noManager = ['--gateway', target.gatewayUrl, '--jobmanager', 'http://127.0.0.1:1'];
    const without = await millrace('deploy', 'clicks.sql', '--name', 'n', ...noManager);
    expect(without).toMatchObject({
      status: 1,
      err: expect.stringMatching(/Cannot reach the JobManager at 127\.0\.0\.1:1/),
    });
  });
}
