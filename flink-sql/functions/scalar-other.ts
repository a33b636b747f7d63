import { findCommonType, leastRestrictive } from '../types/common-type.ts';
import { withoutTimeAttribute } from '../types/compare.ts';
import { isTimestamp } from '../types/families.ts';
import { type LogicalType, types, withNullability } from '../types/logical-type.ts';
import { asSummaryString } from '../types/print.ts';
import { castTypes } from './cast-types.ts';
import { define, type ResultType } from './define.ts';
import { isOrdered } from './matchers.ts';
import { commonType, exactArgument, notNull, nullable, orNull, returns } from './results.ts';

const element = (type: LogicalType | undefined): LogicalType | undefined =>
  type?.root === 'ARRAY' ? type.element : undefined;

/** COALESCE: NOT NULL as soon as one argument is. */
const coalesce: ResultType = (call) => {
  const common = findCommonType(call.types);
  return (
    common &&
    withNullability(
      withoutTimeAttribute(common),
      call.types.every((type) => type.nullable),
    )
  );
};

const TEXT = new Set(['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY']);

/** IFNULL: NOT NULL if the replacement (or the input) is; an input that is never NULL keeps its length (IfNullTypeStrategy). */
const ifNull: ResultType = (call) => {
  const [input] = call.types;
  return input && !input.nullable && TEXT.has(input.root) ? input : coalesce(call);
};

/** IF: the branches' least restrictive type, except that timestamps keep the first one's precision. */
const ifThenElse: ResultType = (call) => {
  const [condition, first, second] = call.types;
  if (!condition || !first || !second) return undefined;
  const isNullable = condition.nullable || first.nullable || second.nullable;
  if (isTimestamp(first) && isTimestamp(second)) return withNullability(withoutTimeAttribute(first), isNullable);
  const common = leastRestrictive([first, second]);
  return common && withNullability(common, isNullable);
};

const notComparable = (call: { readonly types: readonly LogicalType[] }): string | undefined => {
  const [first, ...rest] = call.types.filter((type) => type.root !== 'NULL');
  for (const other of rest) {
    if (!findCommonType([first as LogicalType, other])) {
      return `All types in a comparison should support both 'EQUALS' and 'ORDER' comparison with each other. Can not compare ${asSummaryString(first as LogicalType)} with ${asSummaryString(other)}`;
    }
  }
  return undefined;
};

const conditional = [
  ...define('conditional', 'calcite', castTypes, [
    [
      'IF',
      [
        'condition BOOLEAN, then NUMERIC, else NUMERIC',
        'condition BOOLEAN, then CHARACTER, else CHARACTER',
        'condition BOOLEAN, then BOOLEAN, else BOOLEAN',
        'condition BOOLEAN, then BINARY, else BINARY',
        'condition BOOLEAN, then DATE, else DATE',
        'condition BOOLEAN, then TIMESTAMP, else TIMESTAMP',
        'condition BOOLEAN, then TIME, else TIME',
      ],
      ifThenElse,
      'The second argument if the condition is true, else the third.',
      {
        commonFrom: 1,
        example: "IF(x > 0, 'pos', 'neg')",
        forms: [
          "'IF(<ANY_TYPE>, <NUMERIC_TYPE>, <NUMERIC_TYPE>)'",
          "'IF(<BOOLEAN>, <CHARACTER>, <CHARACTER>)'",
          "'IF(<BOOLEAN>, <BOOLEAN>, <BOOLEAN>)'",
          "'IF(<BOOLEAN>, <CHARACTER>, <CHARACTER>)'",
          "'IF(<BOOLEAN>, <BINARY>, <BINARY>)'",
          "'IF(<BOOLEAN>, <DATE>, <DATE>)'",
          "'IF(<BOOLEAN>, <TIMESTAMP>, <TIMESTAMP>)'",
          "'IF(<BOOLEAN>, <TIME>, <TIME>)'",
        ],
      },
    ],
    ['NULLIF', 'x ANY, y ANY', orNull(exactArgument(0)), 'NULL if both are equal, else the first.'],
  ]),
  ...define('conditional', 'flink', castTypes, [
    [
      'COALESCE',
      [' COMMON,  COMMON...'],
      coalesce,
      'The first argument that is not NULL.',
      { commonFrom: 0, example: "COALESCE(name, 'none')" },
    ],
    [
      'IFNULL',
      'input COMMON, null_replacement COMMON',
      ifNull,
      'The input, or the replacement where it is NULL.',
      { commonFrom: 0 },
    ],
    [
      'GREATEST',
      ' COMPARABLE...',
      commonType(),
      'The greatest argument; NULL if one is NULL.',
      { commonFrom: 0, refuse: notComparable },
    ],
    [
      'LEAST',
      ' COMPARABLE...',
      commonType(),
      'The smallest argument; NULL if one is NULL.',
      { commonFrom: 0, refuse: notComparable },
    ],
    [
      'TYPEOF',
      ['input ANY', 'input ANY, force_serializable BOOLEAN'],
      nullable(types.string()),
      "Text of the argument's type.",
    ],
  ]),
];

