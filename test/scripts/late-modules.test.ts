import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lateModules } from '../../scripts/late-modules.ts';

/** What the modules of the fixture note in passing. */
const seen = globalThis as { lateModulesLoaded?: string[] };
let folder: string;

interface Fixture {
  eager: string;
  area(r: number): number;
  checksum(text: string): number;
  later(): Promise<{ area(r: number): number }>;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-late-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const note = (name: string) => `(globalThis.lateModulesLoaded ??= []).push('${name}');`;
  write('circle.ts', `${note('circle')} export const PI = 3; export const area = (r: number): number => PI * r * r;`);
  write('near.ts', `${note('near')} export const eager = 'here';`);
  write(
    'main.ts',
    `import { crc32 } from 'node:zlib';
     import * as circle from './circle.ts';
     export { eager } from './near.ts';
     export const area = (r: number): number => circle.area(r);
     export const checksum = (text: string): number => crc32(text);
     export const later = () => import('./circle.ts');`,
  );
  const plugin = lateModules(
    (specifier) =>
      specifier === './circle.ts' ? { path: './apart.cjs', entry: join(folder, 'circle.ts') } : undefined,
    true,
  );
  const common = { bundle: true, platform: 'node', format: 'cjs', absWorkingDir: folder } as const;
  await build({ ...common, entryPoints: ['circle.ts'], outfile: 'apart.cjs' });
  await build({ ...common, entryPoints: ['main.ts'], outfile: 'main.cjs', plugins: [plugin] });
  // The plugin has looked at the names.
  seen.lateModulesLoaded = [];
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('modules that are late', () => {
  it('are evaluated with the first use of a name, once, and then behave as the modules they are', async () => {
    const main = createRequire(import.meta.url)(join(folder, 'main.cjs')) as Fixture;
    expect(main.eager).toBe('here');
    expect(seen.lateModulesLoaded).toEqual(['near']);
    expect(main.area(2)).toBe(12);
    expect(main.area(1)).toBe(3);
    expect(seen.lateModulesLoaded).toEqual(['near', 'circle']);
    expect((await main.later()).area(3)).toBe(27);
    expect(seen.lateModulesLoaded).toEqual(['near', 'circle']);
    expect(main.checksum('millrace')).toBe(createRequire(import.meta.url)('node:zlib').crc32('millrace'));
  });
});
