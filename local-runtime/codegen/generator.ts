import type { Rex, RexCall, RexInputRef, RexLiteral, TimestampValue, Value } from '../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import { columnKind } from '../batch/column.ts';
import { FlinkFault } from '../errors.ts';
import type { CallSite } from '../functions/impl.ts';
import { functionOf } from '../functions/registry.ts';
import type { ExprEnv } from './env.ts';
import { generateArithmetic, generateNegate } from './generate-arithmetic.ts';
import { generateCast } from './generate-cast.ts';
import { generateComparison, generateDistinct, generateIn } from './generate-comparison.ts';
import { generateCase, generateLogic, generateNot, generateTest } from './generate-logic.ts';
import { generateText, type TextView } from './generate-text.ts';
import { rexKey } from './shared-calls.ts';

/**
 * JavaScript of one expression inside a row loop. `nul` tells whether it is NULL; `val` is its value where it is not, an
 * expression without side effects that is used once (or a name). A timestamp's value is its milliseconds, with `nanos` beside.
 */
export interface Code {
  readonly nul: string;
  readonly val: string;
  readonly nanos: string;
  readonly type: LogicalType;
}

/** How a field of the input is read. */
export type FieldReader = (generator: Generator, ref: RexInputRef) => Code;

export const isNameOrLiteral = (js: string): boolean => /^[\w$]+$/.test(js) || /^-?\d+(\.\d+)?n?$/.test(js);

/** Is this type carried as milliseconds and nanoseconds? */
export const isTimestampType = (type: LogicalType): boolean => columnKind(type) === 'ts';

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=']);
const ARITHMETIC = new Set(['+', '-', '*', '/', '%']);
const TESTS = new Set([
  'IS TRUE',
  'IS NOT TRUE',
  'IS FALSE',
  'IS NOT FALSE',
  'IS NULL',
  'IS NOT NULL',
  'IS UNKNOWN',
  'IS NOT UNKNOWN',
]);

/** Turns expressions into JavaScript, statement by statement; constants and functions are bound by name, never written as text. */
export class Generator {
  readonly env: ExprEnv;
  readonly names: string[] = [];
  readonly values: unknown[] = [];
  lines: string[] = [];
  private readonly readField: FieldReader;
  private temps = 0;
  /** Texts whose bytes can be read without making a string. */
  readonly views = new Map<Code, TextView>();
  /** What runs before the first row, where there is a loop over the rows of a batch. */
  opening: string[] | undefined;
  /** Names of bound values that several expressions share. */
  readonly kept = new Map<string, string>();
  private readonly shared = new Map<string, Code>();
  private readonly boundNames = new Map<unknown, string>();

  constructor(env: ExprEnv, readField: FieldReader) {
    this.env = env;
    this.readField = readField;
  }

  /** A name for a value made at compile time. */
  bind(value: unknown, prefix = 'k'): string {
    const known = this.boundNames.get(value);
    if (known) return known;
    const name = `${prefix}${this.names.length}`;
    this.names.push(name);
    this.values.push(value);
    this.boundNames.set(value, name);
    return name;
  }

  temp(): string {
    return `t${this.temps++}`;
  }

  emit(line: string): void {
    this.lines.push(line);
  }

  /** Runs `write` with its own lines and gives them back. */
  capture<T>(write: () => T): { result: T; lines: string[] } {
    const outer = this.lines;
    this.lines = [];
    try {
      const result = write();
      return { result, lines: this.lines };
    } finally {
      this.lines = outer;
    }
  }

  /** A value that may be used several times. */
  name(js: string): string {
    if (isNameOrLiteral(js)) return js;
    const temp = this.temp();
    this.emit(`const ${temp} = ${js};`);
    return temp;
  }