/** ARRAY_APPEND, ARRAY_PREPEND: the element type takes the argument's nullability. */
const arrayWithElement: ResultType = (call) => {
  const [array, item] = call.types;
  if (array?.root !== 'ARRAY' || !item) return undefined;
  return types.array(withNullability(array.element, array.element.nullable || item.nullable), array.nullable);
};

/** ARRAY_PREPEND: as recorded, a nullable element makes the array nullable too. */
const arrayAfterElement: ResultType = (call) => {
  const type = arrayWithElement(call);
  return (
    type &&
    withNullability(
      type,
      call.types.some((argument) => argument.nullable),
    )
  );
};

const allArrays = (call: { readonly types: readonly LogicalType[] }): string | undefined => {
  if (call.types.some((type) => type.root !== 'ARRAY' && type.root !== 'NULL'))
    return 'All arguments requires to be a ARRAY type';
  return findCommonType(call.types)
    ? undefined
    : `Could not find a common type for arguments: [${call.types.map(asSummaryString).join(', ')}]`;
};
const allMaps = (call: { readonly types: readonly LogicalType[] }): string | undefined => {
  if (call.types.some((type) => type.root !== 'MAP' && type.root !== 'NULL'))
    return 'All arguments requires to be a MAP type';
  return findCommonType(call.types)
    ? undefined
    : `Could not find a common type for arguments: [${call.types.map(asSummaryString).join(', ')}]`;
};
const orderedArray = (call: { readonly types: readonly LogicalType[] }): string | undefined => {
  const type = call.types[0];
  if (type?.root !== 'ARRAY') return 'The argument requires to be an ARRAY type';
  return isOrdered(type.element)
    ? undefined
    : `Type '${asSummaryString(type.element)}' should support both 'EQUALS' and 'ORDER' comparison with itself.`;
};

/** The common array type; nullable if any argument is. */
const commonArray = commonType();
const keepFirst: ResultType = (call) => {
  const common = findCommonType(call.types);
  return (
    common &&
    withNullability(
      common,
      call.types.some((type) => type.nullable),
    )
  );
};

