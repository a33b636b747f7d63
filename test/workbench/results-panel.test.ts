import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const SCRIPT = `CREATE TABLE clicks (user_id INT, page STRING)
WITH ('connector' = 'datagen', 'number-of-rows' = '50', 'fields.page.length' = '5');

CREATE TABLE sunk (user_id INT) WITH ('connector' = 'blackhole');

SELECT user_id, page FROM clicks;

INSERT INTO sunk SELECT user_id FROM clicks;

SELECT user_id,
  pge FROM clicks;
`;

describe('a SQL file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-file-'));
  let workbench: Workbench;
  let frame: Frame;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'clicks.flink.sql'), SCRIPT);
    workbench = await launchWorkbench({ workspace: folder });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const lens = (title: string, nth: number) =>
    workbench.page.locator('.codelens-decoration a').filter({ hasText: title }).nth(nth);

  test('runs statement by statement from the words above them; results stand in the panel', async () => {
    await workbench.openFile('clicks.flink.sql');
    await until('the connection', async () => (await workbench.statusBar()).includes('Local runtime'));
    await lens('Run', 0).click();
    frame = await workbench.frameWith('[data-testid="panel-run"]', 60_000);
    await until('an OK', async () => (await frame.getByTestId('result-ok').getAttribute('data-phase')) === 'finished');
    await lens('Run', 1).click();
    await until('two results', async () => (await frame.getByTestId('panel-run').count()) === 2);
    await lens('Run', 2).click();
    const rows = await (await ResultPanes.of(workbench, 'SELECT user_id, page')).result('SELECT user_id, page');
    expect(await rows.ended()).toBe('finished');
    expect(await rows.count()).toBe('50 rows');
    await workbench.screenshot('test-results/panel-light.png');
  });

  test('its rows are sorted, filtered by Flink SQL, found and looked at one by one', async () => {
    const result = await (await ResultPanes.of(workbench, 'SELECT user_id, page')).result('SELECT user_id, page');
    const numbers = async () => (await result.rows()).map(([id]) => Number(id));
    const head = frame.getByTestId('result-column').first();
    await head.click();
    await until('ascending rows', async () => {
      const shown = await numbers();
      return shown.length > 3 && shown.every((id, i) => i === 0 || id >= (shown[i - 1] ?? 0));
    });
    await frame.getByTestId('tool-filter').click();
    await frame.getByTestId('filter-input').fill("user_id > 0 AND page LIKE '%a%'");
    await frame.getByTestId('filter-input').press('Enter');
    await frame.getByTestId('filter-left').waitFor();
    const kept = await result.rows();
    expect(kept.every(([id, page]) => Number(id) > 0 && page?.includes('a'))).toBe(true);
    await workbench.screenshot('test-results/panel-filter.png');
    await frame.getByTestId('filter-input').fill('user > 0');
    await frame.getByTestId('filter-input').press('Enter');
    await frame.getByTestId('filter-problem').waitFor();
    await frame.getByTestId('filter-input').press('Escape');
    await frame.getByTestId('tool-find').click();
    await frame.getByTestId('find-input').fill('a');
    await until('what was found', async () => /rows/.test(await frame.getByTestId('find-count').innerText()));
    await frame.getByTestId('find-input').press('Enter');
    expect(await frame.locator('.mr-cell mark').count()).toBeGreaterThan(0);
    await frame.getByTestId('result-cell').first().dblclick();
    await frame.getByTestId('row-detail').waitFor();
    await head.click({ button: 'right' });
    await frame.getByRole('menu').waitFor();
    await workbench.screenshot('test-results/panel-tools.png');
    await frame.getByRole('menuitem', { name: 'Profile' }).click();
    await frame.getByTestId('column-profile').getByText('distinct').waitFor();
    await frame.getByTestId('tool-chart').click();
    await frame.getByTestId('result-chart').waitFor();
    await until('the chart in the text', async () =>
      (await workbench.page.locator('.view-line').allInnerTexts()).some((line) =>
        line.replaceAll('\u00a0', ' ').includes('chart: bar'),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await workbench.screenshot('test-results/panel-chart.png');
    await frame.getByTestId('tool-chart').click();
    await head.click({ button: 'right' });
    await frame.getByRole('menuitem', { name: 'Hide' }).click();
    expect(await result.columns()).toEqual(['page']);
  });

  test('previews and explains', async () => {
    await lens('Preview', 0).click();
    const preview = await (await ResultPanes.of(workbench, 'INSERT INTO')).result('INSERT INTO');
    expect(await preview.ended()).toBe('finished');
    expect(await preview.columns()).toEqual(['sink', 'op', 'target', 'key', 'value']);
    await lens('Explain', 0).click();
    const plan = await (await ResultPanes.of(workbench, 'EXPLAIN CHANGELOG_MODE')).result('EXPLAIN CHANGELOG_MODE');
    expect(await plan.ended()).toBe('finished');
    await frame.getByTestId('plan-node').filter({ hasText: 'TableSourceScan' }).waitFor();
    await workbench.screenshot('test-results/panel-plan.png');
    await frame.getByTestId('plan-text').click();
    expect(await plan.text()).toContain('== Optimized Physical Plan ==');
  });

  test('an error is marked in the file and has its place', async () => {
    const before = await frame.getByTestId('panel-run').count();
    await workbench.page.locator('.view-line').filter({ hasText: 'pge' }).first().click();
    await workbench.page.keyboard.press('Control+Enter');
    await until('its run', async () => (await frame.getByTestId('panel-run').count()) === before + 1);
    await frame.getByTestId('error').or(frame.getByText('SqlValidatorException')).first().waitFor();
    const failed = await (await ResultPanes.of(workbench, 'SELECT user_id,')).result('SELECT user_id,');
    expect(await failed.ended()).toBe('failed');
    expect(await failed.text()).toContain('line 11, column 3');
    expect(await workbench.hover('pge')).toContain('Flink');
    await workbench.setTheme('dark');
    await workbench.screenshot('test-results/panel-dark.png');
  });

  test('a result that is closed is gone', async () => {
    const before = await frame.getByTestId('panel-run').count();
    await frame.getByTestId('panel-run').last().focus();
    await frame.getByTestId('panel-run').last().press('Delete');
    await until('one less', async () => (await frame.getByTestId('panel-run').count()) === before - 1);
  });
});
