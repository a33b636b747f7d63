import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, type Theme, until, type Workbench } from '../harness/workbench.ts';

const THEMES: readonly Theme[] = ['contrast-dark', 'contrast-light', 'dark', 'light'];

/** The window, its host and the runtime share a machine with whatever else runs there. */
const PATIENCE_MS = 150_000;

/** A stream in which every tenth row is late. */
const LIVE = `-- %%
CREATE TABLE clicks (
  n INT,
  ts AS TO_TIMESTAMP_LTZ(CASE WHEN MOD(n, 10) = 9 THEN 0 ELSE 1700000000000 + n * 20 END, 3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'datagen', 'rows-per-second' = '100',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '100000000');

-- %%
SELECT window_start, COUNT(*) AS clicks
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' SECOND))
WHERE n > 3
GROUP BY window_start, window_end;
`;

const ROWS = [
  { who: 'ada', n: 1, ts: '2024-01-01 00:00:01' },
  { who: 'bob', n: 2, ts: '2024-01-01 00:00:03' },
  { who: 'ada', n: 3, ts: '2024-01-01 00:00:06' },
  { who: 'ada', n: 4, ts: '2024-01-01 00:00:08' },
  { who: 'ada', n: 5, ts: '2024-01-01 00:00:02' },
  { who: 'bob', n: 6, ts: '2024-01-01 00:00:14' },
];

const STEPS = `-- %%
CREATE TABLE visits (who STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
WITH ('connector' = 'filesystem', 'path' = 'visits.jsonl', 'format' = 'json');

-- %%
SELECT who, window_start, SUM(n) AS total
FROM TABLE(TUMBLE(TABLE visits, DESCRIPTOR(ts), INTERVAL '5' SECOND))
GROUP BY who, window_start, window_end;
`;

const PARAMETERS = `-- %%
CREATE TABLE numbers (n INT) WITH ('connector' = 'datagen',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '9');

-- %%
-- @param most INT 2
SELECT n FROM numbers WHERE n <= \${most};
`;

