import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

interface Matcher {
  readonly name?: string;
  readonly owner: string;
  readonly severity?: string;
  readonly pattern: readonly unknown[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));

describe('problem matchers of tasks', () => {
  const { contributes } = read('package.json') as { contributes: { problemMatchers: readonly Matcher[] } };
  const { problemMatcher } = read('docs/ci/millrace-problems.json') as { problemMatcher: readonly Matcher[] };

  it('are those of the CI kit, which its tests hold against what the command line prints', () => {
    const shown = ({ severity, pattern }: Matcher) => ({ severity, pattern });
    expect(contributes.problemMatchers.map(({ name }) => name)).toEqual(problemMatcher.map(({ owner }) => owner));
    expect(contributes.problemMatchers.map(shown)).toEqual(problemMatcher.map(shown));
  });
});
