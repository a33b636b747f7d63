import type { Rex } from '../../plan/rex.ts';
import type { Expression, FunctionCall } from '../../syntax/ast.ts';
import { asSummaryString } from '../../types/print.ts';
import type { Binder } from './binder.ts';
import { bindFunctionCall } from './calls.ts';
import { invalid, refused } from './errors.ts';

/** What `{fn NAME(…)}` means: a function, and in which order it takes the arguments (SqlJdbcFunctionCall). */
interface Meaning {
  readonly name: string;
  readonly order?: readonly number[];
}

const same =
  'ABS ACOS ASIN ATAN ATAN2 COS COT DEGREES EXP FLOOR LOG10 MOD PI POWER RADIANS SIGN SIN SQRT TAN LTRIM RTRIM ' +
  'DAYOFMONTH DAYOFWEEK DAYOFYEAR YEAR QUARTER MONTH WEEK HOUR MINUTE SECOND';

const meanings = new Map<string, Meaning>([
  ...same.split(' ').map((name): [string, Meaning] => [name, { name }]),
  ['CEILING', { name: 'CEIL' }],
  ['IFNULL', { name: 'COALESCE' }],
  ['INSERT', { name: 'OVERLAY', order: [0, 3, 1, 2] }],
  ['LCASE', { name: 'LOWER' }],
  ['LENGTH', { name: 'CHAR_LENGTH' }],
  ['LOCATE', { name: 'POSITION' }],
  ['LOG', { name: 'LN' }],
  ['UCASE', { name: 'UPPER' }],
]);

/** Functions that Calcite knows by these names and Flink's code generator does not. */
const unsupported = new Map<string, string>([
  ...(
    'ASCII CBRT CHAR DAYNAME DIFFERENCE LEFT MONTHNAME RAND REPEAT REPLACE REVERSE RIGHT ROUND SOUNDEX SPACE ' +
    'SUBSTRING TRUNCATE'
  )
    .split(' ')
    .map((name): [string, string] => [name, name]),
  ['CURDATE', 'CURRENT_DATE'],
  ['CURTIME', 'LOCALTIME'],
  ['DATABASE', 'CURRENT_CATALOG'],
  ['NOW', 'CURRENT_TIMESTAMP'],
  ['USER', 'CURRENT_USER'],
]);

/** `{fn name(…)}` as the call that it stands for. */
export function bindJdbcCall(node: FunctionCall, binder: Binder): Rex {
  const { start, end } = node;
  const written = node.name.parts.at(-1)?.name ?? '';
  const name = written.toUpperCase();
  const refusedName = unsupported.get(name);
  if (refusedName !== undefined) {
    const types = node.args.map((arg) => asSummaryString(binder.bind(arg).type)).join(', ');
    const message =
      `Unsupported call: ${refusedName}(${types})\n` +
      'If you think this function should be supported, you can create an issue and start a discussion for it.';
    throw refused(node, 'unsupported-function', message, 'CodeGenException');
  }
  if (name === 'CONCAT' && node.args.length === 2) {
    const [left, right] = node.args as [Expression, Expression];
    return binder.bind({ kind: 'Binary', start, end, op: '||', left, right, opStart: left.end, opEnd: right.start });
  }
  const meaning = meanings.get(name);
  if (meaning === undefined) throw invalid(node, 'unknown-function', `Function '{fn ${written}}' is not defined`);
  const wanted = meaning.order?.length ?? node.args.length;
  if (node.args.length !== wanted) {
    const counts = `${node.args.length} parameter(s); was expecting ${wanted} parameter(s)`;
    throw invalid(node, 'argument-count', `Encountered {fn ${written}} with ${counts}`);
  }
  const args = meaning.order?.map((i) => node.args[i] as Expression) ?? node.args;
  const part = { kind: 'Identifier', start, end, name: meaning.name, quoted: false } as const;
  return bindFunctionCall(
    { ...node, name: { kind: 'QualifiedName', start, end, parts: [part] }, form: 'call', args },
    binder,
  );
}
