import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format, formatNotebook } from '../../../flink-sql/format/index.ts';
import { isTrivia, lex, parse, T, tokenText } from '../../../flink-sql/syntax/index.ts';
import { corpus } from './corpus.ts';

/** Tokens and comments, without the blanks around lines of comments. */
function words(source: string): string[] {
  const tokens = lex(source);
  const list: string[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kinds[i] as number;
    if (kind === T.WHITESPACE) continue;
    const text = tokenText(tokens, i);
    list.push(isTrivia(kind) ? text.replace(/[ \t\r]+$/gm, '') : text);
  }
  return list;
}

/** The two promises of the formatter. */
function holds(source: string): void {
  const once = format(source);
  expect(words(once)).toEqual(words(source));
  expect(format(once)).toBe(once);
}

const texts = corpus();

describe('every recorded text', () => {
  it('keeps its tokens, and its layout when formatted again', () => {
    expect(texts.length).toBeGreaterThan(1000);
    for (const text of texts) holds(text);
  });

  it('is laid out, not left as written', () => {
    const correct = texts.filter((text) => parse(text).errors.length === 0 && /\S\n? {3,}\S/.test(text));
    const same = correct.filter((text) => format(text).trim() === text.trim());
    expect(same.length / correct.length).toBeLessThan(0.2);
  });

  it('means the same with other white space', () => {
    for (const text of texts.filter((_, i) => i % 5 === 0)) {
      if (/['`]\s*\n\s*'|--|\/\*|^\s*(re)?set\b/im.test(text) || parse(text).errors.length > 0) continue;
      const tokens = lex(text);
      let spread = '';
      for (let i = 0; i < tokens.count; i++) {
        spread += tokens.kinds[i] === T.WHITESPACE ? '  ' : tokenText(tokens, i);
      }
      expect(words(format(spread))).toEqual(words(text));
      expect(format(format(spread))).toBe(format(spread));
    }
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    ...[
      'SELECT',
      'a',
      'FROM',
      't',
      ',',
      '(',
      ')',
      ';',
      '-- c\n',
      '/* d */',
      '\n',
      ' ',
      'WHERE',
      'AND',
      'CASE',
      'END',
      'WHEN',
    ],
    ...[
      '/* e\n f */',
      "'x'",
      '`y`',
      '-',
      '+',
      '1',
      '.',
      '\n\n\n',
      'ROW<',
      '>',
      '[',
      ']',
      'SET',
      '/*+',
      '*/',
      "'",
      '\r\n',
    ],
  );
  it('keeps tokens and comments, twice is once', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => holds(pieces.join(' '))),
      { numRuns: 1500 },
    );
  });

  it('keeps comments wherever they stand in a statement', () => {
    const statements = texts.filter((text) => text.length < 400 && parse(text).errors.length === 0);
    const comment = fc.constantFrom('-- c\n', '\n-- d\n', ' /* e */ ', '\n/* f\n   g */\n', '\n/* h */ ', ' /* i */\n');
    fc.assert(
      fc.property(
        fc.constantFrom(...statements),
        fc.array(fc.tuple(fc.nat(), comment), { maxLength: 4 }),
        (text, marks) => {
          const tokens = lex(text);
          const parts = Array.from({ length: tokens.count }, (_, i) => tokenText(tokens, i));
          for (const [at, mark] of marks) parts[at % parts.length] = `${mark}${parts[at % parts.length]}`;
          holds(parts.join(''));
        },
      ),
      { numRuns: 800 },
    );
  });
});

const cases: readonly (readonly [name: string, source: string, expected: string])[] = [
  ['a short statement takes one line', 'select  a,b\nfrom t\n where a=1 ;', 'select a, b from t where a = 1;\n'],
  [
    'clauses, lists and conditions',
    `SELECT user_id, COUNT(*) AS orders, SUM(amount) AS total FROM orders AS o LEFT JOIN users u ON o.user_id = u.id
     WHERE amount > 10 AND status BETWEEN 'a' AND 'c' OR NOT paid GROUP BY user_id`,
    `SELECT user_id, COUNT(*) AS orders, SUM(amount) AS total
FROM orders AS o
LEFT JOIN users u ON o.user_id = u.id
WHERE amount > 10 AND status BETWEEN 'a' AND 'c' OR NOT paid
GROUP BY user_id
`,
  ],
  [
    'columns and options of a table',
    "CREATE TABLE t (a INT, b ROW<x INT,y ARRAY<STRING>> NOT NULL, PRIMARY KEY(a) NOT ENFORCED) WITH ('connector'='print','x'='y')",
    `CREATE TABLE t (
  a INT,
  b ROW<x INT, y ARRAY<STRING>> NOT NULL,
  PRIMARY KEY (a) NOT ENFORCED
) WITH (
  'connector' = 'print',
  'x' = 'y'
)
`,
  ],
  ['signs', 'select - a,- - 1,a-1, (-1)', 'select -a, - -1, a - 1, (-1)\n'],
  [
    'comments',
    '-- head\nselect a, -- first\n-- second\nb /* third */ from t -- last\n;\n\n\n\n-- tail',
    '-- head\nselect\n  a, -- first\n  -- second\n  b /* third */\nfrom t -- last\n;\n\n-- tail\n',
  ],
  ['a statement with a mistake stays', 'select   a from;select  1', 'select   a from;\nselect 1\n'],
  ['settings of the SQL client stay', "SET   a.b-c=d;\nSET   'k'='v'", "SET   a.b-c=d;\nSET 'k' = 'v'\n"],
  ['line breaks of Windows', 'select 1;\r\nselect   2;\r\n', 'select 1;\r\nselect 2;\r\n'],
  ['nothing', '', ''],
];

describe('layout', () => {
  it.each(cases)('%s', (_, source, expected) => {
    expect(format(source)).toBe(expected);
  });
});

describe('notebooks', () => {
  it('formats code cells, keeps separators and Markdown', () => {
    const source = '-- %% [markdown]\n--   # Orders  x\n\n-- %% first\n\nselect   1;\n\n-- %%\nselect   2\n-- %%\n\n';
    const expected = '-- %% [markdown]\n--   # Orders  x\n\n-- %% first\n\nselect 1;\n\n-- %%\nselect 2\n-- %%\n\n';
    expect(formatNotebook(source)).toBe(expected);
    expect(formatNotebook(expected)).toBe(expected);
  });
});

it('the key of a metadata column is no clause', () => {
  const columns = "event_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',\n  -- when it came\n  id BIGINT";
  const text = `CREATE TABLE t (\n  ${columns}\n) WITH ('connector' = 'kafka');\n`;
  expect(format(text)).toBe(text);
});
