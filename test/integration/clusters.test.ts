import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JobManagerClient, type JobManagerError } from '../../clients/job-manager/index.ts';
import { GatewayClient } from '../../clients/sql-gateway/client.ts';
import { type LocalCluster, LocalClusters, type StartOptions } from '../../clusters/index.ts';
import { type DeployError, deploy, planDeployment } from '../../deployment/index.ts';
import { cacheDir } from '../../scripts/paths.ts';
import { installFlink } from '../harness/flink.ts';
import { eventually } from '../harness/job-protocol.ts';
import { missingFor } from '../harness/services.ts';

/** What is looked at of any of the errors. */
type Failed = Pick<DeployError, 'message' | 'init'> & Pick<JobManagerError, 'kind'>;

const TEXT = `SET 'execution.checkpointing.interval' = '300 ms';
CREATE TABLE t (x INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20');
CREATE TABLE s (x INT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO s SELECT x, COUNT(*) FROM t GROUP BY x;`;

describe.skipIf(missingFor('flink'))(
  'a local Flink cluster, and what happens when its parts are killed',
  { timeout: 240_000 },
  () => {
    let root: string;
    let clusters: LocalClusters;
    let cluster: LocalCluster;
    let jobManager: JobManagerClient;
    let gateway: GatewayClient;
    const said: string[] = [];

    const options = (more: Partial<StartOptions> = {}): StartOptions => ({
      name: 'faults',
      flink: { version: '2.2' },
      slots: 2,
      memoryMb: 256,
      connectors: [],
      cwd: root,
      progress: (text) => said.push(text),
      ...more,
    });
    const kill = (role: 'jobmanager' | 'taskmanager' | 'gateway'): void => {
      if (!('processes' in cluster)) throw new Error('it runs in Docker');
      process.kill(cluster.processes[role].pid, 'SIGKILL');
    };
    const deployText = (name: string, timeoutMs = 60_000) =>
      deploy({ gateway, jobManager }, { plan: planDeployment(TEXT), options: { name }, timeoutMs }, () => undefined);
    const failure = (work: Promise<unknown>): Promise<Failed> =>
      work.then(
        () => Promise.reject(new Error('it should have failed')),
        (error: unknown) => error as Failed,
      );

    beforeAll(async () => {
      await installFlink();
      root = mkdtempSync(join(tmpdir(), 'millrace-clusters-'));
      mkdirSync(join(root, 'cache'));
      // Downloaded once for all tests.
      symlinkSync(join(cacheDir('millrace-test'), 'flink-2.2.1'), join(root, 'cache', 'flink-2.2.1'));
      clusters = new LocalClusters(join(root, 'cache'));
    });
    afterAll(async () => {
      jobManager?.dispose();
      gateway?.dispose();
      for (const { name } of clusters?.list() ?? []) await clusters.stop(name);
      rmSync(root, { recursive: true, force: true });
    });

    test('starts on free ports, tells its progress, is remembered by others, and runs a job', async () => {
      cluster = await clusters.start(options());
      expect(said.some((text) => /waiting for the TaskManager/.test(text))).toBe(true);
      const others = new LocalClusters(join(root, 'cache'));
      expect(others.list()).toEqual([cluster]);
      expect(await others.alive(cluster)).toEqual({ jobmanager: true, taskmanager: true, gateway: true });
      await expect(others.start(options())).rejects.toThrow('The cluster faults runs already');
      jobManager = new JobManagerClient({ url: cluster.jobManagerUrl });
      gateway = await GatewayClient.connect({ url: cluster.gatewayUrl });
      expect(await jobManager.overview()).toMatchObject({ slotsTotal: 2, taskManagers: 1, flinkVersion: '2.2.1' });
      const { jobId, state } = await deployText('first');
      expect(state).toBe('RUNNING');
      // The log of the TaskManager is served through the JobManager.
      const [manager] = await jobManager.taskManagers();
      const logs = await jobManager.logs(manager?.id);
      expect(logs.map(({ name }) => name)).toContain('taskmanager.log');
      expect(await jobManager.log('taskmanager.log', manager?.id)).toContain('TaskManager');
      await jobManager.cancel(jobId);
    });

    test('one that cannot start says why, and leaves nothing running', async () => {
      const home = join(root, 'not-flink');
      for (const folder of ['lib', 'opt']) mkdirSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, 'lib', 'flink-dist-2.2.1.jar'), '');
      await expect(clusters.start(options({ name: 'half', flink: { home } }))).rejects.toThrow(/has no SQL Gateway/);
      writeFileSync(join(home, 'opt', 'flink-sql-gateway-2.2.1.jar'), '');
      const error = await failure(clusters.start(options({ name: 'empty', flink: { home } })));
      expect(error.message).toMatch(/The \w+ ended while it started: .*(main class|ClassNotFound)/i);
      expect(clusters.get('empty')).toBeUndefined();
      const large = options({ name: 'too-large', memoryMb: 90_000_000 });
      await expect(clusters.start(large)).rejects.toThrow(/this machine has/);
      await expect(clusters.start(options({ name: 'no slots', slots: 0 }))).rejects.toThrow(/is no name/);
      await expect(clusters.start(options({ name: 'none', slots: 0 }))).rejects.toThrow('0 slots');
      await expect(clusters.start(options({ name: 'old', flink: { version: '1.9' } }))).rejects.toThrow(
        /not among the versions/,
      );
      const jar = clusters.start(options({ name: 'jar', connectors: ['org.apache.flink:no-such-artifact:0.0.1'] }));
      expect((await failure(jar)).message).toMatch(/no-such-artifact/);
    });

    test('a start that is given up leaves nothing running', async () => {
      const abort = new AbortController();
      const starting = clusters.start(
        options({
          name: 'given-up',
          signal: abort.signal,
          progress: (text) => /Starting/.test(text) && setTimeout(() => abort.abort(new Error('given up')), 300),
        }),
      );
      await expect(starting).rejects.toThrow('given up');
      expect(clusters.get('given-up')).toBeUndefined();
    });

    test('a killed TaskManager: the job tells the cause; a new one is told to wait for slots', async () => {
      const { jobId } = await deployText('loses its worker');
      kill('taskmanager');
      const [exception] = await eventually(
        () => jobManager.exceptions(jobId),
        (list) => list.length > 0,
        60_000,
      );
      expect(exception?.message).toMatch(/TaskManager|Connection|reachable/i);
      expect(exception?.message).not.toContain('\n\tat ');
      expect(await clusters.alive(cluster)).toEqual({ jobmanager: true, taskmanager: false, gateway: true });
      await jobManager.cancel(jobId);
      const error = await failure(deployText('without a worker', 4000));
      expect(error.message).toMatch(/waits for free slots|not run/);
      expect(error.init).toMatchObject({ phase: 'follow', ended: true });
    });

    test('a gateway without its JobManager: one message that names the server', async () => {
      kill('jobmanager');
      const where = new URL(cluster.jobManagerUrl).host;
      const error = await failure(deployText('nobody there'));
      expect(error.message).toContain(`Cannot reach the JobManager at ${where}: connection refused`);
      expect((await failure(jobManager.jobs())).kind).toBe('unreachable');
    });

    test('a killed gateway: one message that names the server; stopping what is half dead works', async () => {
      kill('gateway');
      const where = new URL(cluster.gatewayUrl).host;
      const error = await failure(gateway.openSession());
      expect(error.message).toContain(`Cannot reach the SQL Gateway at ${where}`);
      await clusters.stop('faults');
      expect(clusters.list()).toEqual([]);
      await expect(clusters.stop('faults')).rejects.toThrow('There is no cluster faults');
    });
  },
);
