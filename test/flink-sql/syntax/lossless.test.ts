import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keywords, lex, parse, type SyntaxNode, tokenText, walk } from '../../../flink-sql/syntax/index.ts';
import { seededRandom } from '../../harness/random.ts';

const folder = join(import.meta.dirname, '../../conformance/statements');
const corpus = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => readFileSync(join(folder, name), 'utf8'));
const statements = corpus.flatMap((text) => text.split(/^;;\s*$|;\n/m)).filter((text) => text.trim() !== '');

const texts = (source: string): string[] => {
  const tokens = lex(source);
  return Array.from({ length: tokens.count }, (_, i) => tokenText(tokens, i));
};

/** What must hold for any text: tokens make it up again, the parser answers, and nodes lie inside their parents. */
function check(source: string): void {
  expect(texts(source).join('')).toBe(source);
  for (const { node, start, end } of parse(source).statements) {
    expect(start).toBeLessThanOrEqual(end);
    if (node !== undefined) walk(node, (below) => inRange(below, source.length));
  }
}

function inRange(node: SyntaxNode, length: number): void {
  if (!(node.start >= 0 && node.start <= node.end && node.end <= length)) {
    throw new Error(`${node.kind} ${node.start}-${node.end} is outside of 0-${length}`);
  }
}

describe('any text', () => {
  test('random strings', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), check), { seed: 7, numRuns: 500 });
  });

  test('random words and signs of the language', () => {
    const signs = [
      "'",
      '`',
      '"',
      '--',
      '/*',
      '*/',
      '/*+',
      '(',
      ')',
      '[',
      ']',
      '<',
      '>',
      ';',
      '.',
      ',',
      '\n',
      ' ',
      '1e',
      'é',
      '{d',
    ];
    const piece = fc.oneof(
      fc.constantFrom(...keywords),
      fc.constantFrom(...signs),
      fc.constantFrom('a', 'b', "'x'", '1', ' '),
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' '));
    fc.assert(fc.property(text, check), { seed: 11, numRuns: 1500 });
  });

  test('every prefix of statements of the corpus', () => {
    let seen = 0;
    for (let i = 0; i < statements.length; i += 7) {
      const text = statements[i] as string;
      for (let end = 0; end <= text.length; end += end < 80 ? 1 : 3) check(text.slice(0, end));
      seen++;
    }
    expect(seen).toBeGreaterThan(100);
  });
});

describe('mutated statements', () => {
  test('20,000 of them neither throw nor hang', { timeout: 30_000 }, () => {
    const random = seededRandom(42);
    const pick = <A>(list: readonly A[]): A => list[Math.floor(random() * list.length)] as A;
    const pool = statements.flatMap(texts).filter((text) => text.trim() !== '');
    for (let n = 0; n < 20_000; n++) {
      const pieces = texts(pick(statements).slice(0, 400));
      for (let k = 0; k < 1 + Math.floor(random() * 3); k++) {
        const at = Math.floor(random() * pieces.length);
        const what = random();
        if (what < 0.3) pieces.splice(at, 1);
        else if (what < 0.6) pieces.splice(at, 0, pick(pool));
        else if (what < 0.8) pieces[at] = pick(pool);
        else pieces.splice(at, 0, pieces[Math.floor(random() * pieces.length)] ?? '');
      }
      const source = pieces.join('');
      const result = parse(source);
      expect(result.tokens.starts[result.tokens.count]).toBe(source.length);
      if (n % 20 === 0) check(source);
    }
  });

  test('deep nesting is one error, not an overflow', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['CASE WHEN ', ' THEN 1 END'],
      ['f(', ')'],
      ['NOT ', ''],
      ['- ', ''],
      ['ARRAY[', ']'],
    ] as const) {
      const { errors } = parse(`SELECT ${open.repeat(20_000)}1${close.repeat(20_000)}`);
      expect(errors.length).toBe(1);
    }
    const { errors } = parse(`CREATE TABLE t (a ${'ARRAY<'.repeat(9_000)}INT${'>'.repeat(9_000)})`);
    expect(errors.length).toBeGreaterThan(0);
    expect(parse(`SELECT ${Array(20_000).fill('1').join(' + ')}`).errors).toEqual([]);
    expect(parse(`SELECT * FROM ${'('.repeat(9_000)}SELECT 1`).errors.length).toBe(1);
  });
});
