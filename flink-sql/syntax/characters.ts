/**
 * Character classes of Flink's lexer (LETTER and DIGIT of Calcite's Parser.jj), over UTF-16 units as the generated
 * lexer sees them: a surrogate is no letter.
 */
const letterRanges: readonly (readonly [number, number])[] = [
  [0x24, 0x24],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0xff],
  [0x100, 0x1fff],
  [0x3040, 0x318f],
  [0x3300, 0x337f],
  [0x3400, 0x3d2d],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
];

/** First code unit of each block of ten digits (0x0be7 has nine). */
const digitStarts = [
  0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe7, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040,
];

const LETTER = 1;
const DIGIT = 2;
const classes = new Uint8Array(0x10000);
for (const [from, to] of letterRanges) classes.fill(LETTER, from, to + 1);
for (const from of digitStarts) {
  for (let c = from; c < from + 10 && !(from === 0xbe7 && c > 0xbef); c++) classes[c] = (classes[c] ?? 0) | DIGIT;
}

/** Whether a UTF-16 unit can begin an identifier. */
export const isLetter = (unit: number): boolean => ((classes[unit] ?? 0) & LETTER) !== 0;

/** Whether a UTF-16 unit can continue an identifier. */
export const isIdentifierPart = (unit: number): boolean => (classes[unit] ?? 0) !== 0;

/** Whether a UTF-16 unit is a digit of a number. */
export const isAsciiDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
