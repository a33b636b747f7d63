import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { fakeDebugger } from '../harness/fake-debugger.ts';
import { flinkForFunctions } from '../harness/java-functions.ts';
import { installPyFlink, missingForPyFlink } from '../harness/pyflink.ts';
import { ResultPanes } from '../harness/result-pane.ts';
import { missingFor } from '../harness/services.ts';
import { launchWorkbench, pictureOfFailures, until, type Workbench } from '../harness/workbench.ts';

const pictures = process.env.UPDATE ? 'docs/images' : 'test-results';

/** Maven gets what a project needs on its first build. */
const BUILD_MS = 150_000;
/** A machine that does other things is slow to show what it knows. */
const PATIENCE_MS = 90_000;

const NOTEBOOK = `-- %%
CREATE TEMPORARY VIEW names AS
SELECT * FROM (VALUES (' anvil ', CAST(3 AS BIGINT)), (CAST(NULL AS STRING), CAST(1 AS BIGINT))) AS t(name, n);
-- %%
SELECT shop_text(name, n) AS label FROM names;
`;

/** The steps that both languages have in common. */
class Functions {
  readonly workbench: Workbench;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
  }

  #box() {
    return this.workbench.page.locator('.quick-input-widget');
  }

  /** Waits for a step of the quick input, types into it, and goes on. */
  async answer(words: string, text = ''): Promise<void> {
    const box = this.#box();
    await until(
      `the step ${words}`,
      async () => {
        if (!(await box.isVisible())) return false;
        const asked = await box.locator('input').first().getAttribute('placeholder');
        return `${await box.innerText()} ${asked}`.includes(words);
      },
      PATIENCE_MS,
    );
    if (text !== '') await this.workbench.page.keyboard.insertText(text);
    await this.workbench.page.keyboard.press('Enter');
  }

  /** Clicks a lens over a method of the editor in front. */
  async lens(title: string): Promise<void> {
    const lens = this.workbench.page.locator('.codelens-decoration a').filter({ hasText: new RegExp(`^${title}$`) });
    await lens.first().waitFor({ timeout: PATIENCE_MS });
    await lens.first().click();
  }

  async output(text: string, timeoutMs = BUILD_MS): Promise<void> {
    const lines = this.workbench.page.locator('.part.panel .view-lines');
    await until(
      `${text} in the output`,
      async () => {
        if (!(await lines.first().isVisible())) return false;
        // Blanks of an editor do not break.
        return (await lines.first().innerText()).replaceAll('\u00a0', ' ').includes(text);
      },
      timeoutMs,
    );
  }

  problem(file: string, text: string): Promise<true> {
    const markers = this.workbench.page.locator('.markers-panel');
    return until(
      `${text} in the Problems panel`,
      async () => {
        if (!(await markers.first().isVisible())) return false;
        const shown = (await markers.first().innerText()).replaceAll('\u00a0', ' ');
        return shown.includes(file) && shown.includes(text);
      },
      BUILD_MS,
    );
  }

  /** Registers the one function of the project on the notebook's connection and runs the notebook's query with it. */
  async registerAndQuery(): Promise<string[][]> {
    const { workbench } = this;
    await workbench.openFile('use.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runCell(0);
    await workbench.command('Millrace: Register Functions on the Connection');
    const row = this.#box().locator('.quick-input-list .monaco-list-row').filter({ hasText: 'shop_text' });
    await row.first().waitFor({ timeout: PATIENCE_MS });
    await row.first().click();
    await workbench.page.keyboard.press('Enter');
    const statement = workbench.page.locator('.view-line').filter({ hasText: 'CREATE TEMPORARY FUNCTION' });
    await statement.first().waitFor();
    const marks = workbench.page.locator('.notebook-editor .codicon-notebook-state-success:not([inert] *)');
    await until('the registration to be done', async () => (await marks.count()) === 2, PATIENCE_MS);
    await workbench.runCell(2);
    const panes = await ResultPanes.of(workbench, 'SELECT shop_text');
    const result = await panes.result('SELECT shop_text');
    expect(await result.ended()).toBe('finished');
    await result.scrollTo();
    return result.rows();
  }
}

