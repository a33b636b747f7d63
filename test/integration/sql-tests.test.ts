import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { CommandError, run } from '../../scripts/run.ts';
import { type Flink, missingFor, startFlink } from '../harness/services.ts';

describe.skipIf(missingFor('flink'))('SQL tests on a real Flink', { timeout: 180_000 }, () => {
  let flink: Flink;
  beforeAll(async () => {
    flink = await startFlink();
  });
  afterAll(() => flink?.stop());

  interface Told {
    readonly name: string;
    readonly passed: boolean;
    readonly skipped?: readonly string[];
    readonly failures: readonly { readonly text: string; readonly difference?: unknown }[];
  }

  const told = async (path: string, ...args: string[]): Promise<Told[]> => {
    const output = await run(process.execPath, [join(root, 'cli', 'main.ts'), 'test', path, '--json', ...args]).catch(
      (error: unknown) => {
        if (error instanceof CommandError) return error.output;
        throw error;
      },
    );
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
