import { expect, it } from 'vitest';
import { compatibilityTables, writtenTables } from '../harness/compatibility.ts';

it('docs/compatibility.md says what the code does (npm run docs:compatibility)', async () => {
  expect(await compatibilityTables()).toBe(writtenTables());
}, 120_000);
