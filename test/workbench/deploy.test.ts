import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

const notebook = (select: string): string => `-- %%
SET 'execution.checkpointing.interval' = '500 ms';

-- %%
CREATE TABLE clicks (user_id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.user_id.max' = '5');

-- %%
CREATE TABLE totals (user_id INT, n BIGINT) WITH ('connector' = 'blackhole');

-- %%
SELECT * FROM clicks;

-- %%
INSERT INTO totals ${select};
`;

describe.skipIf(missingFor('flink')).each(['light', 'dark'] as const)('deploying in a %s workbench', (theme) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-deploy-'));
  const name = `clicks-${theme}`;
  let flink: Flink;
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    flink = await startFlink();
    writeFileSync(join(folder, `${name}.flinknb`), notebook('SELECT user_id, COUNT(*) FROM clicks GROUP BY user_id'));
    writeFileSync(join(folder, 'broken.flinknb'), notebook('SELECT nobody, COUNT(*) FROM clicks GROUP BY nobody'));
    const connections = [{ name: 'Staging', url: flink.gatewayUrl, jobManager: flink.jobManagerUrl }];
    const settings = { 'millrace.connections': connections, 'millrace.defaultConnection': 'Staging' };
    workbench = await launchWorkbench({ workspace: folder, theme, settings, size: { width: 1500, height: 1000 } });
    // A Flink and a workbench.
  }, 400_000);
  afterAll(async () => {
    await workbench?.close();
    await flink?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  // Forms that are not in front stay in the page.
  const form = (of: string): Promise<Frame> =>
    workbench.frameWith(`[data-testid="deploy"] h1:has-text("${of}.flinknb")`);
  /** Quick open finds open forms by the file that they name, too. */
  const alone = () => workbench.command('View: Close All Editors');
  const record = () =>
    JSON.parse(readFileSync(join(workbench.workspace, '.millrace/deployments', `${name}.json`), 'utf8'));
  const deployed = (frame: Frame) => until('the deployment', () => frame.getByTestId('deployed').isVisible(), 90_000);

  test('the form says what would run; deploying goes step by step to the first checkpoint', async () => {
    await workbench.openFile(`${name}.flinknb`);
    await until('the connection', async () => (await workbench.statusBar()).includes('Staging'));
    await workbench.command('Millrace: Deploy to Cluster…');
    const frame = await form(name);
    expect(await frame.getByTestId('deploy-plan').innerText()).toMatch(
      /INSERT INTO totals[\s\S]*3 statements run before/,
    );
    expect(await frame.getByLabel('Name').inputValue()).toBe(name);
    expect(await frame.getByLabel('Connection').inputValue()).toBe('Staging');
    await frame.getByLabel('When it fails').selectOption('fixed-delay');
    await frame.getByLabel('Parallelism').fill('none');
    await frame.getByRole('button', { name: 'Deploy', exact: true }).click();
    expect(await frame.getByText('A whole number from 1').isVisible()).toBe(true);
    await frame.getByLabel('Parallelism').fill('1');
    await workbench.screenshot(`${pictures}/deploy-form-${theme}.png`);
    await frame.getByRole('button', { name: 'Deploy', exact: true }).click();
    await deployed(frame);
    expect(record()).toMatchObject({
      name,
      connection: 'Staging',
      source: `${name}.flinknb`,
      options: { parallelism: 1 },
    });
    await workbench.screenshot(`${pictures}/deploy-done-${theme}.png`);
    await frame.getByRole('button', { name: 'Show Job' }).click();
    const view = await workbench.frameWith('main.mj');
    await until('the state', async () => (await view.getByTestId('job-state').textContent()) === 'RUNNING');
    await until('the plan', async () => (await view.locator('.mg-node').count()) >= 2);
    await workbench.page.waitForTimeout(8000);
    await workbench.screenshot(`${pictures}/job-flink-${theme}.png`);
  });

  test('an upgrade that does not fit its state says why, and the version before starts again', async () => {
    const [old] = record().jobs;
    const changed = 'SELECT MAX(user_id), COUNT(*) FROM clicks GROUP BY CAST(user_id AS STRING)';
    writeFileSync(join(workbench.workspace, `${name}.flinknb`), notebook(changed));
    await alone();
    await workbench.openFile(`${name}.flinknb`);
    await until('the changed cell', () => workbench.page.getByText('CAST').first().isVisible());
    await workbench.command('Millrace: Deploy to Cluster…');
    const frame = await form(name);
    await until('what is replaced', () => frame.getByTestId('deploy-replaces').isVisible());
    await frame.getByRole('button', { name: 'Upgrade' }).click();
    await until('the failure', () => frame.getByTestId('deploy-failed').isVisible(), 90_000);
    await workbench.screenshot(`${pictures}/upgrade-failed-${theme}.png`);
    expect(record().jobs[0]).toMatchObject({ id: old.id, ended: { how: 'stopped' } });
    await frame.getByRole('button', { name: 'Start the Version Before Again' }).click();
    await deployed(frame);
    const [again] = record().jobs;
    expect(again.startedFrom).toMatch(/savepoint-/);
    await fetch(`${flink.jobManagerUrl}/jobs/${again.id}?mode=cancel`, { method: 'PATCH' });
  });

  test('a text with mistakes is not deployed; its lines are named', async () => {
    await alone();
    await workbench.openFile('broken.flinknb');
    await until(
      'the mistake in the editor',
      () => workbench.page.locator('.squiggly-error').first().isVisible(),
      60_000,
    );
    await workbench.command('Millrace: Deploy to Cluster…');
    const frame = await form('broken');
    await until('the problems', () => frame.getByTestId('deploy-problems').isVisible());
    expect(await frame.getByTestId('deploy-problems').innerText()).toContain('nobody');
    expect(await frame.getByRole('button', { name: 'Deploy', exact: true }).isDisabled()).toBe(true);
    expect(existsSync(join(workbench.workspace, '.millrace/deployments/broken.json'))).toBe(false);
  });
});
