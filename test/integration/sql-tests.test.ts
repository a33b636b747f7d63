import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { CommandError, run } from '../../scripts/run.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';

describe.skipIf(missingFor('flink'))('SQL tests on a real Flink', { timeout: 400_000 }, () => {
  const workspace = mkdtempSync(join(tmpdir(), 'millrace-sql-tests-'));
  let flink: Flink;
  beforeAll(async () => {
    flink = await startFlink();
    mkdirSync(join(workspace, '.vscode'));
    const settings = { 'millrace.connections': [{ name: 'cluster', url: flink.gatewayUrl }] };
    writeFileSync(join(workspace, '.vscode', 'settings.json'), JSON.stringify(settings));
  });
  afterAll(async () => {
    await flink?.stop();
    rmSync(workspace, { recursive: true, force: true });
  });

  interface Told {
    readonly name: string;
    readonly passed: boolean;
    readonly skipped?: readonly string[];
    readonly failures: readonly { readonly text: string; readonly difference?: unknown }[];
  }

  const told = async (path: string, ...args: string[]): Promise<Told[]> => {
    const command = [join(root, 'cli', 'main.ts'), 'test', path, '--json', ...args];
    const output = await run(process.execPath, command, { cwd: workspace }).catch((error: unknown) => {
      if (error instanceof CommandError) return error.output;
      throw error;
    });
    return output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };

  it.each(['examples/tests', 'test/cli/sql-tests/passing'])(
    '%s is green there, too, but for what it says it skips',
    async (folder) => {
      const path = join(root, folder);
      const [here, there] = [await told(path), await told(path, '--gateway', flink.gatewayUrl)];
      expect(there.map(({ name }) => name)).toEqual(here.map(({ name }) => name));
      expect([...here, ...there].filter(({ passed }) => !passed)).toEqual([]);
      expect(there.filter(({ skipped }) => skipped === undefined).length).toBeGreaterThan(1);
      for (const reason of there.flatMap(({ skipped }) => skipped ?? [])) {
        expect(reason).toMatch(/^(?:a cluster cannot|late rows are counted|INSERTs are tested)/);
      }
    },
  );

  it('each kind of row and expectation is checked there by the name of a connection, or told as skipped', async () => {
    const there = await told(join(root, 'test/cli/sql-tests/passing/kinds.test.sql'), '--connection', 'cluster');
    expect(there.flatMap(({ failures }) => failures)).toEqual([]);
    expect(Object.fromEntries(there.map(({ name, skipped }) => [name, skipped ?? 'checked']))).toEqual({
      'rows are changed and deleted': 'checked',
      'sums follow them': 'checked',
      'windows close by event time, and late rows are dropped': ['late rows are counted on the local runtime only'],
      'a watermark that is given closes a window': ['a cluster cannot be given watermarks (@watermark)'],
      'as of a watermark a window is open, or closed': ['a cluster cannot stop at a watermark (@then at)'],
      'a mistake in the query': 'checked',
      'a failure of the job': 'checked',
    });
  });

  it('both tell the same difference of rows', async () => {
    const path = join(root, 'test/cli/sql-tests/failing/differences.test.sql');
    const [here, there] = [await told(path), await told(path, '--gateway', flink.gatewayUrl)];
    const compared = there.filter(({ failures }) => failures.some(({ difference }) => difference !== undefined));
    expect(compared.length).toBeGreaterThan(1);
    for (const { name, failures } of compared) {
      expect(failures.map(({ text }) => text)).toEqual(
        here.find((other) => other.name === name)?.failures.map(({ text }) => text),
      );
    }
  });
});
