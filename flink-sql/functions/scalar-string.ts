import { findCommonType } from '../types/common-type.ts';
import { isBinary, isCharacter } from '../types/families.ts';
import { types, withNullability } from '../types/logical-type.ts';
import { castTypes } from './cast-types.ts';
import { define, type ResultType } from './define.ts';
import { argument, concatenation, notNull, nullable, orNull, returns, varyingArgument } from './results.ts';

const string = returns(types.string());
const int = returns(types.int());
const boolean = returns(types.boolean());

/** OVERLAY: the lengths of the text and of its replacement added. */
const overlay: ResultType = (call) => {
  const pair = concatenation({ types: call.types.slice(0, 2), literal: call.literal });
  return pair && varyingArgument(0)({ types: [pair, ...call.types.slice(2)], literal: call.literal });
};

export const stringFunctions = [
  ...define('string', 'calcite', castTypes, [
    ['ASCII', 'str CHARACTER', int, 'Code of the first character.'],
    ['CHAR_LENGTH', 'str CHARACTER', int, 'Number of characters.', { example: "CHAR_LENGTH('abc') = 3" }],
    ['CHARACTER_LENGTH', 'str CHARACTER', int, 'Number of characters.', { id: 'CHAR_LENGTH' }],
    ['CHR', 'code INTEGER:BIGINT', nullable(types.string()), 'The ASCII character with this code.'],
    [
      'CONCAT',
      'str CHARACTER...',
      string,
      'The texts joined; NULL if one is NULL.',
      { example: "CONCAT('a', 'b') = 'ab'" },
    ],
    [
      'CONCAT_WS',
      'separator CHARACTER, str CHARACTER...',
      string,
      'The texts joined with a separator; NULLs are left out.',
      {
        forms: ["'CONCAT_WS(<CHARACTER>)'"],
      },
    ],
    ['DECODE', 'bytes BINARY, charset CHARACTER', string, 'Bytes read as text in a character set.'],
    ['ENCODE', 'str CHARACTER, charset CHARACTER', returns(types.bytes()), 'Text as bytes of a character set.'],
    ['FROM_BASE64', 'str STRING', string, 'Text decoded from base64.'],
    ['TO_BASE64', 'str STRING', string, 'Base64 of a text or of bytes.'],
    ['INITCAP', 'str CHARACTER', argument(0), 'First letter of each word in upper case, the others in lower case.'],
    [
      'INSTR',
      [
        'str CHARACTER, part CHARACTER',
        'str CHARACTER, part CHARACTER, start INTEGER:INT',
        'str CHARACTER, part CHARACTER, start INTEGER:INT, occurrence INTEGER:INT',
      ],
      int,
      'Position of a part in a text, from 1; 0 if it is not there.',
    ],
    ['LEFT', 'str CHARACTER, n INTEGER:INT', varyingArgument(0, true), 'The first n characters.'],
    ['RIGHT', 'str CHARACTER, n INTEGER:INT', varyingArgument(0, true), 'The last n characters.'],
    [
      'LOCATE',
      ['part CHARACTER, str CHARACTER', 'part CHARACTER, str CHARACTER, start INTEGER:INT'],
      int,
      'Position of a part in a text, from 1; 0 if it is not there.',
    ],
    ['LOWER', 'str CHARACTER', argument(0), 'Text in lower case.', { example: "LOWER('AbC') = 'abc'" }],
    ['UPPER', 'str CHARACTER', argument(0), 'Text in upper case.', { example: "UPPER('AbC') = 'ABC'" }],
    [
      'LPAD',
      'str CHARACTER, length INTEGER:INT, pad CHARACTER',
      string,
      'Text filled or cut to a length, filled from the left.',
    ],
    [
      'RPAD',
      'str CHARACTER, length INTEGER:INT, pad CHARACTER',
      string,
      'Text filled or cut to a length, filled from the right.',
    ],
    [
      'LTRIM',
      ['str CHARACTER', 'str CHARACTER, chars CHARACTER'],
      varyingArgument(0),
      'Text without leading blanks, or without these characters.',
    ],
    [
      'RTRIM',
      ['str CHARACTER', 'str CHARACTER, chars CHARACTER'],
      varyingArgument(0),
      'Text without trailing blanks, or without these characters.',
    ],
    [
      'OVERLAY',
      [
        'str STRING, replacement STRING, start INTEGER:INT',
        'str STRING, replacement STRING, start INTEGER:INT, length INTEGER:INT',
      ],
      overlay,
      'A part of a text replaced.',
      {
        example: "OVERLAY('hello' PLACING 'XY' FROM 2 FOR 3) = 'hXYo'",
      },
    ],
    [
      'POSITION',
      ['part STRING, str STRING', 'part STRING, str STRING, start INTEGER:INT'],
      int,
      'Position of a part in a text, from 1; 0 if it is not there.',
      {
        example: "POSITION('l' IN 'hello') = 3",
      },
    ],
    [
      'PARSE_URL',
      ['url CHARACTER, part CHARACTER', 'url CHARACTER, part CHARACTER, key CHARACTER'],
      nullable(types.string()),
      'A part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, AUTHORITY, FILE, USERINFO.',
    ],
    ['REGEXP', 'str CHARACTER, regex CHARACTER', boolean, 'Does any part of the text match the regular expression?'],
    [
      'REGEXP_EXTRACT',
      ['str CHARACTER, regex CHARACTER, group INTEGER:INT', 'str CHARACTER, regex CHARACTER'],
      nullable(types.string()),
      'The first match of a regular expression, or one of its groups.',
    ],
    [
      'REGEXP_REPLACE',
      'str CHARACTER, regex CHARACTER, replacement CHARACTER',
      string,
      'All matches of a regular expression replaced.',
    ],
    ['REPEAT', 'str CHARACTER, n INTEGER:INT', string, 'The text n times.'],
    [
      'REPLACE',
      'str CHARACTER, search CHARACTER, replacement CHARACTER',
      string,
      'All occurrences of a part replaced.',
    ],
    ['REVERSE', 'str CHARACTER', nullable(types.string()), 'Text backwards.'],
    [
      'SPLIT_INDEX',
      [
        'str CHARACTER, separator INTEGER:INT, index INTEGER:INT',
        'str CHARACTER, separator CHARACTER, index INTEGER:INT',
      ],
      nullable(types.string()),
      'One part of a split text, from 0.',
      {
        example: "SPLIT_INDEX('a,b,c', ',', 1) = 'b'",
      },
    ],
    [
      'STR_TO_MAP',
      ['str CHARACTER', 'str CHARACTER, pairSeparator CHARACTER, keySeparator CHARACTER'],
      nullable(types.map(types.string(), types.string())),
      "A map from a text such as 'a=1,b=2'.",
    ],
    [
      'SUBSTRING',
      ['str CHARACTER, start INTEGER:INT', 'str CHARACTER, start INTEGER:INT, length INTEGER:INT'],
      varyingArgument(0, true),
      'A part of a text, from position 1.',
      {
        example: "SUBSTRING('hello', 2, 3) = 'ell'",
      },
    ],
    [
      'SUBSTR',
      ['str CHARACTER, start INTEGER:INT', 'str CHARACTER, start INTEGER:INT, length INTEGER:INT'],
      varyingArgument(0, true),
      'A part of a text, from position 1.',
      {
        id: 'SUBSTRING',
      },
    ],
    ['IS_ALPHA', ['str CHARACTER', 'str NUMERIC'], notNull(types.boolean()), 'Are all characters letters?'],
    ['IS_DECIMAL', ['str CHARACTER', 'str NUMERIC'], notNull(types.boolean()), 'Can the text be read as a number?'],
    ['IS_DIGIT', ['str CHARACTER', 'str NUMERIC'], notNull(types.boolean()), 'Are all characters digits?'],
  ]),
  ...define('string', 'flink', castTypes, [
    [
      'BTRIM',
      ['str CHARACTER_STRING', 'str CHARACTER_STRING, trimStr CHARACTER_STRING'],
      string,
      'Text without leading and trailing blanks, or without these characters.',
      {
        since: '2.0',
      },
    ],
    [
      'ELT',
      [
        'index INTEGER_NUMERIC:INT, expr CHARACTER_STRING, exprs CHARACTER_STRING...',
        'index INTEGER_NUMERIC:INT, expr BINARY_STRING, exprs BINARY_STRING...',
      ],
      orNull((call) => findCommonType(call.types.slice(1))),
      'The index-th of the texts, from 1.',
      {
        since: '2.0',
        refuse: (call) => {
          const index = call.types[0];
          if (index && !['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'].includes(index.root))
            return 'Index can only be an INTEGER NUMERIC type.';
          const literal = call.literal(0);
          const rest = call.types.slice(1).filter((type) => type.root !== 'NULL');
          if (!rest.every(isCharacter) && !rest.every(isBinary))
            return 'Could not infer arguments in range: [1, null].';
          if (typeof literal === 'number' && literal < 0)
            return `Index must be an integer starting from '0', but was '${literal}'.`;
          return undefined;
        },
      },
    ],
    [
      'STARTSWITH',
      ['expr CHARACTER_STRING, startExpr CHARACTER_STRING', 'expr BINARY_STRING, startExpr BINARY_STRING'],
      boolean,
      'Does the text begin with another one?',
      { since: '2.0' },
    ],
    [
      'ENDSWITH',
      ['expr CHARACTER_STRING, endExpr CHARACTER_STRING', 'expr BINARY_STRING, endExpr BINARY_STRING'],
      boolean,
      'Does the text end with another one?',
      { since: '2.0' },
    ],
    [
      'PRINTF',
      'format CHARACTER_STRING, obj ANY...',
      nullable(types.string()),
      "Values in a format as of Java's String.format.",
      { since: '2.0' },
    ],
    [
      'REGEXP_COUNT',
      'str CHARACTER_STRING, regex CHARACTER_STRING',
      nullable(types.int()),
      'How often a regular expression matches.',
      { since: '2.0' },
    ],
    [
      'REGEXP_EXTRACT_ALL',
      [
        'str CHARACTER_STRING, regex CHARACTER_STRING',
        'str CHARACTER_STRING, regex CHARACTER_STRING, extractIndex INTEGER_NUMERIC:INT',
      ],
      nullable(types.array(types.string())),
      'All matches of a regular expression or of one of its groups.',
      {
        since: '2.0',
      },
    ],
    [
      'REGEXP_INSTR',
      'str CHARACTER_STRING, regex CHARACTER_STRING',
      nullable(types.int()),
      'Position of the first match, from 1.',
      { since: '2.0' },
    ],
    [
      'REGEXP_SUBSTR',
      'str CHARACTER_STRING, regex CHARACTER_STRING',
      nullable(types.string()),
      'The first match of a regular expression.',
      { since: '2.0' },
    ],
    [
      'SPLIT',
      ' CHARACTER_STRING,  CHARACTER_STRING',
      returns(types.array(types.string())),
      'Parts of a text as an array.',
      { since: '1.20' },
    ],
    [
      'TRANSLATE3 TRANSLATE',
      'expr CHARACTER_STRING, fromStr CHARACTER_STRING, toStr CHARACTER_STRING',
      (call) => types.string(call.types[0]?.nullable ?? true),
      'Characters replaced one by one.',
      {
        id: 'TRANSLATE',
        since: '2.0',
      },
    ],
    ['UNHEX', 'expr CHARACTER_STRING', nullable(types.bytes()), 'Bytes from hexadecimal digits.', { since: '2.0' }],
    ['URL_DECODE', ' CHARACTER_STRING', nullable(types.string()), 'Text decoded from a URL.'],
    ['URL_ENCODE', ' CHARACTER_STRING', nullable(types.string()), 'Text encoded for a URL.'],
  ]),
  ...define(
    'hash',
    'calcite',
    castTypes,
    (
      [
        ['MD5', 32],
        ['SHA1', 40],
        ['SHA224', 56],
        ['SHA256', 64],
        ['SHA384', 96],
        ['SHA512', 128],
      ] as const
    ).map(
      ([name, length]) =>
        [name, 'str STRING', returns(types.char(length)), `${name} digest as hexadecimal text.`] as const,
    ),
  ),
  ...define('hash', 'calcite', castTypes, [
    [
      'SHA2',
      'str STRING, bits INTEGER:INT',
      returns(types.varchar(128)),
      'SHA-2 digest of 224, 256, 384 or 512 bits as hexadecimal text.',
    ],
    [
      'HASH_CODE',
      ['x BOOLEAN', 'x NUMERIC', 'x CHARACTER', 'x TIMESTAMP', 'x TIME', 'x DATE'],
      returns(types.int()),
      "Java's hash code of a value.",
    ],
  ]),
];

/** TRIM's result; its operands come from syntax. */
export const trimResult: ResultType = (call) => {
  const value = call.types.at(-1);
  if (!value) return undefined;
  const isNullable = call.types.some((type) => type.nullable);
  return isCharacter(value) ? types.varchar(value.length, isNullable) : withNullability(value, isNullable);
};
