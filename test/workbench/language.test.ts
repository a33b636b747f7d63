import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

describe('the language server in the editor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-language-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    const table = `CREATE TABLE orders (order_id BIGINT, amount DECIMAL(10, 2)) WITH ('connector' = 'datagen');`;
    writeFileSync(join(folder, 'typing.flinknb'), `-- %%\n${table}\n\n-- %%\nSELECT amont FROM orders;\n`);
    writeFileSync(join(folder, 'plan.flinknb'), '-- %%\nEXPLAIN SELECT 1 AS a;\n');
    writeFileSync(join(folder, 'pipeline.flink.sql'), `${table}\nSELECT order_idd FROM orders;\n`);
    workbench = await launchWorkbench({ workspace: folder });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a squiggle goes when the mistake does; a hover tells a type; tables of earlier cells are offered', async () => {
    await workbench.openFile('typing.flinknb');
    const marks = await workbench.squiggles();
    await workbench.codeCells().nth(1).locator('.monaco-editor .view-line').first().click();
    await workbench.page.keyboard.press('Control+A');
    await workbench.page.keyboard.insertText('SELECT amount FROM orders;');
    await until('no squiggle', async () => (await marks.count()) === 0);
    await workbench.codeCells().nth(1).locator('.view-line span span').filter({ hasText: 'amount' }).last().hover();
    await workbench.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: 'DECIMAL(10, 2)' }).first().waitFor();
    await workbench.page.mouse.move(0, 0);
    await workbench.page.keyboard.press('Control+A');
    await workbench.page.keyboard.insertText('SELECT * FROM ');
    expect(await workbench.complete()).toContain('orders');
    await workbench.page.keyboard.press('Escape');
  });

  test('a .flink.sql file is checked too', async () => {
    await workbench.openFile('pipeline.flink.sql');
    await workbench.squiggles();
    // The lenses move the lines down when they come.
    await workbench.page.locator('.codelens-decoration').filter({ hasText: 'Explain' }).first().waitFor();
    expect(await workbench.hover('order_idd')).toContain("Column 'order_idd' not found in any table");
  });

  test('EXPLAIN answers a graph, and text', async () => {
    await workbench.openFile('plan.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runCell(0);
    await ResultPanes.of(workbench, 'EXPLAIN');
    const frame = await workbench.frameWith('[data-testid="plan-node"]');
    await frame.getByTestId('plan-text').click();
    expect(await frame.getByTestId('result-text').innerText()).toContain('== Optimized Physical Plan ==');
  });
});
