import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

const NOTEBOOK = `-- %%
SET 'execution.checkpointing.interval' = '500 ms';

-- %%
CREATE TABLE payments (id BIGINT, customer INT, amount DOUBLE, ts AS CAST(CURRENT_TIMESTAMP AS TIMESTAMP(3)), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'datagen', 'rows-per-second' = '2000', 'fields.customer.max' = '50');

-- %%
CREATE TABLE per_minute (customer INT, ends TIMESTAMP(3), total DOUBLE) WITH ('connector' = 'blackhole');

-- %%
CREATE TABLE big_payments (id BIGINT, amount DOUBLE) WITH ('connector' = 'blackhole');

-- %%
SET 'pipeline.name' = 'customer totals';

-- %%
EXECUTE STATEMENT SET BEGIN
INSERT INTO per_minute SELECT customer, window_end, SUM(amount)
FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY customer, window_start, window_end;
INSERT INTO big_payments SELECT id, amount FROM payments WHERE amount > 0.9;
END;
`;

describe.each(['light', 'dark'] as const)('jobs in a %s workbench', (theme) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-jobs-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'payments.flinknb'), NOTEBOOK);
    workbench = await launchWorkbench({ workspace: folder, theme, size: { width: 1500, height: 1000 } });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (text: string) => workbench.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
  const view = (): Promise<Frame> => workbench.frameWith('main.mj');

  test('a running job is in the tree with state, duration and last checkpoint', async () => {
    await workbench.openFile('payments.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    await workbench.command('Millrace: Focus on Jobs View');
    await until('the job in the tree', () => row('customer totals').filter({ hasText: /\d s/ }).first().isVisible());
    await until('a checkpoint', () =>
      row('customer totals')
        .filter({ hasText: /checkpoint .* ago/ })
        .first()
        .isVisible(),
    );
  });

  test('its view shows the plan with figures, charts and checkpoints', async () => {
    await row('customer totals').first().click();
    const frame = await view();
    await until('the state', async () => (await frame.getByTestId('job-state').textContent()) === 'RUNNING');
    expect(await frame.locator('.mg-node').count()).toBeGreaterThanOrEqual(4);
    await until('rates', async () => /\d( k)?\/s/.test(await frame.locator('.mg-node').first().innerText()));
    await until('charts', async () => (await frame.locator('.mc-plot canvas').count()) === 3);
    await frame.locator('.mg-node').first().click();
    await frame.getByText('Records out').waitFor();
    // Some points for the charts.
    await workbench.page.waitForTimeout(12_000);
    await workbench.screenshot(`${pictures}/job-${theme}.png`);
    await frame.getByRole('tab', { name: /Checkpoints/ }).click();
    await frame.getByRole('table', { name: 'Checkpoints' }).waitFor();
    await workbench.screenshot(`${pictures}/job-checkpoints-${theme}.png`);
    await frame.getByRole('tab', { name: /Servers/ }).click();
    await frame.getByText(/TaskManager/).waitFor();
    await frame.getByRole('tab', { name: /Configuration/ }).click();
    await frame.getByText('Restart strategy').waitFor();
  });

  test('the keyboard goes through the plan', async () => {
    const frame = await view();
    await frame.getByRole('tab', { name: 'Overview' }).click();
    await frame.locator('.mg-node').first().focus();
    const focused = () => frame.evaluate(() => document.activeElement?.getAttribute('data-node'));
    const first = await focused();
    await workbench.page.keyboard.press('ArrowRight');
    await until('the next box', async () => (await focused()) !== first);
    expect(await frame.locator('.mg-node[tabindex="0"]').count()).toBe(1);
  });

  test('cancelling from the view asks first; the view tells the end', async () => {
    const frame = await view();
    await frame.getByRole('button', { name: 'Cancel' }).click();
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Cancel Job' }).click();
    await until('the end', async () => (await frame.getByTestId('job-state').textContent()) === 'CANCELED');
    expect(await frame.getByRole('button', { name: 'Take Savepoint' }).count()).toBe(0);
  });
});