const collection = define('collection', 'flink', castTypes, [
  [
    'ARRAY_APPEND',
    'array ARRAY, element ARRAY ELEMENT',
    arrayAfterElement,
    'The array with an element added at the end.',
    { since: '1.20' },
  ],
  [
    'ARRAY_PREPEND',
    'array ARRAY, element ARRAY ELEMENT',
    arrayAfterElement,
    'The array with an element added at the beginning.',
    { since: '1.20' },
  ],
  [
    'ARRAY_CONCAT',
    ' COMMON,  COMMON...',
    commonArray,
    'The arrays one after the other.',
    { commonFrom: 0, refuse: allArrays },
  ],
  [
    'ARRAY_CONTAINS',
    'haystack ARRAY, needle ARRAY ELEMENT',
    (call) => types.boolean(call.types[0]?.nullable ?? true),
    'Is the element in the array?',
  ],
  ['ARRAY_DISTINCT', 'haystack ARRAY', exactArgument(0), 'The array without repeated elements.'],
  [
    'ARRAY_EXCEPT',
    ' COMMON,  COMMON',
    keepFirst,
    'Elements of the first array that are not in the second.',
    { commonFrom: 0, refuse: allArrays, since: '1.20' },
  ],
  [
    'ARRAY_INTERSECT',
    ' COMMON,  COMMON',
    keepFirst,
    'Elements that are in both arrays.',
    { commonFrom: 0, refuse: allArrays, since: '1.20' },
  ],
  [
    'ARRAY_JOIN',
    [' ARRAY<STRING>,  CHARACTER_STRING', ' ARRAY<STRING>,  CHARACTER_STRING,  CHARACTER_STRING'],
    returns(types.string()),
    'The elements as one text with a delimiter.',
  ],
  [
    'ARRAY_MAX',
    ' ARRAY<COMPARABLE>',
    (call) => {
      const e = element(call.types[0]);
      return e && withNullability(e, true);
    },
    'The greatest element.',
    { refuse: orderedArray },
  ],
  [
    'ARRAY_MIN',
    ' ARRAY<COMPARABLE>',
    (call) => {
      const e = element(call.types[0]);
      return e && withNullability(e, true);
    },
    'The smallest element.',
    { refuse: orderedArray },
  ],
  [
    'ARRAY_POSITION',
    'haystack ARRAY, needle ARRAY ELEMENT',
    returns(types.int()),
    'Position of an element, from 1; 0 if it is not there.',
  ],
  ['ARRAY_REMOVE', 'haystack ARRAY, needle ARRAY ELEMENT', exactArgument(0), 'The array without an element.'],
  ['ARRAY_REVERSE', 'haystack ARRAY', exactArgument(0), 'The array backwards.'],
  [
    'ARRAY_SLICE',
    [' ARRAY,  INTEGER:INT,  INTEGER:INT', ' ARRAY,  INTEGER:INT'],
    (call) => {
      const type = call.types[0];
      return (
        type &&
        withNullability(
          type,
          call.types.some((t) => t.nullable),
        )
      );
    },
    'Elements from one position to another, both included.',
  ],
  [
    'ARRAY_SORT',
    [' ARRAY<COMPARABLE>', ' ARRAY<COMPARABLE>,  BOOLEAN', ' ARRAY<COMPARABLE>,  BOOLEAN,  BOOLEAN'],
    (call) => {
      const type = call.types[0];
      return (
        type &&
        withNullability(
          type,
          call.types.some((t) => t.nullable),
        )
      );
    },
    'The array in order; ascending and NULLs first by default.',
  ],
  [
    'ARRAY_UNION',
    ' COMMON,  COMMON',
    commonArray,
    'Elements of both arrays, each once.',
    { commonFrom: 0, refuse: allArrays },
  ],
  [
    'MAP_ENTRIES',
    'input MAP',
    (call) => {
      const map = call.types[0];
      return map?.root === 'MAP'
        ? types.array(
            types.row([
              { name: 'key', type: map.key },
              { name: 'value', type: map.value },
            ]),
            map.nullable,
          )
        : undefined;
    },
    'The entries of a map as an array of rows (key, value).',
  ],
  [
    'MAP_FROM_ARRAYS',
    'keysArray ARRAY, valuesArray ARRAY',
    (call) => {
      const key = element(call.types[0]);
      const value = element(call.types[1]);
      return (
        key &&
        value &&
        types.map(
          key,
          value,
          call.types.some((type) => type.nullable),
        )
      );
    },
    'A map from an array of keys and one of values.',
  ],
  [
    'MAP_KEYS',
    'input MAP',
    (call) => {
      const map = call.types[0];
      return map?.root === 'MAP' ? types.array(map.key, map.nullable) : undefined;
    },
    'The keys of a map.',
  ],
  [
    'MAP_VALUES',
    'input MAP',
    (call) => {
      const map = call.types[0];
      return map?.root === 'MAP' ? types.array(map.value, map.nullable) : undefined;
    },
    'The values of a map.',
  ],
  [
    'MAP_UNION',
    ' COMMON,  COMMON...',
    commonType(),
    'The entries of the maps; later ones win.',
    { commonFrom: 0, refuse: allMaps },
  ],
]);

