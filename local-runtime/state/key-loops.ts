/**
 * Loops over the encoded keys of a batch, made for the number of words of a key, so that a key is hashed and compared without a loop
 * of its own.
 */
export interface KeyLoops {
  /**
   * Hashes of keys `from` to `to` into `hashes[0]` on; reads where the search for each will begin, then the key that it will begin with,
   * and finds nothing yet: reads that do not wait for each other are answered by the memory many at a time.
   */
  touch(probe: Int32Array, from: number, to: number, hashes: Int32Array, slots: Int32Array, words: Int32Array): number;
  /**
   * Ids of keys `from` to `to`, whose hashes begin at `hashes[0]` for key `base`, into `ids`; gives the first one that is not there, or `to`.
   * `slots`: pairs of a hash and an id + 1; `words`: the keys by id.
   */
  find(
    probe: Int32Array,
    from: number,
    to: number,
    base: number,
    ids: Int32Array,
    hashes: Int32Array,
    slots: Int32Array,
    words: Int32Array,
  ): number;
}

/** Words of a table whose keys all lie in a cache that is near. */
const FEW = 1 << 17;

const made = new Map<number, KeyLoops>();

/** The loops for keys of so many words. */
export function keyLoops(width: number): KeyLoops {
  let known = made.get(width);
  if (known === undefined) {
    known = new Function(keyLoopsSource(width))() as KeyLoops;
    made.set(width, known);
  }
  return known;
}

/** For golden tests. The hash is that of `KeyTable`. */
export function keyLoopsSource(width: number): string {
  const each = (of: (w: number) => string) => Array.from({ length: width }, (_, w) => of(w));
  return [
    "'use strict';",
    'function touch(probe, from, to, hashes, slots, words) {',
    '  const last = slots.length - 2;',
    '  let touched = 0;',
    `  for (let i = from, p = from * ${width}; i < to; i++, p += ${width}) {`,
    '    let h = 0;',
    ...each((w) => `    h = Math.imul(h ^ probe[p + ${w}], 0x9e3779b1) ^ (h >>> 15);`),
    '    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);',
    '    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);',
    '    h ^= h >>> 16;',
    '    hashes[i - from] = h;',
    '    touched ^= slots[(h << 1) & last];',
    '  }',
    // Few keys are in the caches anyway.
    `  if (slots.length < ${FEW}) return touched;`,
    '  for (let k = 0, n = to - from; k < n; k++) {',
    '    const slot = slots[((hashes[k] << 1) & last) + 1];',
    `    touched ^= words[(slot === 0 ? 0 : slot - 1) * ${width}];`,
    '  }',
    '  return touched;',
    '}',
    'function find(probe, from, to, base, ids, hashes, slots, words) {',
    '  const last = slots.length - 2;',
    `  for (let i = from, p = from * ${width}; i < to; i++, p += ${width}) {`,
    '    const hash = hashes[i - base];',
    '    let s = (hash << 1) & last;',
    '    for (;;) {',
    '      const slot = slots[s + 1];',
    '      if (slot === 0) return i;',
    '      if (slots[s] === hash) {',
    `        const r = (slot - 1) * ${width};`,
    `        if (${each((w) => `words[r + ${w}] === probe[p + ${w}]`).join(' && ') || 'true'}) {`,
    '          ids[i] = slot - 1;',
    '          break;',
    '        }',
    '      }',
    '      s = (s + 2) & last;',
    '    }',
    '  }',
    '  return to;',
    '}',
    'return { touch, find };',
  ].join('\n');
}
