import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

const NOTEBOOK = `-- %%
CREATE TABLE orders (
  order_id BIGINT NOT NULL COMMENT 'given by the shop',
  customer STRING,
  price DECIMAL(10, 2),
  total AS price * 2,
  ts TIMESTAMP_LTZ(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'datagen', 'number-of-rows' = '20');

-- %%
CREATE VIEW big_orders AS SELECT order_id, price FROM orders WHERE price > 100;

-- %%
CREATE TABLE \`order lines\` (order_id BIGINT, line INT)
WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://db/shop', 'table-name' = 'l', 'username' = 'u', 'password' = 'tr0ub4dor');
`;

describe('connections and catalog in the workbench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-connections-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'shop.flinknb'), NOTEBOOK);
    workbench = await launchWorkbench({
      workspace: folder,
      size: { width: 1400, height: 1000 },
      settings: { 'millrace.connections': [{ name: 'staging', url: 'http://127.0.0.1:1', readOnly: true }] },
    });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (pane: string, text: string | RegExp) =>
    workbench.page
      .locator('.pane')
      .filter({ has: workbench.page.locator(`.pane-header:has-text("${pane}")`) })
      .locator('.monaco-list-row')
      .filter({ hasText: text })
      .first();

  const menu = (text: string) =>
    workbench.page.locator('.context-view .action-label').filter({ hasText: text }).first();
  /** Takes an entry of the menu of a row: a click that comes too soon after the menu does nothing, as people know. */
  const choose = async (of: Locator, text: string): Promise<void> => {
    await of.click({ button: 'right' });
    const entry = menu(text);
    await entry.waitFor();
    await until(`${text} to be taken`, async () => {
      if (!(await entry.isVisible())) return true;
      await entry.hover();
      await sleep(250);
      await entry.click({ timeout: 2000 }).catch(() => undefined);
      await entry.waitFor({ state: 'hidden', timeout: 1500 }).catch(() => undefined);
      return !(await entry.isVisible());
    });
  };

  test('the tree tells the state of each connection, and why one does not answer', async () => {
    await workbench.openFile('shop.flinknb');
    // A side bar that opens before the first paint leaves the notebook blank until the next change of its size.
    await workbench.codeCells().first().waitFor();
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    await workbench.page.locator('.activitybar [aria-label="Millrace"]').first().click();
    await row('Connections', 'staging').filter({ hasText: 'connection refused' }).waitFor();
    await row('Connections', 'staging').filter({ hasText: 'read-only' }).waitFor();
    await row('Connections', 'Local runtime').waitFor();
  });

  test("the catalog is that of the notebook's session, and follows its DDL", async () => {
    const orders = row('Catalog', /^orders/);
    await orders.waitFor({ timeout: 60_000 });
    await row('Catalog', 'big_orders').waitFor();
    await orders.click();
    await row('Catalog', 'order_id').filter({ hasText: 'BIGINT NOT NULL' }).waitFor();
    // Only what is in sight is in the page.
    await workbench.page.keyboard.press('PageDown');
    await row('Catalog', 'Watermark of ts').waitFor();
    await workbench.page.keyboard.press('PageUp');
    await workbench.screenshot(`${pictures}/catalog-light.png`);
    await workbench.setTheme('dark');
    await workbench.screenshot(`${pictures}/catalog-dark.png`);
    await workbench.setTheme('light');
  });

  test('SHOW CREATE opens a document without secrets', async () => {
    await choose(row('Catalog', 'order lines'), 'Show CREATE Statement');
    const text = await until('the statement', async () => {
      const lines = await workbench.page.locator('.editor-group-container.active .view-lines').first().innerText();
      return lines.includes('password') && lines;
    });
    expect(text).not.toContain('tr0ub4dor');
    expect(text).toContain('****');
    await workbench.page.keyboard.press('Control+F4');
  });

  test('rows are previewed in a cell of the notebook, which runs', async () => {
    await choose(row('Catalog', /^orders/), 'Preview Rows');
    const panes = await ResultPanes.of(workbench, 'SELECT * FROM orders LIMIT 100');
    const shown = await panes.result('SELECT * FROM orders LIMIT 100');
    expect(await shown.ended()).toBe('finished');
    expect(await shown.columns()).toEqual(['order_id', 'customer', 'price', 'total', 'ts']);
    expect((await shown.rows()).length).toBeGreaterThan(0);
  });

  test('an object is found by its name, and dropped after a question that shows the statement', async () => {
    await workbench.pick(() => workbench.command('Find in Catalog'), 'big', 'big_orders');
    const found = row('Catalog', 'big_orders');
    await workbench.page.locator('.pane .monaco-list-row.selected').filter({ hasText: 'big_orders' }).waitFor();
    await choose(found, 'Drop');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('DROP VIEW `default_catalog`.`default_database`.`big_orders`').waitFor();
    await dialog.getByRole('button', { name: 'Drop' }).click();
    await until('the view to go', async () => (await row('Catalog', 'big_orders').count()) === 0);
    await row('Catalog', /^orders/).waitFor();
  });

  test('the form says what is wrong, and what a test of the connection found', async () => {
    await workbench.command('Add SQL Gateway Connection');
    const form = await workbench.frameWith('.mf form');
    await form.getByLabel('Name', { exact: true }).fill('staging');
    await form.getByLabel('SQL Gateway address').fill('localhost:8083');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('There is a connection staging already').waitFor();
    await form.getByText('An address that begins with http:// or https://').first().waitFor();
    await form.getByLabel('Name', { exact: true }).fill('production');
    await form.getByLabel('SQL Gateway address').fill('http://127.0.0.1:1');
    await form.getByLabel('User and password').check();
    await form.getByLabel('User', { exact: true }).fill('me');
    await form.getByLabel('Password', { exact: true }).fill('tr0ub4dor');
    await form.getByRole('button', { name: 'Test Connection' }).click();
    await form.getByText('Cannot reach the SQL Gateway at 127.0.0.1:1: connection refused').waitFor();
    await workbench.screenshot(`${pictures}/connection-form-light.png`);
    await workbench.setTheme('dark');
    await workbench.screenshot(`${pictures}/connection-form-dark.png`);
    await workbench.setTheme('light');
    await form.getByRole('button', { name: 'Save' }).click();
    await row('Connections', 'production').waitFor();
  });
});
