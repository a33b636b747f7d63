import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LocalClusters } from '../../clusters/index.ts';
import { cacheDir } from '../../scripts/paths.ts';
import { installFlink } from '../harness/flink.ts';
import { missingFor } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';
/** A JVM more on a machine that is busy. */
const STARTING_MS = 180_000;

describe.skipIf(missingFor('flink'))('a local Flink cluster in the editor', { timeout: STARTING_MS + 60_000 }, () => {
  const cache = mkdtempSync(join(tmpdir(), 'millrace-editor-clusters-'));
  const clusters = new LocalClusters(join(cache, 'millrace'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    await installFlink();
    mkdirSync(join(cache, 'millrace'));
    // Downloaded once for all tests.
    symlinkSync(join(cacheDir('millrace-test'), 'flink-2.2.1'), join(cache, 'millrace', 'flink-2.2.1'));
    workbench = await launchWorkbench({ env: { XDG_CACHE_HOME: cache }, size: { width: 1400, height: 900 } });
  });
  afterAll(async () => {
    await workbench?.close();
    for (const { name } of clusters.list()) await clusters.stop(name);
    rmSync(cache, { recursive: true, force: true });
  });

  const box = () => workbench.page.locator('.quick-input-widget');
  /** The step of the dialog that has this title. */
  const step = (title: string) =>
    until(`the step ${title}`, async () => (await box().innerText()).includes(title) && box().isVisible());

  test('is started step by step, and becomes a connection', async () => {
    await workbench.openFile('orders.flinknb');
    await workbench.command('Millrace: Start Local Flink Cluster');
    await step('(1/4): version');
    // Whether Docker answers is asked first.
    await box().locator('.monaco-list-row').filter({ hasText: 'Flink 2.2.1' }).first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await step('(2/4): connectors');
    // Kafka's is chosen beforehand, and would be downloaded.
    await box().locator('.monaco-list-row').filter({ hasText: 'Kafka' }).first().click();
    await workbench.page.keyboard.press('Enter');
    await step('(3/4): size');
    await workbench.page.keyboard.press('Enter');
    await step('(4/4): name');
    await box().locator('input').first().fill('of-the-test');
    await workbench.page.keyboard.press('Enter');
    await until(
      'the cluster',
      async () => (await workbench.notifications()).some((text) => text.includes('runs with 4 slots')),
      STARTING_MS,
    );
    const [cluster, ...more] = clusters.list();
    expect(more).toEqual([]);
    expect(cluster).toMatchObject({ name: 'of-the-test', version: '2.2.1', slots: 4 });
    expect(cluster && (await clusters.alive(cluster))).toEqual({ jobmanager: true, taskmanager: true, gateway: true });
    await workbench.screenshot(join(pictures, 'local-cluster.png'));
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.selectKernel('of-the-test');
  });

  test('its logs are channels that go on', async () => {
    await workbench.command('Millrace: Show Log of Local Flink Cluster');
    await step('Log of of-the-test');
    await workbench.page.keyboard.press('Enter');
    await until('the log of the JobManager', async () => {
      const text = await workbench.page.locator('.panel .view-lines').first().innerText();
      return /INFO|org\.apache\.flink/.test(text);
    });
  });

  test('is stopped, with its connection', async () => {
    await workbench.command('Millrace: Stop Local Flink Cluster');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await until('the question', () => dialog.isVisible());
    expect(await dialog.innerText()).toContain('Its jobs end without savepoints');
    await dialog.locator('.monaco-button').filter({ hasText: 'Stop Cluster' }).click();
    await until('the end of the cluster', async () => clusters.list().length === 0, STARTING_MS);
    await workbench.command('Millrace: Stop Local Flink Cluster');
    await until('that there is none', async () =>
      (await workbench.notifications()).some((text) => text.includes('No local Flink cluster runs')),
    );
  });
});
