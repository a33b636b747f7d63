import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type CellText, parseNotebook, serializeNotebook } from '../../../extension/notebook/format.ts';
import { onPath } from '../../../scripts/paths.ts';

const BASE = `-- %% [markdown]
-- # Orders

-- %%
CREATE TABLE orders (id INT, price INT) WITH ('connector' = 'datagen');

-- %%
-- chart: bar x=id y=price
SELECT id, price FROM orders;

-- %%
SELECT COUNT(*) AS n FROM orders;
`;

describe.skipIf(!onPath('git'))('a notebook in git', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-git-'));
  const path = join(folder, 'orders.flinknb');
  // Run by a hook, git would be told to work in this repository.
  const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const env = { ...Object.fromEntries(outside), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', env });
  /** What the editor writes when a person has changed cells. */
  const edit = (change: (cell: CellText) => CellText): void => {
    const { cells, metadata } = parseNotebook(readFileSync(path, 'utf8'));
    writeFileSync(path, serializeNotebook({ cells: cells.map(change), metadata }));
  };
  const commit = (message: string): void => void git('commit', '-q', '-a', '-m', message);
  const replaced = (from: string, to: string) => (cell: CellText) => ({ ...cell, value: cell.value.replace(from, to) });

  beforeEach(() => {
    rmSync(join(folder, '.git'), { recursive: true, force: true });
    git('init', '-q', '-b', 'main');
    git('config', 'user.email', 'nobody@example.org');
    git('config', 'user.name', 'nobody');
    writeFileSync(path, BASE);
    git('add', '.');
    commit('base');
    git('branch', 'other');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a change of a cell is a change of its lines and of no others', () => {
    edit(replaced('SELECT id, price', 'SELECT id, price * 2 AS price'));
    const changed = git('diff', '-U0')
      .split('\n')
      .filter((line) => /^[-+](?![-+])/.test(line));
    expect(changed).toEqual(['-SELECT id, price FROM orders;', '+SELECT id, price * 2 AS price FROM orders;']);
  });

  test('changes of two cells merge by themselves, a new cell among them', () => {
    edit(replaced('bar', 'line'));
    commit('a line');
    git('checkout', '-q', 'other');
    const { cells, metadata } = parseNotebook(BASE);
    const more: CellText = { kind: 'code', value: 'SELECT MAX(price) AS most FROM orders;', metadata: {} };
    writeFileSync(path, serializeNotebook({ cells: [...cells, more], metadata }));
    commit('one more');
    git('merge', '-q', '--no-edit', 'main');
    const merged = parseNotebook(readFileSync(path, 'utf8')).cells.map(({ value }) => value.split('\n', 1)[0]);
    expect(merged).toEqual([
      '# Orders',
      "CREATE TABLE orders (id INT, price INT) WITH ('connector' = 'datagen');",
      '-- chart: line x=id y=price',
      'SELECT COUNT(*) AS n FROM orders;',
      'SELECT MAX(price) AS most FROM orders;',
    ]);
  });

  test('a conflict is within the cell that both have changed: it is read, settled and written in the editor', () => {
    edit(replaced('COUNT(*) AS n', 'COUNT(*) AS orders'));
    commit('ours');
    git('checkout', '-q', 'other');
    edit(replaced('COUNT(*) AS n', 'SUM(price) AS n'));
    commit('theirs');
    expect(spawnSync('git', ['merge', '-q', 'main'], { cwd: folder, env }).status).toBe(1);
    const text = readFileSync(path, 'utf8');
    const conflicted = parseNotebook(text);
    // Opening it and saving it changes nothing: git still knows its marks.
    expect(serializeNotebook(conflicted)).toBe(text);
    const inConflict = conflicted.cells.filter(({ value }) => value.includes('<<<<<<<'));
    expect(conflicted.cells.length).toBe(4);
    expect(inConflict.map(({ value }) => value)).toEqual([
      [
        '<<<<<<< HEAD',
        'SELECT SUM(price) AS n FROM orders;',
        '=======',
        'SELECT COUNT(*) AS orders FROM orders;',
        '>>>>>>> main',
      ].join('\n'),
    ]);
    edit((cell) => (!cell.value.includes('<<<<<<<') ? cell : { ...cell, value: 'SELECT 1;' }));
    expect(readFileSync(path, 'utf8')).toBe(BASE.replace('SELECT COUNT(*) AS n FROM orders;', 'SELECT 1;'));
  });
});
