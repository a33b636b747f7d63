import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { check } from '../../cli/check.ts';
import { test as runTests } from '../../cli/test.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'docs', 'ci');

interface Pattern {
  readonly regexp: string;
  readonly file?: number;
  readonly line?: number;
  readonly column?: number;
  readonly message?: number;
}

const matchers: { readonly owner: string; readonly pattern: readonly Pattern[] }[] = JSON.parse(
  readFileSync(join(folder, 'millrace-problems.json'), 'utf8'),
).problemMatcher;

/** As GitHub's runner matches: each pattern on the next line. */
function problems(owner: string, output: string): string[] {
  const patterns = matchers.find((one) => one.owner === owner)?.pattern ?? [];
  const lines = output.split('\n');
  return lines.flatMap((_, start) => {
    const found: Partial<Record<keyof Pattern, string | undefined>> = {};
    for (const [i, pattern] of patterns.entries()) {
      const match = new RegExp(pattern.regexp).exec(lines[start + i] ?? '');
      if (!match) return [];
      for (const key of ['file', 'line', 'column', 'message'] as const) {
        const group = pattern[key];
        if (group !== undefined) found[key] = match[group];
      }
    }
    return [`${found.file?.split('/').at(-1)}:${found.line}:${found.column} ${found.message}`];
  });
}

async function outputOf(run: () => Promise<number>): Promise<string> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    expect(await run()).toBe(1);
    return text;
  } finally {
    write.mockRestore();
  }
}

describe('the problem matcher', () => {
  it('finds what check reports', async () => {
    const file = join(root, 'test', 'docs', 'wrong.sql');
    const found = problems('millrace', await outputOf(() => check([file])));
    expect(found).toEqual([expect.stringMatching(/^wrong\.sql:2:\d+ .*'nothing' not found/)]);
  });

  it('finds failed tests', async () => {
    const file = join(root, 'test', 'cli', 'sql-tests', 'failing', 'differences.test.sql');
    const found = problems('millrace-test', await outputOf(() => runTests([file])));
    expect(found).toContain('differences.test.sql:11:1 1 row missing, 1 row not expected.');
    expect(found).toHaveLength(10);
  });
});

describe('the templates', () => {
  it.each(['github.yml', 'gitlab.yml', 'pre-commit.yaml'])(
    '%s runs all three checks, with options that there are',
    (name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const help = readFileSync(join(root, 'cli', 'main.ts'), 'utf8');
      for (const verb of ['fmt', 'check', 'test'])
        expect(text).toMatch(new RegExp(`(?:cli\\.cjs"?|command\\}) ${verb}\\b`));
      for (const [option] of text.matchAll(/--(?:check|shard|junit)\b/g)) expect(help).toContain(option);
    },
  );
});
