import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

describe.each(['light', 'dark'] as const)('SQL tests in a %s workbench', (theme) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-tests-'));
  const file = join(folder, 'clicks.test.sql');
  const notebook = join(folder, 'sales.flinknb');
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    cpSync(join(root, 'examples', 'tests'), folder, { recursive: true });
    // One test of each file expects what does not come.
    writeFileSync(file, readFileSync(file, 'utf8').replace('| ann       | 2      |', '| ann       | 3      |'));
    writeFileSync(notebook, readFileSync(notebook, 'utf8').replace('| good     |', '| fair     |'));
    workbench = await launchWorkbench({ workspace: folder, theme, size: { width: 1400, height: 900 } });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (text: string) => workbench.page.locator('.test-explorer .monaco-list-row').filter({ hasText: text });
  const state = async (text: string) =>
    (await row(text).first().locator('.computed-state').getAttribute('class')) ?? '';

  test('are found, and run with one failing', async () => {
    await workbench.openFile('clicks.test.sql');
    await workbench.page.locator('.activitybar a[aria-label^="Testing"]').click();
    await until('the file in the tree', () => row('clicks.test.sql').first().isVisible());
    await workbench.command('Test: Run All Tests');
    await until('the failure', async () => {
      const text = await workbench.page.locator('.test-explorer').innerText();
      return /4\/6/.test(text);
    });
    await row('clicks.test.sql').first().click();
    await workbench.page.keyboard.press('ArrowRight');
    await until('the failing test', () => row('clicks are counted').first().isVisible());
    expect(await state('clicks are counted')).toMatch(/failed|error/);
    expect(await state('a click that is later')).toContain('pass');
  });

  test('a failure shows the rows side by side', async () => {
    // By key: a hover of the row above may lie on it.
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.command('Test: Peek Output');
    await until('the difference', async () => {
      const text = await workbench.page.locator('.monaco-diff-editor').first().innerText();
      return text.includes('ann');
    });
    await workbench.screenshot(join(pictures, `sql-tests-${theme}.png`));
    await workbench.page.keyboard.press('Escape');
  });

  test('coverage marks what rows did in the pipeline', async () => {
    await workbench.openFile('pipeline.sql');
    await workbench.command('Test: Run All Tests with Coverage');
    const panel = workbench.page.locator('.part.panel');
    await until('the panel to make room', async () => {
      if (!(await panel.isVisible())) return true;
      await workbench.page.keyboard.press('Control+J');
      return panel.waitFor({ state: 'hidden', timeout: 5000 }).then(
        () => true,
        () => false,
      );
    });
    await workbench.openFile('pipeline.sql');
    await workbench.page.keyboard.press('Control+End');
    const mark = (kind: string) => workbench.page.locator(`.coverage-deco-gutter.coverage-deco-${kind}`);
    await until(
      'the marks in the gutter',
      async () => (await mark('hit').count()) > 0 && (await mark('miss').count()) > 0,
    );
    await until('the share of the pipeline', async () => {
      const pane = workbench.page.locator('.pane').filter({ hasText: 'Test Coverage' }).last();
      const text = await pane.innerText();
      return text.includes('pipeline.sql') && /\d+(\.\d+)?%/.test(text);
    });
    await workbench.screenshot(join(pictures, `sql-coverage-${theme}.png`));
  });

  test('tests run again by themselves when a file is saved', async () => {
    await workbench.command('Test: Start Continuous Run');
    const saved = join(workbench.workspace, 'clicks.test.sql');
    const mended = readFileSync(saved, 'utf8').replace('| ann       | 3      |', '| ann       | 2      |');
    let written = 0;
    await until(
      'the test that is mended to pass',
      async () => {
        // What is written before anybody watches is written again.
        if (Date.now() - written > 10_000) {
          writeFileSync(saved, mended);
          written = Date.now();
        }
        return /5\/6/.test(await workbench.page.locator('.test-explorer').innerText());
      },
      120_000,
    );
    // It may be on its way again.
    await until('its mark', async () => (await state('clicks are counted')).includes('pass'), 120_000);
    await workbench.screenshot(join(pictures, `sql-tests-continuous-${theme}.png`));
  });

  test('a test cell of a notebook runs against its other cells', async () => {
    await workbench.openFile('sales.flinknb');
    await workbench.runAllCells();
    await workbench.scrollTo(workbench.codeCells().last());
    await until('what the test says', async () => {
      for (const frame of workbench.page.frames()) {
        // Frames come and go while the workbench draws.
        const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
        if (text.includes('1 row missing, 1 row not expected') && text.includes('fair')) return true;
      }
      return false;
    });
    await workbench.screenshot(join(pictures, `sql-test-cell-${theme}.png`));
  });
});
