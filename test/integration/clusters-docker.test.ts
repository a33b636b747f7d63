import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JobManagerClient } from '../../clients/job-manager/index.ts';
import { GatewayClient } from '../../clients/sql-gateway/client.ts';
import { type LocalCluster, LocalClusters, type StartOptions } from '../../clusters/index.ts';
import { deploy, planDeployment } from '../../deployment/index.ts';
import { type DockerDaemon, makeFlinkImage, missingForDocker, startDocker } from '../harness/docker.ts';
import { eventually } from '../harness/job-protocol.ts';
import { missingFor } from '../harness/services.ts';

const IMAGE = 'millrace-test/flink:2.2.1';

describe.skipIf(missingFor('flink') ?? missingForDocker())('a Flink cluster in Docker', { timeout: 240_000 }, () => {
  let docker: DockerDaemon | undefined;
  let root: string;
  let workspace: string;
  let clusters: LocalClusters;
  let cluster: LocalCluster;
  const said: string[] = [];

  const options = (more: Partial<StartOptions> = {}): StartOptions => ({
    name: 'in-docker',
    flink: { image: IMAGE },
    slots: 2,
    memoryMb: 256,
    connectors: [],
    cwd: workspace,
    progress: (text) => said.push(text),
    ...more,
  });
  const ask = (...args: string[]): string =>
    spawnSync('docker', args, { encoding: 'utf8', timeout: 30_000 }).stdout.trim();
  const left = (): string => ask('ps', '--all', '--quiet', '--filter', 'label=millrace.cluster');

  beforeAll(async () => {
    docker = await startDocker();
    await makeFlinkImage(IMAGE);
    root = mkdtempSync(join(tmpdir(), 'millrace-clusters-docker-'));
    // A name that has what options of docker are split at.
    workspace = join(root, 'work, of "me"');
    mkdirSync(workspace);
    clusters = new LocalClusters(join(root, 'cache'));
  }, 240_000);
  afterAll(async () => {
    for (const { name } of clusters?.list() ?? []) await clusters.stop(name);
    ask('rmi', '--force', IMAGE);
    await docker?.stop();
    if (root) rmSync(root, { recursive: true, force: true });
  });

  test('starts on ports of loopback alone, and is remembered by others', async () => {
    cluster = await clusters.start(options());
    expect(cluster).toMatchObject({ version: '2.2.1', containers: { image: IMAGE } });
    const others = new LocalClusters(join(root, 'cache'));
    expect(others.list()).toEqual([cluster]);
    expect(await others.alive(cluster)).toEqual({ jobmanager: true, taskmanager: true, gateway: true });
    await expect(others.start(options())).rejects.toThrow('The cluster in-docker runs already');
    const published = ask('ps', '--filter', 'label=millrace.cluster', '--format', '{{.Ports}}').split(/[\n,]/);
    const ports = published.filter((text) => text.includes('->')).map((text) => text.trim().replace(/:\d+->.*/, ''));
    expect(ports).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(readFileSync(clusters.log(cluster, 'taskmanager'), 'utf8')).toContain('TaskManager');
  });

  test("runs a job on files of the workspace, which are the person's afterwards", async () => {
    writeFileSync(join(workspace, 'in.csv'), '1,a\n2,b\n3,c\n');
    const jobManager = new JobManagerClient({ url: cluster.jobManagerUrl });
    const gateway = await GatewayClient.connect({ url: cluster.gatewayUrl });
    try {
      expect(await jobManager.overview()).toMatchObject({ slotsTotal: 2, taskManagers: 1, flinkVersion: '2.2.1' });
      const table = (name: string, path: string): string =>
        `CREATE TABLE ${name} (n INT, t STRING) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'csv');`;
      const text = `SET 'execution.runtime-mode' = 'batch';
${table('i', join(workspace, 'in.csv'))}
${table('o', join(workspace, 'out'))}
INSERT INTO o SELECT n * 2, UPPER(t) FROM i;`;
      const plan = planDeployment(text);
      const { jobId } = await deploy({ gateway, jobManager }, { plan, options: { name: 'files' } }, () => undefined);
      await eventually(
        () => jobManager.job(jobId),
        (job) => job.state === 'FINISHED',
        60_000,
      );
      const rows = spawnSync('sh', ['-c', 'cat "$0"/out/*', workspace], { encoding: 'utf8' }).stdout;
      expect(rows.trim().split('\n').sort()).toEqual(['2,A', '4,B', '6,C']);
      expect(statSync(join(workspace, 'out')).uid).toBe(process.getuid?.());
    } finally {
      jobManager.dispose();
      gateway.dispose();
    }
  });

  test('a killed TaskManager is told; stopping removes all of it', async () => {
    if (!('containers' in cluster)) throw new Error('it does not run in Docker');
    ask('kill', cluster.containers.ids.taskmanager);
    expect(await clusters.alive(cluster)).toEqual({ jobmanager: true, taskmanager: false, gateway: true });
    await clusters.stop('in-docker');
    expect(clusters.list()).toEqual([]);
    expect(left()).toBe('');
    expect(ask('network', 'ls', '--quiet', '--filter', 'label=millrace.cluster')).toBe('');
  });

  test('one that cannot start says why, and leaves nothing', async () => {
    await expect(clusters.start(options({ flink: { image: '--privileged' } }))).rejects.toThrow(
      'is no name of an image',
    );
    await expect(clusters.start(options({ flink: { image: 'millrace-test/none:1' } }))).rejects.toThrow(
      /docker failed/,
    );
    const empty = 'millrace-test/empty:1';
    spawnSync('sh', ['-c', `tar c --files-from /dev/null | docker import - ${empty}`]);
    try {
      await expect(clusters.start(options({ name: 'no-java', flink: { image: empty } }))).rejects.toThrow(
        `${empty} is no image of Flink`,
      );
    } finally {
      ask('rmi', '--force', empty);
    }
    const abort = new AbortController();
    const starting = clusters.start(
      options({
        name: 'given-up',
        signal: abort.signal,
        progress: (text) => /Starting/.test(text) && setTimeout(() => abort.abort(new Error('given up')), 300),
      }),
    );
    await expect(starting).rejects.toThrow('given up');
    expect(clusters.list()).toEqual([]);
    expect(left()).toBe('');
  });
});
