import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const TABLES = `-- What comes in
CREATE TABLE orders (
  order_id BIGINT,
  product STRING,
  amount DECIMAL(10, 2),
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
  'connector' = 'datagen'
);
`;
const PIPELINE = `-- The big orders of each product
CREATE VIEW big AS
SELECT product, amount, ts
FROM orders
WHERE amount > 100;

WITH recent AS (
  SELECT product, amount
  FROM big
)
SELECT product, COUNT(*) AS n, SUM(amount) AS total
FROM recent
GROUP BY product;

CREATE TABLE sums (product STRING, total DECIMAL(38, 2), PRIMARY KEY (product) NOT ENFORCED) WITH ('connector' = 'print');

INSERT INTO sums
SELECT product, SUM(amount) FROM big GROUP BY product;
`;

describe('authoring', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-authoring-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'tables.flink.sql'), TABLES);
    writeFileSync(join(folder, 'pipeline.flink.sql'), PIPELINE);
    writeFileSync(join(folder, 'plain.sql'), "CREATE TABLE p (a INT) WITH ('connector' = 'print');\nSELECT nothing;\n");
    writeFileSync(join(folder, 'ansi.sql'), 'SELECT nothing FROM somewhere;\n');
    writeFileSync(
      join(folder, 'cells.flinknb'),
      `-- %%\nCREATE TABLE clicks (user_id INT, url STRING) WITH ('connector' = 'datagen');\n\n-- %%\nSELECT user_id, COUNT(*) AS n FROM clicks;\n\n-- %%\nSELECT url FROM clicks;\n`,
    );
    const made = "CREATE TABLE made_here (amount DECIMAL(10, 2)) WITH ('connector' = 'datagen');";
    writeFileSync(join(folder, 'session.flinknb'), `-- %%\n${made}\n`);
    workbench = await launchWorkbench({ workspace: folder });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const press = (keys: string) => workbench.page.keyboard.press(keys);
  /** Asks for a menu and gives it time: a second press would take its first entry. */
  const opened = async (menu: Locator, keys: string): Promise<boolean> => {
    await press(keys);
    return menu
      .first()
      .waitFor({ timeout: 10_000 })
      .then(
        () => true,
        () => false,
      );
  };
  const lines = () => workbench.page.locator('.editor-instance .monaco-editor .view-line:visible');
  /** The active editor's text, as it shows it. */
  const shown = async (): Promise<string> => (await lines().allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');

  test('a file: names of other files are known, lenses stand over statements, names have their colours', async () => {
    await workbench.openFile('pipeline.flink.sql');
    const { page } = workbench;
    await page.locator('.codelens-decoration').filter({ hasText: 'Run' }).first().waitFor();
    expect(await page.locator('.codelens-decoration').filter({ hasText: 'Preview' }).count()).toBe(1);
    expect(await page.locator('.monaco-editor .squiggly-error').count()).toBe(0);
    expect(await workbench.hover('amount')).toContain('DECIMAL(10, 2)');
    await page.mouse.move(0, 0);
    await workbench.screenshot('test-results/authoring-file-light.png');
    await workbench.setTheme('dark');
    await workbench.screenshot('test-results/authoring-file-dark.png');
    await workbench.setTheme('light');
  });

  test('F12 leads to the file that makes the table', async () => {
    await workbench.openFile('pipeline.flink.sql');
    const { page } = workbench;
    await page
      .locator('.view-line span span')
      .filter({ hasText: /^orders$/ })
      .first()
      .click();
    await press('F12');
    await page.locator('.tabs-container .tab.active').filter({ hasText: 'tables.flink.sql' }).waitFor();
    await until('the definition', async () => (await shown()).includes('CREATE TABLE orders'));
  });

  test('a plain .sql file is ours when its text is, and stays another’s when it is not', async () => {
    await workbench.openFile('plain.sql');
    await until('Flink SQL', async () => (await workbench.statusBar()).includes('Flink SQL'));
    await workbench.squiggles();
    await workbench.openFile('ansi.sql');
    await until('not ours', async () => !(await workbench.statusBar()).includes('Flink SQL'));
    expect(await workbench.page.locator('.editor-instance .squiggly-error').count()).toBe(0);
  });

  test('a refactoring at the cursor: the CTE is put in where it is read', async () => {
    await workbench.openFile('pipeline.flink.sql');
    const { page } = workbench;
    await page
      .locator('.view-line span span')
      .filter({ hasText: /^recent$/ })
      .first()
      .click();
    const menu = page.locator('.action-widget .monaco-list-row');
    await until('the menu', () => opened(menu, 'Control+Shift+R'), 90_000);
    await workbench.screenshot('test-results/authoring-refactor.png');
    await menu.filter({ hasText: 'Inline the common table expression' }).click();
    await until('no WITH', async () => !/WITH recent/.test(await shown()));
    expect(await shown()).toContain(') AS recent');
    await press('Control+Z');
  });

  test('cells: completion while typing, a quick fix, and a rename over cells', async () => {
    await workbench.openFile('cells.flinknb');
    const { page } = workbench;
    const cell = (i: number) => workbench.codeCells().nth(i).locator('.monaco-editor .view-line');
    await workbench.squiggles();
    await cell(1).locator('span span').filter({ hasText: 'user_id' }).first().click();
    const menu = page.locator('.action-widget .monaco-list-row');
    await until('the fixes', () => opened(menu, 'Control+.'), 90_000);
    await workbench.screenshot('test-results/authoring-fix-light.png');
    await menu.filter({ hasText: 'Add user_id to GROUP BY' }).first().click();
    await until('the fix', async () =>
      (await cell(1).allInnerTexts()).join(' ').replaceAll('\u00a0', ' ').includes('GROUP BY user_id'),
    );
    await until('no squiggle', async () => (await page.locator('.monaco-editor .squiggly-error').count()) === 0);

    await cell(2).first().click();
    await press('Control+A');
    await page.keyboard.insertText('SELECT  FROM clicks');
    for (let i = 0; i < ' FROM clicks'.length; i++) await press('ArrowLeft');
    const offered = await workbench.complete();
    await workbench.screenshot('test-results/authoring-complete-light.png');
    expect(offered.slice(0, 2).sort()).toEqual(['url', 'user_id']);
    await page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'url' }).first().click();
    await until('the column', async () => (await cell(2).allInnerTexts()).join('').includes('url'));
    await until('no squiggle', async () => (await page.locator('.monaco-editor .squiggly-error').count()) === 0);

    await cell(2).locator('span span').filter({ hasText: 'url' }).first().dblclick();
    await press('F2');
    const box = page.locator('.rename-box input:visible');
    await box.waitFor();
    await box.fill('address');
    await box.press('Enter');
    await until('renamed in its definition', async () => (await cell(0).allInnerTexts()).join('').includes('address'));
    expect((await cell(2).allInnerTexts()).join('')).toContain('address');
    await workbench.setTheme('dark');
    await workbench.screenshot('test-results/authoring-cells-dark.png');
  });

  test('a table that only the session has is known, and offered', async () => {
    await workbench.openFile('session.flinknb');
    const { page } = workbench;
    const cell = workbench.codeCells().first().locator('.monaco-editor .view-line');
    await workbench.runCell(0);
    await cell.first().click();
    await press('Control+A');
    await page.keyboard.insertText('SELECT amount FROM made_here');
    // The hint tells that the query has a plan; it moves the words when it comes.
    const text = async () => (await cell.allInnerTexts()).join('').replaceAll('\u00a0', ' ');
    await until('a plan', async () => (await text()).includes('append-only'), 60_000);
    expect(await page.locator('.squiggly-error:visible').count()).toBe(0);
    expect(await workbench.hover('amount')).toContain('DECIMAL(10, 2)');
    await page.mouse.move(0, 0);
    await press('Control+A');
    await page.keyboard.insertText('SELECT * FROM ');
    expect(await workbench.complete()).toContain('made_here');
    await press('Escape');
  });
});
