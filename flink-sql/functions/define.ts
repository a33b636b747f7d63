import type { Value } from '../plan/rex.ts';
import type { LogicalType } from '../types/logical-type.ts';

/** What a result type may depend on: the operand types (after matching, before casts) and constant arguments. */
export interface CallTypes {
  readonly types: readonly LogicalType[];
  /** The value of argument `i` where it is a literal. */
  literal(i: number): Value | undefined;
}

/** Gives a call's type, nullability included; undefined when Flink cannot tell either. */
export type ResultType = (call: CallTypes) => LogicalType | undefined;

export interface Parameter {
  readonly name: string;
  /** Name of a matcher in matchers.ts, printed in `Supported form(s)`. */
  readonly family: string;
  /** Operands are cast to this type where they differ. */
  readonly cast?: LogicalType;
  readonly optional: boolean;
  /** Takes any number of arguments (only the last parameter). */
  readonly variadic: boolean;
}

export interface Signature {
  readonly parameters: readonly Parameter[];
}

export type FunctionFamily =
  | 'comparison'
  | 'logic'
  | 'arithmetic'
  | 'string'
  | 'temporal'
  | 'conditional'
  | 'conversion'
  | 'collection'
  | 'json'
  | 'hash'
  | 'construction'
  | 'aggregate'
  | 'window'
  | 'table'
  | 'model'
  | 'auxiliary';

/**
 * One built-in function. `style` says whose rules and words apply to wrong arguments: `calcite` for operators of
 * FlinkSqlOperatorTable, `flink` for BuiltInFunctionDefinitions with Flink's own type inference.
 */
export interface FunctionDefinition {
  /** Id in plans (`RexCall.fn`, `AggregateCall.fn`). */
  readonly id: string;
  /** Names callable in SQL, upper case, the usual one first; empty when only syntax reaches the function. */
  readonly names: readonly string[];
  readonly kind: 'scalar' | 'aggregate' | 'table' | 'process';
  readonly family: FunctionFamily;
  readonly style: 'calcite' | 'flink';
  readonly signatures: readonly Signature[];
  readonly result: ResultType;
  /** `none`: known by name only; using it is refused as unsupported. */
  readonly inference: 'full' | 'none';
  readonly deterministic: boolean;
  /** Written without parentheses too (CURRENT_DATE). */
  readonly niladic: boolean;
  /** May only be called with OVER (ROW_NUMBER, LAG). */
  readonly requiresOver: boolean;
  /** Its arguments are brought to one common type (COALESCE, GREATEST, IF's branches from index 1). */
  readonly commonFrom?: number;
  /** Bare NULL arguments are typed from the other arguments instead of being refused. */
  readonly acceptsNull: boolean;
  /** Flink's words when the arguments do not fit, where they are not the usual ones. */
  readonly refuse?: (call: CallTypes) => string | undefined;
  /** A text Flink prints in place of the generated forms. */
  readonly forms?: readonly string[];
  readonly doc: string;
  readonly example?: string;
  readonly since?: '1.20' | '2.0' | '2.1' | '2.2';
}

interface Options {
  readonly id?: string;
  readonly kind?: FunctionDefinition['kind'];
  readonly deterministic?: boolean;
  readonly niladic?: boolean;
  readonly requiresOver?: boolean;
  readonly commonFrom?: number;
  readonly acceptsNull?: boolean;
  readonly refuse?: FunctionDefinition['refuse'];
  readonly forms?: readonly string[];
  readonly inference?: 'none';
  readonly example?: string;
  readonly since?: FunctionDefinition['since'];
}

/** `names` and `signatures` are short texts: `'CEIL CEILING'`, `'str CHARACTER, [n INTEGER:INT]'`, `'x ANY...'`; alternatives in a list. */
export type Row = readonly [
  names: string,
  signatures: string | readonly string[],
  result: ResultType,
  doc: string,
  options?: Options,
];

/** Turns the rows of one family into definitions. */
export function define(
  family: FunctionFamily,
  style: FunctionDefinition['style'],
  castTypes: Readonly<Record<string, LogicalType>>,
  rows: readonly Row[],
): FunctionDefinition[] {
  return rows.map(([nameText, signatures, result, doc, options = {}]): FunctionDefinition => {
    const names = nameText.split(' ').filter((name) => name !== '');
    const texts = typeof signatures === 'string' ? [signatures] : signatures;
    return {
      id: options.id ?? (names[0] as string),
      names,
      kind: options.kind ?? (family === 'aggregate' || family === 'window' ? 'aggregate' : 'scalar'),
      family,
      style,
      signatures: texts.map((text) => parseSignature(text, castTypes)),
      result,
      inference: options.inference ?? 'full',
      deterministic: options.deterministic ?? true,
      niladic: options.niladic ?? false,
      requiresOver: options.requiresOver ?? false,
      acceptsNull: options.acceptsNull ?? style === 'flink',
      doc,
      ...pick(options, 'commonFrom', 'refuse', 'forms', 'example', 'since'),
    };
  });
}

function pick<K extends keyof Options>(options: Options, ...keys: K[]): Pick<Options, K> {
  const result: Partial<Options> = {};
  for (const key of keys) if (options[key] !== undefined) Object.assign(result, { [key]: options[key] });
  return result as Pick<Options, K>;
}

function parseSignature(text: string, castTypes: Readonly<Record<string, LogicalType>>): Signature {
  if (text.trim() === '') return { parameters: [] };
  return {
    parameters: text.split(',').map((raw): Parameter => {
      let part = raw.trim();
      const optional = part.startsWith('[');
      if (optional) part = part.slice(1, -1);
      const variadic = part.endsWith('...');
      if (variadic) part = part.slice(0, -3);
      const blank = part.indexOf(' ');
      const name = part.slice(0, blank);
      const [family, castName] = splitCast(part.slice(blank + 1));
      if (castName === undefined) return { name, family, optional, variadic };
      const cast = castTypes[castName];
      if (!cast) throw new Error(`unknown cast type ${castName} in signature ${text}`);
      return { name, family, cast, optional, variadic };
    }),
  };
}

/** `NUMERIC:DOUBLE` gives both parts. */
function splitCast(text: string): [string, string | undefined] {
  const [family = text, cast] = text.split(':');
  return [family, cast];
}
