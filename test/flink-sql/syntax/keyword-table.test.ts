import { setFlagsFromString } from 'node:v8';
import { expect, it } from 'vitest';
import { K, keywords } from '../../../flink-sql/syntax/keywords.ts';

it('numbers every keyword, and nothing else', () => {
  expect(Object.keys(K)).toEqual(keywords);
  expect([K.ABS, K.SELECT]).toEqual([1, keywords.indexOf('SELECT') + 1]);
  expect('TOSTRING' in K || 'toString' in K || 'constructor' in K).toBe(false);
  expect(Object.isFrozen(K)).toBe(true);
});

it('is read by V8 as a class is, not as a dictionary', () => {
  setFlagsFromString('--allow-natives-syntax');
  const isFast = new Function('object', 'return %HasFastProperties(object)') as (object: unknown) => boolean;
  expect(isFast(K)).toBe(true);
  const dictionary: Record<string, number> = Object.create(null);
  dictionary.a = 1;
  expect(isFast(dictionary)).toBe(false);
});