  /** The code with its null test and value in names; the value is read only where not NULL. */
  settle(code: Code): Code {
    if (isNameOrLiteral(code.nul) && isNameOrLiteral(code.val) && isNameOrLiteral(code.nanos)) return code;
    const nul = this.name(code.nul);
    if (nul === 'false') {
      return { nul, val: this.name(code.val), nanos: this.name(code.nanos), type: code.type };
    }
    if (nul === 'true') return code;
    const val = this.temp();
    const nanos = code.nanos === '0' ? '0' : this.temp();
    this.emit(`let ${val} = ${zero(code.type)};`);
    if (nanos !== '0') this.emit(`let ${nanos} = 0;`);
    this.emit(`if (!${nul}) { ${val} = ${code.val};${nanos === '0' ? '' : ` ${nanos} = ${code.nanos};`} }`);
    return { nul, val, nanos, type: code.type };
  }

  /**
   * The operands of one call, as Flink evaluates them: each in its turn and wholly, also where another is NULL. A value that only
   * reads a column or counts may wait until it is asked for; one that may fail may not.
   */
  operands(rexes: readonly Rex[]): Code[] {
    return rexes.map((rex) => {
      const code = this.generate(rex);
      return rexes.length > 1 && mayFail(code) ? this.settle(code) : code;
    });
  }

  /** The value as functions take it (a TimestampValue for timestamps); only where not NULL. */
  boxed(code: Code): string {
    return isTimestampType(code.type) ? `{ ms: ${code.val}, nanos: ${code.nanos} }` : code.val;
  }

  boxedOrNull(code: Code): string {
    if (code.nul === 'true') return 'null';
    return code.nul === 'false' ? this.boxed(code) : `(${code.nul} ? null : ${this.boxed(code)})`;
  }

  /** The code of a name that holds a boxed value or null. */
  unboxed(name: string, type: LogicalType, mayBeNull = true): Code {
    const nul = mayBeNull ? `${name} === null` : 'false';
    return isTimestampType(type)
      ? { nul, val: `${name}.ms`, nanos: `${name}.nanos`, type }
      : { nul, val: name, nanos: '0', type };
  }

  /** Evaluates a call once, here; wherever it comes again its value is used. */
  share(rex: RexCall): void {
    this.shared.set(rexKey(rex), this.settle(this.generate(rex)));
  }

  generate(rex: Rex): Code {
    if (rex.kind === 'Call' && this.shared.size > 0) {
      const known = this.shared.get(rexKey(rex));
      if (known) return known;
    }
    switch (rex.kind) {
      case 'InputRef':
        return this.readField(this, rex);
      case 'Literal':
        return this.literal(rex);
      case 'Call':
        return this.call(rex);
      case 'FieldAccess': {
        const operand = this.settle(this.generate(rex.operand));
        const at = this.name(
          operand.nul === 'false'
            ? `${operand.val}[${rex.index}]`
            : `${operand.nul} ? null : ${operand.val}[${rex.index}]`,
        );
        return this.unboxed(at, rex.type);
      }
      default:
        throw new FlinkFault('CodeGenException', `Unsupported expression in generated code: ${rex.kind}`);
    }
  }

  private literal(rex: RexLiteral): Code {
    const { value, type } = rex;
    if (value === null) return { nul: 'true', val: zero(type), nanos: '0', type };
    if (isTimestampType(type)) {
      const t = value as TimestampValue;
      return { nul: 'false', val: numberText(t.ms), nanos: String(t.nanos), type };
    }
    let val: string;
    if (typeof value === 'number') val = numberText(value);
    else if (typeof value === 'bigint') val = value < 0n ? `(${value}n)` : `${value}n`;
    else if (typeof value === 'boolean') val = String(value);
    else val = this.bind(value);
    return { nul: 'false', val, nanos: '0', type };
  }

  private call(rex: RexCall): Code {
    const fn = rex.fn;
    // The planner takes them out, or says that they cannot be called where they stand.
    if (rex.udf) throw new FlinkFault('CodeGenException', `No code can be generated for the function ${fn}`);
    if (ARITHMETIC.has(fn)) return generateArithmetic(this, rex);
    if (COMPARISONS.has(fn)) return generateComparison(this, rex);
    if (TESTS.has(fn)) return generateTest(this, rex);
    switch (fn) {
      case 'AND':
      case 'OR':
        return generateLogic(this, rex);
      case 'NOT':
        return generateNot(this, rex);
      case 'NEGATE':
        return generateNegate(this, rex);
      case 'CASE':
        return generateCase(this, rex);
      case 'CAST':
      case 'TRY_CAST':
        return generateCast(this, rex);
      case 'REINTERPRET':
        return { ...this.generate(rex.operands[0] as Rex), type: rex.type };
      case 'IS DISTINCT FROM':
        return generateDistinct(this, rex, true);
      case 'IS NOT DISTINCT FROM':
        return generateDistinct(this, rex, false);
      case 'IN':
        return generateIn(this, rex);
      default:
        return generateText(this, rex) ?? this.functionCall(rex);
    }
  }