const collectionOperators = define('collection', 'calcite', castTypes, [
  [
    'CARDINALITY',
    'x MULTISET',
    returns(types.int()),
    'Number of elements of an array or entries of a map.',
    { forms: ["'CARDINALITY(<MULTISET>)'", "'CARDINALITY(<ARRAY>)'", "'CARDINALITY(<MAP>)'"] },
  ],
  [
    'ELEMENT',
    ['x MULTISET_ONLY', 'x ARRAY'],
    (call) => {
      const type = call.types[0];
      if (type?.root !== 'ARRAY' && type?.root !== 'MULTISET') return undefined;
      return withNullability(type.element, type.nullable || type.element.nullable);
    },
    'The only element of an array.',
    { forms: ["'ELEMENT(<MULTISET>)'", "'ELEMENT(<ARRAY>)'"] },
  ],
]);

const jsonText = nullable(types.string());

const json = [
  ...define('json', 'flink', castTypes, [
    [
      'JSON',
      ' CHARACTER_STRING',
      returns(types.string()),
      'Marks text as JSON inside JSON_OBJECT and JSON_ARRAY.',
      { since: '2.1' },
    ],
    ['JSON_QUOTE', ' CHARACTER_STRING', returns(types.string()), 'Text as a JSON string.', { since: '1.20' }],
    ['JSON_UNQUOTE', ' CHARACTER_STRING', returns(types.string()), 'The text of a JSON string.', { since: '1.20' }],
    ['JSON_STRING', ' JSON_VALUE', returns(types.string()), 'A value as JSON text.'],
    [
      'PARSE_JSON',
      [' CHARACTER_STRING', ' CHARACTER_STRING,  BOOLEAN'],
      returns(types.variant()),
      'A VARIANT from JSON text; fails on malformed text.',
      { since: '2.1' },
    ],
    [
      'TRY_PARSE_JSON',
      [' CHARACTER_STRING', ' CHARACTER_STRING,  BOOLEAN'],
      nullable(types.variant()),
      'A VARIANT from JSON text, NULL if it is malformed.',
      { forms: [], since: '2.1' },
    ],
  ]),
  ...define('json', 'calcite', castTypes, [
    [
      'JSON_EXISTS',
      'json CHARACTER, path CHARACTER',
      nullable(types.boolean()),
      'Does a JSON path find something?',
      { example: "JSON_EXISTS(doc, '$.a')" },
    ],
    [
      'JSON_VALUE',
      'json CHARACTER, path CHARACTER',
      jsonText,
      'A scalar found by a JSON path.',
      { example: "JSON_VALUE(doc, '$.a' RETURNING INT)" },
    ],
    [
      'JSON_QUERY',
      'json CHARACTER, path CHARACTER',
      jsonText,
      'An object or array found by a JSON path, as text.',
      { example: "JSON_QUERY(doc, '$.items')" },
    ],
    [
      'JSON_OBJECT',
      'entry ANY...',
      notNull(types.string()),
      'A JSON object.',
      { example: "JSON_OBJECT('id' VALUE id)" },
    ],
    ['JSON_ARRAY', 'item ANY...', notNull(types.string()), 'A JSON array.', { example: 'JSON_ARRAY(1, 2)' }],
  ]),
];

const structured = define('construction', 'flink', castTypes, [
  ['OBJECT_OF', 'className STRING, field ANY...', () => undefined, 'A value of a structured type.', { since: '2.1' }],
  [
    'OBJECT_UPDATE',
    'object ANY, field ANY...',
    () => undefined,
    'A structured value with some fields replaced.',
    { since: '2.1' },
  ],
]);

export const otherFunctions = [...conditional, ...collection, ...collectionOperators, ...json, ...structured];