describe.skipIf(missingFor('flink'))('a Java function in the editor', { timeout: 400_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-java-'));
  const tools = mkdtempSync(join(tmpdir(), 'millrace-debugger-'));
  let workbench: Workbench;
  let functions: Functions;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    await flinkForFunctions();
    writeFileSync(join(folder, 'use.flinknb'), NOTEBOOK);
    const extensions = [fakeDebugger(tools, 'java')];
    workbench = await launchWorkbench({ workspace: folder, extensions, size: { width: 1400, height: 900 } });
    functions = new Functions(workbench);
  }, 1_200_000);
  afterAll(async () => {
    await workbench?.close();
    for (const each of [folder, tools]) rmSync(each, { recursive: true, force: true });
  });

  test('a project is made, and its function runs with sample rows', async () => {
    await workbench.command('Millrace: New UDF Project');
    await functions.answer('Name of the function', 'shop_text');
    await functions.answer('Language', 'Java');
    await functions.answer('Kind of function', 'scalar');
    await functions.answer('Version of Flink', '2.2');
    await workbench.page
      .locator('.tabs-container .tab')
      .filter({ hasText: 'ShopText.java' })
      .waitFor({ timeout: PATIENCE_MS });
    await functions.lens('Run with sample rows');
    await functions.answer('Arguments of each call', '[" anvil ", 3] [null, 1]');
    await functions.output('["ANVIL-3"]');
    await functions.output('[null]');
    await workbench.screenshot(join(pictures, 'udf-java-light.png'));
    await workbench.setTheme('dark');
    await workbench.screenshot(join(pictures, 'udf-java-dark.png'));
    await workbench.setTheme('light');
  });

  test('the debugger attaches before the function is called', async () => {
    const attached = join(workbench.workspace, 'attached.json');
    await workbench.command('View: Clear Output');
    await functions.lens('Debug');
    await functions.answer('Arguments of each call', '[" anvil ", 3]');
    const configuration = await until(
      'the configuration of the debugger',
      async () => existsSync(attached) && (JSON.parse(readFileSync(attached, 'utf8')) as Record<string, unknown>),
      BUILD_MS,
    );
    expect(configuration).toMatchObject({
      type: 'java',
      request: 'attach',
      name: 'functions.ShopText',
      hostName: '127.0.0.1',
      port: expect.any(Number),
      sourcePaths: [join(workbench.workspace, 'shop-text', 'src/main/java')],
    });
    await functions.output('["ANVIL-3"]');
  });

  test('a test that fails is in the Problems panel', async () => {
    const file = join(workbench.workspace, 'shop-text/src/test/java/functions/ShopTextTest.java');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('ANVIL-3');
    writeFileSync(file, text.replace('ANVIL-3', 'ANVIL-4'));
    await workbench.openFile('ShopText.java');
    await workbench.command('Millrace: Test UDF Project');
    await functions.problem('ShopTextTest.java', 'ANVIL-4');
    await workbench.screenshot(join(pictures, 'udf-java-problems-light.png'));
    await workbench.setTheme('dark');
    await workbench.screenshot(join(pictures, 'udf-java-problems-dark.png'));
    await workbench.setTheme('light');
    writeFileSync(file, text);
  });

  test('is registered on the notebook and used by a query', async () => {
    expect(await functions.registerAndQuery()).toEqual([['ANVIL-3'], ['NULL']]);
    await workbench.screenshot(join(pictures, 'udf-java-query-light.png'));
    await workbench.setTheme('dark');
    await workbench.screenshot(join(pictures, 'udf-java-query-dark.png'));
  });
});

describe.skipIf(missingFor('flink') ?? missingForPyFlink())(
  'a Python function in the editor',
  { timeout: 400_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-python-'));
    let workbench: Workbench;
    let functions: Functions;
    pictureOfFailures(() => workbench);

    beforeAll(async () => {
      const pyflink = await installPyFlink();
      const project = join(folder, 'shop-text');
      const args = ['udf', 'new', 'shop_text', '--language', 'python', '--dir', project];
      await run(process.execPath, [join(root, 'cli', 'main.ts'), ...args], { cwd: folder });
      symlinkSync(pyflink.folder, join(project, '.venv'));
      writeFileSync(join(folder, 'use.flinknb'), NOTEBOOK);
      workbench = await launchWorkbench({ workspace: folder, theme: 'dark', size: { width: 1400, height: 900 } });
      functions = new Functions(workbench);
    }, 1_200_000);
    afterAll(async () => {
      await workbench?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('runs with sample rows', async () => {
      await workbench.openFile('shop_text.py');
      await functions.lens('Run with sample rows');
      await functions.answer('Arguments of each call', '["a", 1] [null, 2]');
      await functions.output('["A-1"]');
      await functions.output('[null]');
      await workbench.screenshot(join(pictures, 'udf-python-dark.png'));
    });

    test('without a debugger for Python its extension is named', async () => {
      await functions.lens('Debug');
      await until('the notice', async () =>
        (await workbench.notifications()).some((text) => text.includes('Python Debugger') && text.includes('debugpy')),
      );
      await workbench.command('Notifications: Clear All Notifications');
    });

    test('is registered on the notebook and used by a query', async () => {
      expect(await functions.registerAndQuery()).toEqual([['ANVIL-3'], ['NULL']]);
      await workbench.screenshot(join(pictures, 'udf-python-query-dark.png'));
    });
  },
);