  /** The code of a text in bytes. */
  viewed(
    view: TextView,
    nul: string,
    type: LogicalType,
    decode: (bytes: Uint8Array, start: number, end: number) => string,
  ): Code {
    const code = {
      nul,
      val: `${this.bind(decode, 'd')}(${view.bytes}, ${view.start}, ${view.end})`,
      nanos: '0',
      type,
    };
    this.views.set(code, view);
    return code;
  }

  private functionCall(rex: RexCall): Code {
    const impl = functionOf(rex);
    const evaluate = this.bind(impl.bind(callSite(rex, this.env)), 'f');
    if (!impl.strict) {
      const args = this.operands(rex.operands).map((operand) => this.boxedOrNull(operand));
      const result = this.temp();
      this.emit(`const ${result} = ${evaluate}(${args.join(', ')});`);
      return this.unboxed(result, rex.type);
    }
    const operands = this.operands(rex.operands);
    return this.strictCall(operands, rex.type, (args) => `${evaluate}(${args.join(', ')})`);
  }

  /** A call made only when no operand is NULL, whose result may be null. */
  strictCall(operands: readonly Code[], type: LogicalType, js: (args: string[]) => string, mayBeNull = true): Code {
    const nul = anyNull(operands);
    const call = js(operands.map((operand) => this.boxed(operand)));
    if (nul === 'true') return { nul, val: zero(type), nanos: '0', type };
    if (nul === 'false') {
      if (!mayBeNull && !isTimestampType(type)) return { nul, val: call, nanos: '0', type };
      const result = this.temp();
      this.emit(`const ${result} = ${call};`);
      return this.unboxed(result, type, mayBeNull);
    }
    const result = this.temp();
    this.emit(`const ${result} = ${nul} ? null : ${call};`);
    return this.unboxed(result, type);
  }
}

/** Does reading the value call a function (see Generator.bind)? */
export const mayFail = (code: Code): boolean => /\b[fh]\d+\(/.test(code.val);

/** NULL if any operand is. */
export function anyNull(operands: readonly Code[]): string {
  const parts: string[] = [];
  for (const { nul } of operands) {
    if (nul === 'true') return 'true';
    if (nul !== 'false' && !parts.includes(nul)) parts.push(nul);
  }
  if (parts.length === 0) return 'false';
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(' || ')})`;
}

export const either = (a: string, b: string): string => {
  if (a === 'true' || b === 'true') return 'true';
  if (a === 'false') return b;
  if (b === 'false' || a === b) return a;
  return `(${a} || ${b})`;
};

/** A value of the type's representation, for names that are set later. */
export function zero(type: LogicalType): string {
  switch (columnKind(type)) {
    case 'bool':
      return 'false';
    case 'i32':
    case 'f64':
    case 'ts':
      return '0';
    case 'i64':
      return '0n';
    case 'str':
      return "''";
    case 'obj':
      return 'null';
  }
}

export function numberText(value: number): string {
  if (Object.is(value, -0)) return '(-0)';
  return value < 0 ? `(${value})` : String(value);
}

export const callSite = (rex: RexCall, env: ExprEnv): CallSite => ({
  fn: rex.fn,
  operandTypes: rex.operands.map((operand) => operand.type),
  type: rex.type,
  env,
  literal(i: number): Value | undefined {
    const operand = rex.operands[i];
    return operand?.kind === 'Literal' ? operand.value : undefined;
  },
  operandFunction(i: number): string | undefined {
    const operand = rex.operands[i];
    return operand?.kind === 'Call' ? operand.fn : undefined;
  },
});
