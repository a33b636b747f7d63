import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

// The README's pictures are taken anew by UPDATE=1 only: each run's differ in elapsed times.
const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

describe('the example notebook on the local runtime', () => {
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    workbench = await launchWorkbench({ size: { width: 1400, height: 1000 } });
  });
  afterAll(() => workbench?.close());

  test('opens with the local runtime as its kernel', async () => {
    await workbench.openFile('orders.flinknb');
    await workbench.selectKernel('Local runtime');
    await until('the kernel in the status bar', async () => (await workbench.statusBar()).includes('Local runtime'));
    expect(await workbench.page.locator('.monaco-editor .squiggly-error').count()).toBe(0);
  });

  test('runs all cells; the grid shows the rows that the file holds', async () => {
    await workbench.runAllCells();
    const panes = await ResultPanes.of(workbench, 'WHERE amount > 10');
    const dear = await panes.result('WHERE amount > 10');
    expect(await dear.ended()).toBe('finished');
    expect(await dear.columns()).toEqual(['order_id', 'product', 'amount', 'status', 'order_time']);
    const rows = await dear.rows();
    expect(rows).toEqual(dearOrders().slice(0, rows.length));
    expect(await dear.count()).toBe(`${dearOrders().length} rows`);
  });

  test('a changing result is a table or its changes', async () => {
    const panes = await ResultPanes.of(workbench, 'SELECT status');
    const totals = await panes.result('SELECT status');
    expect(await totals.ended()).toBe('finished');
    const counts = (await totals.rows()).map(([status, events]) => [status, events]).sort();
    expect(counts).toEqual(countsByStatus());
    await totals.showView('changelog');
    await until('the changes', async () => {
      const kinds = (await totals.rows()).slice(0, 3).map(([kind]) => kind);
      return kinds.join() === '+I,-U,+U';
    });
  });

  test('the menu of a result is whole, however low the result is', async () => {
    const frame = await workbench.frameWith('[data-testid="tool-more"]');
    const totals = frame.locator('[data-testid="result"][aria-label*="SELECT status"]');
    await totals.getByTestId('view-table').click();
    await totals.getByTestId('tool-more').click();
    const last = totals.getByRole('menuitem', { name: 'Record to a file…' });
    await until('the last item in the output', async () => {
      const [item, output] = [await last.boundingBox(), await totals.boundingBox()];
      return item !== null && output !== null && item.y + item.height <= output.y + output.height;
    });
    await workbench.screenshot('test-results/notebook-menu.png');
    await totals.getByRole('menu').press('Escape');
    await totals.getByRole('menu').waitFor({ state: 'detached' });
    await totals.getByTestId('view-changelog').click();
  });

  test('looks right in a light and a dark theme', async () => {
    const panes = await ResultPanes.of(workbench, 'SELECT status');
    await (await panes.result('SELECT status')).scrollTo();
    await workbench.screenshot(`${pictures}/notebook-light.png`);
    await workbench.setTheme('dark');
    await workbench.screenshot(`${pictures}/notebook-dark.png`);
    await workbench.setTheme('light');
  });
});

describe('a notebook of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-notebook-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    const table = `CREATE TABLE clicks (user_id INT, page INT)
WITH ('connector' = 'datagen', 'rows-per-second' = '100');`;
    writeFileSync(join(folder, 'mistake.flinknb'), `-- %%\n${table}\n\n-- %%\nSELECT user_id, pge FROM clicks;\n`);
    writeFileSync(join(folder, 'endless.flinknb'), `-- %%\n${table}\n\n-- %%\nSELECT user_id, page FROM clicks;\n`);
    const behind = ['CREATE VIEW v AS SELECT 1 AS a;', 'SELECT a FROM v;', 'ALTER VIEW v AS SELECT 2 AS a;'];
    writeFileSync(join(folder, 'behind.flinknb'), behind.map((cell) => `-- %%\n${cell}\n`).join('\n'));
    workbench = await launchWorkbench({ workspace: folder });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a misspelt column is marked before anything runs', async () => {
    await workbench.openFile('mistake.flinknb');
    await workbench.squiggles();
    expect(await workbench.hover('pge')).toContain("Column 'pge' not found in any table");
  });

  test('a cell whose view was made anew says so, and runs again by a click', async () => {
    await workbench.openFile('behind.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const hint = workbench.page.locator('.cell-status-item:not([inert] *)', { hasText: 'v changed: run again' });
    await hint.first().waitFor();
    expect(await hint.count()).toBe(1);
    const panes = await ResultPanes.of(workbench, 'FROM v');
    expect(await (await panes.result('FROM v')).rows()).toEqual([['1']]);
    await workbench.screenshot('test-results/cell-behind-light.png');
    await hint.click();
    await hint.waitFor({ state: 'detached' });
    const again = await panes.result('FROM v');
    await until('the row of the new view', async () => (await again.rows()).join() === '2');
  });

  test('a query without an end streams until it is interrupted, and the session lives on', async () => {
    await workbench.openFile('endless.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const panes = await ResultPanes.of(workbench, 'FROM clicks');
    const clicks = await panes.result('FROM clicks');
    const before = await until('rows', async () => numberIn(await clicks.count()) || undefined);
    await until('more rows', async () => numberIn(await clicks.count()) > before);
    await workbench.command('Notebook: Interrupt');
    expect(await clicks.ended(10_000)).toBe('stopped');
    const left = await clicks.count();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await clicks.count()).toBe(left);
    // All cells would stop at the first: the table is there already.
    await workbench.runCell(1);
    await until('the query runs anew', async () => (await clicks.phase()) === 'running');
    expect((await clicks.rows()).length).toBeGreaterThan(0);
    await clicks.stop();
    expect(await clicks.ended(10_000)).toBe('stopped');
  });
});

interface Order {
  readonly order_id: number;
  readonly product: string;
  readonly amount: number;
  readonly status: string;
  readonly order_time: string;
}

function orders(): Order[] {
  const lines = readFileSync(new URL('../../examples/data/orders.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Order);
}

function dearOrders(): string[][] {
  return orders()
    .filter(({ amount }) => amount > 10)
    .map(({ order_id, product, amount, status, order_time }) => {
      return [String(order_id), product, amount.toFixed(2), status, `${order_time}.000`];
    });
}

function countsByStatus(): string[][] {
  const counts = new Map<string, number>();
  for (const { status } of orders()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => [status, String(count)]).sort();
}

function numberIn(text: string): number {
  return Number(text.replaceAll(/\D/g, ''));
}