describe('what a query does', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-live-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'live.flinknb'), LIVE);
    writeFileSync(join(folder, 'steps.flinknb'), STEPS);
    writeFileSync(join(folder, 'parameters.flinknb'), PARAMETERS);
    writeFileSync(join(folder, 'visits.jsonl'), `${ROWS.map((row) => JSON.stringify(row)).join('\n')}\n`);
    workbench = await launchWorkbench({ workspace: folder });
  });
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the bar tells watermark, late rows and state, and leads to the job; the plan is live and leads to the SQL', async () => {
    await workbench.openFile('live.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const frame = await workbench.frameWith('[data-testid="result-late"]', 60_000);
    expect(await frame.getByTestId('result-late').innerText()).toMatch(/^[\d.]+( k)? late$/);
    expect(await frame.getByTestId('result-watermark').innerText()).toMatch(/^watermark .*behind$/);
    expect(await frame.getByTestId('result-state').innerText()).toMatch(/^state [\d.]+ (B|KiB|MiB)$/);
    await frame.getByTestId('tool-plan').click();
    const node = frame.getByTestId('plan-node').filter({ hasText: 'GlobalWindowAggregate' });
    await node.waitFor();
    await until('live figures', async () => /rows\/s|behind/.test(await node.getByTestId('plan-live').innerText()));
    await until('rates at the lines', async () =>
      (await frame.locator('.mg-edge text').allTextContents()).some((text) => text.includes('/s')),
    );
    await workbench.scrollTo(frame.getByTestId('plan-graph'));
    await workbench.screenshot('test-results/live-plan-light.png');
    await node.click();
    const selected = workbench.page.locator('.monaco-editor .selected-text');
    await until('the clause in the editor', async () => (await selected.count()) > 0, PATIENCE_MS);
    await workbench.screenshot('test-results/live-plan-place.png');
    await frame.getByTestId('result-job').first().click();
    await workbench.page.locator('.tabs-container .tab').filter({ hasText: 'SELECT window_start' }).first().waitFor();
    await workbench.openFile('live.flinknb');
    const row = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'SELECT window_start' });
    // The notebook that has just been opened takes the focus when it is ready, which closes the list.
    await until('the statement to be stopped from the list', async () => {
      await workbench.command('Millrace: Show Running Statements');
      try {
        await row.hover({ timeout: 3000 });
        await row.locator('.codicon-debug-stop').click({ timeout: 3000 });
        return true;
      } catch {
        return false;
      }
    });
    const panes = await ResultPanes.of(workbench, 'SELECT window_start');
    expect(await (await panes.result('SELECT window_start')).ended(60_000)).toBe('stopped');
    await workbench.page.keyboard.press('Escape');
  });

  test('a parameter has an input in the bar of its cell', async () => {
    await workbench.openFile('parameters.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const panes = await ResultPanes.of(workbench, 'SELECT n');
    const result = await panes.result('SELECT n');
    expect(await result.ended()).toBe('finished');
    expect(await result.count()).toBe('2 rows');
    await workbench.page.locator('.cell-status-item').filter({ hasText: 'most = 2' }).click();
    const box = workbench.page.locator('.quick-input-widget:not([style*="display: none"]) .quick-input-box input');
    await box.fill('two');
    await workbench.page.getByText("'two' is no INT, which most is").first().waitFor();
    await box.fill('4');
    await box.press('Enter');
    await workbench.page.locator('.cell-status-item').filter({ hasText: 'most = 4' }).waitFor();
    await workbench.screenshot('test-results/parameter-light.png');
    await workbench.runCell(1);
    await until('the rows of the new value', async () => {
      const shown = await panes.result('SELECT n');
      return (await shown.phase()) === 'finished' && (await shown.count()) === '4 rows';
    });
  });

  test('a query is stepped through, and the steps are kept as a page', async () => {
    await workbench.openFile('steps.flinknb');
    await workbench.codeCells().nth(1).locator('.monaco-editor .view-line').first().click();
    await workbench.command('Millrace: Step Through Statement');
    const frame = await workbench.frameWith('[data-testid="replay"]', 60_000);
    expect(await frame.getByTestId('replay-at').innerText()).toBe('1 of 7');
    await frame.getByTestId('replay-next').click();
    const windows = frame.getByTestId('replay-state');
    expect((await windows.locator('tbody tr').allInnerTexts()).map((row) => row.split('\t').slice(2, 4))).toEqual([
      ['ada', '1'],
      ['bob', '2'],
    ]);
    await frame.getByTestId('replay-next').focus();
    await frame.getByTestId('replay-next').press('ArrowRight');
    await frame.getByTestId('replay-next-watermark').click();
    expect(await frame.getByTestId('replay-at').innerText()).toBe('4 of 7');
    expect(await frame.getByTestId('replay-result').locator('tbody tr').count()).toBe(2);
    await workbench.screenshot('test-results/step-replay-light.png');
    await frame.getByTestId('replay-next').click();
    await frame.getByTestId('replay-next').click();
    expect(await frame.getByTestId('replay-late').innerText()).toBe('1 late, dropped');
    await workbench.screenshot('test-results/step-replay-late.png');
    await frame.getByTestId('replay-export').click();
    const box = workbench.page.locator('.quick-input-widget:not([style*="display: none"]) .quick-input-box input');
    await box.waitFor();
    await box.press('Enter');
    const file = join(workbench.workspace, 'steps.html');
    await until('the page', async () => existsSync(file) && readFileSync(file, 'utf8').endsWith('</html>\n'));
    const page = await workbench.page.context().newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.getByTestId('replay-next-watermark').click();
    await page.screenshot({ path: 'test-results/step-replay-page.png' });
    expect(await page.getByTestId('replay-at').innerText()).toBe('2 of 7');
    // The page is alone: it asks nobody for anything.
    expect(asked).toEqual([pathToFileURL(file).href]);
    await page.close();
  });

  test('looks right in every theme', async () => {
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`test-results/step-replay-${theme}.png`);
    }
  });
});
