import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ResultPanes } from '../harness/result-pane.ts';
import { launchWorkbench, pictureOfFailures, type Theme, until, type Workbench } from '../harness/workbench.ts';

const THEMES: readonly Theme[] = ['contrast-dark', 'contrast-light'];
const ROWS = [
  [1, 4, 2],
  [2, 6, 3],
  [3, 5, 7],
  [4, 9, 4],
];

const CHART = `-- %%
-- chart: line x=x y=a,b
SELECT x, a, b FROM (VALUES ${ROWS.map((row) => `(${row.join(', ')})`).join(', ')}) AS t (x, a, b);
`;

// One cell: what is far down in a notebook is not drawn.
const JOB = `-- %%
-- @param least INT 5
CREATE TABLE clicks (n INT, ts AS TO_TIMESTAMP_LTZ(n * 100, 3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen',
  'rows-per-second' = '200', 'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '100000000');
CREATE TABLE sums (window_start TIMESTAMP(3), total BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO sums SELECT window_start, SUM(n) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' SECOND))
WHERE n > \${least} GROUP BY window_start, window_end;
`;

describe('high contrast', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-contrast-'));
  let workbench: Workbench;
  pictureOfFailures(() => workbench);

  beforeAll(async () => {
    writeFileSync(join(folder, 'lines.flinknb'), CHART);
    writeFileSync(join(folder, 'sums.flinknb'), JOB);
    workbench = await launchWorkbench({
      workspace: folder,
      theme: 'contrast-dark',
      size: { width: 1400, height: 1000 },
    });
  }, 400_000);
  afterAll(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Pictures in both themes; in each, whatever can be used has an outline or a background that tells it apart. */
  const pictures = async (name: string, frame: Frame): Promise<void> => {
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      const body = `body.vscode-high-contrast${theme === 'contrast-light' ? '-light' : ':not(.vscode-high-contrast-light)'}`;
      // Of a notebook's outputs the body has no height.
      await frame.locator(body).waitFor({ state: 'attached' });
      await workbench.screenshot(`test-results/${name}-${theme}.png`);
      expect(await frame.evaluate(unseenControls), `${name}, ${theme}`).toEqual([]);
    }
    await workbench.setTheme('contrast-dark');
  };

  test('a result with its chart', async () => {
    await workbench.openFile('lines.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const panes = await ResultPanes.of(workbench, 'VALUES');
    const result = await panes.result('VALUES');
    expect(await result.ended()).toBe('finished');
    const frame = await workbench.frameWith('[data-testid="result-chart"]');
    // Two series, and each of the lines is drawn in its own way.
    const dashes = frame.locator('[data-testid="result-chart"] .mc-mark line');
    expect(await dashes.evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke-dasharray')))).toEqual([
      '',
      '7 4',
    ]);
    await pictures('contrast-chart', frame);
  });

  test('a submitted job with its plan, and the view of it', async () => {
    await workbench.openFile('sums.flinknb');
    await workbench.selectKernel('Local runtime');
    await workbench.runAllCells();
    const frame = await workbench.frameWith('[data-testid="result-ok"] [data-testid="result-job"]', 60_000);
    const submitted = frame.getByTestId('result-ok');
    await submitted.getByTestId('tool-plan').click();
    await frame.getByTestId('plan-node').first().waitFor();
    await pictures('contrast-plan', frame);
    await submitted.getByTestId('result-job').click();
    const job = await workbench.frameWith('main.mj');
    await until('figures', async () => /\d\/s/.test((await job.locator('.mj-line').allInnerTexts()).join()));
    await pictures('contrast-job', job);
    await job.getByRole('tab', { name: /Checkpoints/ }).click();
    await pictures('contrast-job-checkpoints', job);
  });

  test('the steps of a query', async () => {
    await workbench.openFile('lines.flinknb');
    await workbench.codeCells().nth(0).locator('.monaco-editor .view-line').first().click();
    await workbench.command('Millrace: Step Through Statement');
    const steps = await workbench.frameWith('[data-testid="replay"]', 60_000);
    await steps.getByTestId('replay-next').click();
    await pictures('contrast-steps', steps);
  });

  test('the forms', async () => {
    await workbench.command('Millrace: Add SQL Gateway Connection');
    const connection = await workbench.frameWith('h1:has-text("New connection")');
    await connection.getByRole('button', { name: 'Save' }).click();
    await connection.getByRole('alert').first().waitFor();
    await pictures('contrast-connection', connection);
    await workbench.command('Millrace: Add Kafka Connection');
    await pictures('contrast-kafka', await workbench.frameWith('h1:has-text("New Kafka connection")'));
    await workbench.openFile('sums.flinknb');
    await workbench.command('Millrace: Deploy to Cluster…');
    const deploy = await workbench.frameWith('[data-testid="deploy"]');
    await deploy.getByLabel('least').fill('some');
    await deploy.getByRole('button', { name: 'Deploy' }).click();
    await deploy.getByText("'some' is no INT, which least is").waitFor();
    await pictures('contrast-deploy', deploy);
  });
});

/**
 * Runs in a page: buttons and fields in sight that neither a border, nor a background of their own, nor underlined or link-coloured words
 * tell from what is around them.
 */
function unseenControls(): string[] {
  const isClear = (color: string): boolean => /rgba\(.*, 0\)|transparent/.test(color);
  const backgroundBehind = (element: Element): string => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!isClear(backgroundColor)) return backgroundColor;
    }
    return '';
  };
  return [...document.querySelectorAll<HTMLElement>('button, select, input, textarea')].flatMap((element) => {
    if (element.getClientRects().length === 0 || element.matches('[type="checkbox"], [type="radio"], [type="range"]'))
      return [];
    const style = getComputedStyle(element);
    const hasBorder = ['Top', 'Bottom'].some(
      (side) =>
        style.getPropertyValue(`border-${side.toLowerCase()}-style`) !== 'none' &&
        Number.parseFloat(style.getPropertyValue(`border-${side.toLowerCase()}-width`)) > 0 &&
        !isClear(style.getPropertyValue(`border-${side.toLowerCase()}-color`)),
    );
    const hasBackground = !isClear(style.backgroundColor) && style.backgroundColor !== backgroundBehind(element);
    const isLink = style.color !== getComputedStyle(element.parentElement ?? element).color;
    const isPart = element.closest('[role="tablist"], [role="listbox"], .mr-detail-head') !== null;
    if (hasBorder || hasBackground || isLink || isPart) return [];
    return [`${element.className || element.tagName}: ${element.getAttribute('aria-label') ?? element.textContent}`];
  });
}
