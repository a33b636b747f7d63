import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

describe('user-defined functions in the editor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-functions-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    copyFileSync(join(root, 'test', 'udf', 'functions.jar'), join(folder, 'functions.jar'));
    writeFileSync(join(folder, 'use.flinknb'), '-- %%\nSHOW FUNCTIONS;\n');
    workbench = await launchWorkbench({ workspace: folder, size: { width: 1400, height: 900 } });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const box = () => workbench.page.locator('.quick-input-widget');
  const step = (words: string) =>
    until(`the step ${words}`, async () => {
      if (!(await box().isVisible())) return false;
      const asked = await box().locator('input').first().getAttribute('placeholder');
      return `${await box().innerText()} ${asked}`.includes(words);
    });
  const keys = workbenchKeys(() => workbench);

  test('a project is made step by step, and opened', async () => {
    await workbench.openFile('use.flinknb');
    await workbench.command('Millrace: New UDF Project');
    await step('Name of the function');
    await keys('tax_rate', 'Enter');
    await step('Language');
    await keys('Python', 'Enter');
    await step('Kind of function');
    await keys('scalar', 'Enter');
    await step('Version of Flink');
    await keys('', 'Enter');
    const tab = workbench.page.locator('.tabs-container .tab').filter({ hasText: 'tax_rate.py' });
    await until('the source of the function', () => tab.isVisible());
  });

  test('a mistake is in the Problems panel when it is built', async () => {
    await workbench.openFile('tax_rate.py');
    await workbench.page.keyboard.press('Control+Home');
    await workbench.page.keyboard.insertText('def wrong(:\n');
    await workbench.command('Millrace: Build UDF Project');
    await until('the mistake', async () => {
      const text = await workbench.page.locator('.markers-panel').first().innerText();
      return text.includes('SyntaxError') && text.includes('tax_rate.py');
    });
    await workbench.screenshot(join(pictures, 'udf-problems.png'));
  });

  test('functions of a jar become statements in the notebook', async () => {
    await workbench.openFile('use.flinknb');
    await workbench.command('Millrace: List Functions of a Jar');
    // The file dialog of the workbench is a quick input, too.
    await box().locator('.monaco-list-row').filter({ hasText: 'functions.jar' }).first().click();
    await step('Functions to register');
    const first = box().locator('.quick-input-list .monaco-list-row').first();
    await first.click();
    await workbench.page.keyboard.press('Enter');
    const line = workbench.page.locator('.view-line').filter({ hasText: "'samples.Functions$" });
    await until('the statement', async () => (await line.count()) > 0);
    const words = (await line.first().innerText()).replace(/\s+/g, ' ');
    expect(words).toMatch(/^CREATE TEMPORARY FUNCTION `\w+` AS 'samples\.Functions\$\w+' LANGUAGE JAVA/);
    await workbench.screenshot(join(pictures, 'udf-statement.png'));
  });
});

/** Types into what has the focus, then presses a key. */
function workbenchKeys(workbench: () => Workbench) {
  return async (text: string, key: string): Promise<void> => {
    if (text !== '') await workbench().page.keyboard.insertText(text);
    await workbench().page.keyboard.press(key);
  };
}
