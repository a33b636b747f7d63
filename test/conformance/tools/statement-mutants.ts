import { lex, T, tokenText } from '../../../flink-sql/syntax/index.ts';
import type { Choices } from './random.ts';

/** A statement as its words, and what lies between them. */
interface Words {
  readonly words: string[];
  readonly kinds: number[];
}

const TRIVIA_TEXT = /^(?:\s|--|\/\*)/;

function wordsOf(sql: string): Words {
  const tokens = lex(sql);
  const words: string[] = [];
  const kinds: number[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const text = tokenText(tokens, i);
    if (text === '' || TRIVIA_TEXT.test(text)) continue;
    words.push(text);
    kinds.push(tokens.kinds[i] as number);
  }
  return { words, kinds };
}

const LITERALS = ['1', "'a'", '1.5', 'TRUE', 'NULL', "DATE '2020-01-01'", "INTERVAL '1' DAY", '1e0', "X'AB'", '*'];
const OPERATORS = ['+', '-', '*', '/', '=', '<', '>=', '<>', '||', 'AND', 'OR', 'LIKE', 'IN', 'IS', '.', ','];
const CALLS = [
  'ABS',
  'UPPER',
  'SUM',
  'COUNT',
  'MAX',
  'TUMBLE_START',
  'CAST',
  'COALESCE',
  'ROW_NUMBER',
  'NOSUCH',
  'JSON_VALUE',
  'CARDINALITY',
];

/** One mistake, of the kind that people make: a word left out, doubled, swapped or written for another. */
function mistake({ words, kinds }: Words, pool: readonly string[], choices: Choices): void {
  const at = choices.below(words.length);
  const isName = (kind: number | undefined): boolean => kind === T.IDENTIFIER || kind === T.BACK_QUOTED_IDENTIFIER;
  const names = [...words.keys()].filter((i) => isName(kinds[i]));
  switch (choices.below(8)) {
    case 0:
      words.splice(at, 1);
      kinds.splice(at, 1);
      return;
    case 1:
      words.splice(at, 0, words[at] as string);
      kinds.splice(at, 0, kinds[at] as number);
      return;
    case 2:
      if (at + 1 < words.length) [words[at], words[at + 1]] = [words[at + 1] as string, words[at] as string];
      return;
    case 3:
    case 4: {
      if (names.length === 0) return;
      words[choices.pick(names)] = choices.pick(pool);
      return;
    }
    case 5: {
      const literals = [...words.keys()].filter(
        (i) => /^(?:\d|'|TRUE$|NULL$)/i.test(words[i] as string) || isName(kinds[i]),
      );
      if (literals.length > 0) words[choices.pick(literals)] = choices.pick(LITERALS);
      return;
    }
    case 6: {
      const operators = [...words.keys()].filter((i) =>
        /^(?:[-+*/=<>,.]|<>|>=|<=|AND|OR|LIKE|IN)$/i.test(words[i] as string),
      );
      if (operators.length > 0) words[choices.pick(operators)] = choices.pick(OPERATORS);
      return;
    }
    default: {
      if (names.length === 0) return;
      const i = choices.pick(names);
      words[i] = `${choices.pick(CALLS)}(${words[i]})`;
    }
  }
}

/** The statement with one mistake in it, sometimes two. Names come from `pool`. */
export function mutant(sql: string, pool: readonly string[], choices: Choices): string {
  const split = wordsOf(sql);
  mistake(split, pool, choices);
  if (split.words.length > 0 && choices.chance(15)) mistake(split, pool, choices);
  return split.words
    .join(' ')
    .replace(/ ?\. ?/g, '.')
    .replace(/ ?, ?/g, ', ');
}

/** Names that occur in statements. */
export function namesIn(statements: readonly string[]): string[] {
  const names = new Set<string>();
  for (const sql of statements) {
    const { words, kinds } = wordsOf(sql);
    for (const [i, word] of words.entries()) if (kinds[i] === T.IDENTIFIER) names.add(word);
  }
  return [...names];
}
