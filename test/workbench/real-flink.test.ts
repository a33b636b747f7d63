import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const notebook = `-- %% [markdown]
-- # A real Flink

-- %%
CREATE VIEW amounts AS
SELECT * FROM (VALUES ('a', 1), ('b', 2), ('a', 3)) AS t (name, amount);

-- %%
SELECT name, SUM(amount) AS total FROM amounts GROUP BY name;

-- %%
SELECT nme FROM amounts;
`;

describe.skipIf(missingFor('flink'))('a notebook on a real Flink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-flink-'));
  let flink: Flink;
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'real.flinknb'), notebook);
    flink = await startFlink();
    workbench = await launchWorkbench({
      workspace: folder,
      settings: { 'millrace.connections': [{ name: 'Real Flink', url: flink.gatewayUrl }] },
    });
  });

  afterAll(async () => {
    await workbench?.close();
    await flink?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('runs from the first cell to the first mistake', async () => {
    await workbench.openFile('real.flinknb');
    await workbench.selectKernel('Real Flink');
    await workbench.runAllCells();
    const panes = await ResultPanes.of(workbench, 'SELECT name, SUM');
    const totals = await panes.result('SELECT name, SUM');
    expect(await totals.ended()).toBe('finished');
    expect(await totals.columns()).toEqual(['name', 'total']);
    expect((await totals.rows()).sort()).toEqual([
      ['a', '4'],
      ['b', '2'],
    ]);
    await totals.showView('changelog');
    await until('the changes', async () => (await totals.rows()).length === 4);
    expect((await totals.rows()).map(([kind]) => kind).sort()).toEqual(['+I', '+I', '+U', '-U']);
    expect(await panes.oks()).toBe(1);
    await workbench.screenshot('test-results/real-flink.png');
  });

  test("says a mistake in Flink's words, and where it is", async () => {
    const panes = await ResultPanes.of(workbench, 'SELECT nme');
    const failed = await panes.result('SELECT nme');
    expect(await failed.ended()).toBe('failed');
    expect(await failed.errorMessage()).toContain("Column 'nme' not found in any table");
    await until('the mark in the cell', async () => (await workbench.squiggles()).first().isVisible());
  });
});
