import { expect, it } from 'vitest';
import { TextInterner } from '../../../local-runtime/state/interner.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = ['', 'a', 'abc', 'abcd', 'abce', 'abcdefgh', 'abcdefgi', 'Äpfel', 'x'.repeat(100), `${'x'.repeat(99)}y`];

function intern(interner: TextInterner, text: string): number {
  const padded = bytes(`--${text}--`);
  return interner.intern(padded, 2, padded.length - 2);
}

it('gives each text a number of its own, wherever its bytes lie', () => {
  const interner = new TextInterner();
  const ids = texts.map((text) => intern(interner, text));
  expect(new Set(ids).size).toBe(texts.length);
  expect(ids.map((id) => interner.text(id))).toEqual(texts);
  for (const [i, text] of texts.entries()) expect(interner.intern(bytes(text), 0, bytes(text).length)).toBe(ids[i]);
});

it('finds its texts again after a snapshot of a version that hashed otherwise', () => {
  const interner = new TextInterner();
  const ids = texts.map((text) => intern(interner, text));
  for (const id of ids.slice(1)) interner.retain(id);
  interner.sweep();
  const state = structuredClone(interner.snapshot());
  const otherHashes = state.hashes.map((hash, i) => hash ^ (i * 0x9e3779b1));
  const restored = new TextInterner();
  restored.restore({ ...state, hashes: otherHashes });
  expect(texts.slice(1).map((text) => intern(restored, text))).toEqual(ids.slice(1));
  for (const id of ids.slice(1)) restored.release(id);
  restored.sweep();
  expect(intern(restored, 'abc')).toBeGreaterThanOrEqual(0);
});
