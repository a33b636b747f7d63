import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pseudo } from '../harness/pseudo-locale.ts';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

describe('in another language', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-translated-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'words.flinknb'), "-- %%\nSELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b);\n");
    workbench = await launchWorkbench({ workspace: folder, translated: true });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a result below a cell speaks it, though it was told after it was drawn', async () => {
    await workbench.openFile('words.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const panes = await ResultPanes.of(workbench, 'VALUES');
    const result = await panes.result('VALUES');
    expect(await result.ended()).toBe('finished');
    await until('the words of the result', async () => (await result.text()).includes(pseudo('Filter')));
    expect(await result.count()).toBe('[2 rows]');
    expect(await result.columns()).toEqual(['a', 'b']);
    await workbench.screenshot('test-results/translated-notebook.png');
  });

  test('a command has its title from the manifest and its notices from the bundle', async () => {
    await workbench.command(`Millrace: ${pseudo('Set Parameter')}`);
    const notices = workbench.page.locator('.notification-list-item-message');
    const notice = '[No cell names a parameter: write a comment such as -- @param name INT 10]';
    await until('the notice', async () => (await notices.allInnerTexts()).join('\n').includes(notice));
  });

  test('so does a form', async () => {
    await workbench.command(`Millrace: ${pseudo('Add SQL Gateway Connection')}`);
    const form = await workbench.frameWith(`h1:has-text("${pseudo('New connection')}")`);
    await form.getByLabel(pseudo('SQL Gateway address')).waitFor();
    await form.getByRole('button', { name: pseudo('Test Connection') }).waitFor();
    expect(await form.locator('html').getAttribute('lang')).toBe('qps-ploc');
    await workbench.screenshot('test-results/translated-form.png');
  });
});
