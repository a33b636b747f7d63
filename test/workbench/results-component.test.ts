import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toArrowPage } from '../../clients/sql-gateway/arrow-page.ts';
import { ResultStore } from '../../extension/results/result-store.ts';
import { ResultPage } from '../harness/result-page.ts';
import { until } from '../harness/workbench.ts';

const KINDS = ['+I', '-U', '+U', '-D'];
type Change = readonly [kind: string, id: number, name: string | null];

let ids = 0;
const storeOf = (title: string): ResultStore => new ResultStore({ id: `c${++ids}`, title, limit: 100_000 });

function add(store: ResultStore, changes: readonly Change[]): void {
  store.add(
    toArrowPage({
      format: 'PLAIN_TEXT',
      token: 0,
      resultKind: 'SUCCESS_WITH_CONTENT',
      isQueryResult: true,
      jobId: undefined,
      columns: [
        { name: 'id', logicalType: { type: 'INTEGER' } },
        { name: 'name', logicalType: { type: 'VARCHAR', length: 2147483647 } },
      ],
      rowKinds: Uint8Array.from(changes, ([kind]) => KINDS.indexOf(kind)),
      rows: changes.map(([, id, name]) => [String(id), name]),
    }),
  );
}

describe('the results component in a browser', () => {
  let shown: ResultPage;
  beforeAll(async () => {
    shown = await ResultPage.open();
  });
  afterAll(() => shown?.close());

  const rowsAre = (rows: readonly (readonly string[])[]) =>
    until('the rows', async () => JSON.stringify(await shown.rows()) === JSON.stringify(rows)).catch(async () =>
      expect(await shown.rows()).toEqual(rows),
    );

  test('the table view has what is left, the changelog view what happened; switched at any time', async () => {
    const store = storeOf('SELECT views');
    await shown.show(store);
    add(store, [
      ['+I', 1, 'a'],
      ['+I', 2, 'b'],
      ['-U', 1, 'a'],
      ['+U', 1, 'c'],
    ]);
    await rowsAre([
      ['1', 'c'],
      ['2', 'b'],
    ]);
    await shown.page.getByTestId('view-changelog').click();
    await rowsAre([
      ['+I', '1', 'a'],
      ['+I', '2', 'b'],
      ['-U', '1', 'a'],
      ['+U', '1', 'c'],
    ]);
    add(store, [['-D', 2, 'b']]);
    await until('the last change', async () => (await shown.rows()).at(-1)?.join() === '-D,2,b');
    await shown.page.getByTestId('view-table').click();
    await rowsAre([['1', 'c']]);
    expect(await shown.page.getByTestId('result-count').innerText()).toBe('1 row · 5 changes');
    store.end('finished');
  });

  test('NULL is told from an empty text and from the word', async () => {
    const store = storeOf('SELECT nulls');
    await shown.show(store);
    add(store, [
      ['+I', 1, null],
      ['+I', 2, ''],
      ['+I', 3, 'NULL'],
    ]);
    store.end('finished');
    await until('the rows', async () => (await shown.rows()).length === 3);
    const cells = shown.page.locator('[data-testid="result-row"] [data-testid="result-cell"]:nth-child(2)');
    const looks = await cells.evaluateAll((all) =>
      all.map((cell) => [cell.textContent, cell.querySelector('.mr-null') !== null]),
    );
    expect(looks).toEqual([
      ['NULL', true],
      ['empty', true],
      ['NULL', false],
    ]);
    const style = await cells
      .first()
      .locator('.mr-null')
      .evaluate((element) => getComputedStyle(element).fontStyle);
    expect(style).toBe('italic');
  });

  test('rows are sorted by a click, and copied as they stand in each format', async () => {
    const store = storeOf('SELECT copies');
    await shown.show(store);
    add(store, [
      ['+I', 2, "it's, b"],
      ['+I', 1, null],
      ['+I', 3, 'a|b'],
    ]);
    store.end('finished');
    await until('the rows', async () => (await shown.rows()).length === 3);
    await shown.page.getByTestId('result-column').first().click();
    await until('sorted rows', async () => (await shown.rows()).map(([id]) => id).join() === '1,2,3');
    const grid = shown.page.getByTestId('result-grid');
    await grid.focus();
    await grid.press('Control+a');
    const copied = async (label: string): Promise<string> => {
      await shown.page.getByTestId('tool-more').click();
      await shown.page.getByRole('menuitem', { name: `Copy as ${label}` }).click();
      await shown.page.getByTestId('result-copied').waitFor();
      return (await shown.page.evaluate(() => navigator.clipboard.readText())).trimEnd();
    };
    expect((await copied('CSV')).split(/\r?\n/)).toEqual(['id,name', '1,', '2,"it\'s, b"', '3,a|b']);
    expect(JSON.parse(await copied('JSON'))).toEqual([
      { id: 1, name: null },
      { id: 2, name: "it's, b" },
      { id: 3, name: 'a|b' },
    ]);
    expect(await copied('Markdown')).toContain('a\\|b');
    expect(await copied('SQL VALUES')).toContain("'it''s, b'");
  });

  test('the grid is walked by keys alone, and tells where one is', async () => {
    const store = storeOf('SELECT keys');
    await shown.show(store);
    add(
      store,
      Array.from({ length: 500 }, (_, i): Change => ['+I', i, `n${i}`]),
    );
    store.end('finished');
    await until('rows', async () => (await shown.rows()).length > 5);
    const grid = shown.page.getByTestId('result-grid');
    await grid.focus();
    const active = async (): Promise<string | undefined> => {
      const id = await grid.getAttribute('aria-activedescendant');
      return id?.split('-').slice(-2).join('-');
    };
    expect(await active()).toBe('0-0');
    await grid.press('ArrowDown');
    await grid.press('ArrowRight');
    expect(await active()).toBe('1-1');
    await grid.press('Control+End');
    await until('the last row', async () => (await shown.rows()).at(-1)?.[0] === '499');
    expect(await active()).toBe('499-1');
    await grid.press('Control+Home');
    await until('the first row', async () => (await shown.rows())[0]?.[0] === '0');
    await grid.press('PageDown');
    const [row] = ((await active()) ?? '').split('-');
    expect(Number(row)).toBeGreaterThan(3);
    // The cell is there for a screen reader, with its row told.
    const described = await grid.getAttribute('aria-activedescendant');
    await shown.page.locator(`[id="${described}"]`).waitFor();
  });

  test('50,000 changes a second are all counted, and drawn only so often', async () => {
    const store = storeOf('SELECT flow');
    await shown.show(store);
    const before = shown.sent;
    const perTick = 2500;
    let sent = 0;
    const began = performance.now();
    const ticks = 40;
    for (let tick = 0; tick < ticks; tick++) {
      add(
        store,
        Array.from(
          { length: perTick },
          (_, i): Change =>
            tick === 0 ? ['+I', i, '0'] : i % 2 === 0 ? ['-U', i >> 1, String(tick - 1)] : ['+U', i >> 1, String(tick)],
        ).map(([kind, id, name], i): Change => (tick === 1 && i % 2 === 0 ? [kind, id, '0'] : [kind, id, name])),
      );
      sent += perTick;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + (tick + 1) * 50 - performance.now())));
    }
    store.end('finished');
    const seconds = (performance.now() - began) / 1000;
    await until('the end', async () => (await shown.page.getByTestId('result-phase').innerText()) === 'Finished');
    expect(await shown.page.getByTestId('result-count').innerText()).toContain(
      `${sent.toLocaleString('en-US')} changes`,
    );
    // States come ten times a second at most, each with one question and one answer of rows; not one a change.
    expect(shown.sent - before).toBeLessThan(30 * seconds + 30);
    await shown.page.getByTestId('result-grid').focus();
    await shown.page.getByTestId('result-grid').press('Control+Home');
    await until('the last values', async () => (await shown.rows())[0]?.join() === `0,${ticks - 1}`);
  });

  test('a page that asks for less motion gets none', async () => {
    const store = storeOf('SELECT motion');
    await shown.page.emulateMedia({ reducedMotion: 'reduce' });
    await shown.show(store);
    add(store, [['+I', 1, 'a']]);
    const mark = shown.page.locator('.mr-mark').first();
    await mark.waitFor();
    expect(await mark.evaluate((element) => getComputedStyle(element).animationName)).toBe('none');
    await shown.page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await mark.evaluate((element) => getComputedStyle(element).animationName)).toBe('mr-pulse');
    store.end('finished');
  });
});
