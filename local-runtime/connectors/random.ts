import type { Options } from './options.ts';

/** Session option that makes generated rows the same in every run: an integer. */
export const SEED_OPTION = 'millrace.seed';

/** The seed that a session asks for. */
export function seedOf(options: Options): number | undefined {
  const text = options[SEED_OPTION];
  return text !== undefined && /^-?\d+$/.test(text.trim()) ? Number(text) | 0 : undefined;
}

/** Random numbers in [0, 1): always the same ones for a seed (mulberry32), else Math.random. `salt` parts readers of one seed. */
export function randomOf(seed: number | undefined, salt = 0): () => number {
  if (seed === undefined) return Math.random;
  let state = (seed ^ Math.imul(salt + 1, 0x9e3779b9)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
