import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, '../../cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'millrace-fmt-'));
const fmt = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [main, 'fmt', ...args], { cwd: folder, input, encoding: 'utf8', timeout: 20_000 });
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

beforeEach(() => {
  writeFileSync(join(folder, 'a.sql'), '\uFEFFselect   1;');
  writeFileSync(join(folder, 'b.sql'), 'select 1;\n');
  writeFileSync(join(folder, 'n.flinknb'), '-- %% [markdown]\n-- a  b\n-- %%\nselect   1;\n-- %%\nselect 2\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('millrace fmt', () => {
  it('formats in place and names what it changed', () => {
    const { status, stdout } = fmt(['a.sql', 'b.sql', 'n.flinknb']);
    expect([status, stdout]).toEqual([0, 'a.sql\nn.flinknb\n']);
    expect(text('a.sql')).toBe('\uFEFFselect 1;\n');
    expect(text('n.flinknb')).toBe('-- %% [markdown]\n-- a  b\n-- %%\nselect 1;\n-- %%\nselect 2\n');
  });

  it('--check writes nothing', () => {
    const { status, stdout } = fmt(['--check', 'a.sql', 'b.sql']);
    expect([status, stdout]).toEqual([1, 'a.sql\n']);
    expect(text('a.sql')).toBe('\uFEFFselect   1;');
    expect(fmt(['--check', 'b.sql']).status).toBe(0);
  });

  it('goes from standard input to standard output', () => {
    expect(fmt(['-'], 'select   2').stdout).toBe('select 2\n');
  });

  it('says what is wrong', () => {
    const { status, stderr } = fmt(['none.sql']);
    expect([status, stderr]).toEqual([2, 'millrace: none.sql: no such file\n']);
    expect(fmt([]).status).toBe(2);
  });
}, 60_000);
