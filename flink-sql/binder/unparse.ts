import { quoteName } from '../catalog/store.ts';
import type { Expression, FrameBound, Identifier, OrderItem, Query, WindowSpec } from '../syntax/ast.ts';
import { unparseJson } from './unparse-json.ts';
import { qualifierText, typeText } from './unparse-type.ts';

/** How a column reference is printed inside an operator that binds with strength `around`; by default as written. */
export type ColumnPrinter = (ref: Extract<Expression, { kind: 'ColumnRef' }>, around: number) => string;

export const asWritten: ColumnPrinter = (ref) => ref.parts.map((part) => quoteName(part.name)).join('.');

/** Binding strength of operators as Calcite's unparser knows it; parentheses come where a weaker one is inside. */
const STRENGTH: Readonly<Record<string, number>> = {
  OR: 22,
  AND: 24,
  NOT: 26,
  '=': 30,
  '<>': 30,
  '<': 30,
  '<=': 30,
  '>': 30,
  '>=': 30,
  '!=': 30,
  'IS DISTINCT FROM': 30,
  'IS NOT DISTINCT FROM': 30,
  LIKE: 32,
  IN: 32,
  BETWEEN: 32,
  IS: 28,
  '+': 40,
  '-': 40,
  '||': 60,
  '*': 60,
  '/': 60,
  '%': 60,
};

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * An expression as Flink prints it in SHOW CREATE TABLE and DESCRIBE (Calcite's unparse with quoted identifiers). Throws
 * UnprintableError for what has no printed form here.
 */
export function unparse(expr: Expression, column: ColumnPrinter = asWritten, query?: QueryPrinting): string {
  return new Unparser(column, query).print(expr, 0);
}

/** How a query inside an expression is printed; given for expressions that the validator has rewritten (views). */
export type QueryPrinting = (query: Query) => string;

/** As `unparse`; what has no printed form stays as it was written in `source`. */
export function unparseOrSource(expr: Expression, source: string): string {
  try {
    return unparse(expr);
  } catch (error) {
    if (!(error instanceof UnprintableError)) throw error;
    return source.slice(expr.start, expr.end);
  }
}

/** Binding strength of AS and OVER, the weakest. */
export const WEAKEST = 20;

export function strength(expr: Expression): number {
  switch (expr.kind) {
    case 'FunctionCall':
      return expr.over ? WEAKEST : 100;
    case 'Binary':
      return STRENGTH[expr.op] ?? 60;
    case 'Unary':
      return expr.op === 'NOT' ? 26 : 80;
    case 'Between':
    case 'InList':
    case 'InQuery':
    case 'Like':
      return 32;
    case 'IsPredicate':
      return 28;
    case 'Quantified':
      return 30;
    case 'Paren':
      return strength(expr.expr);
    default:
      return 100;
  }
}

export class Unparser {
  readonly #column: ColumnPrinter;
  readonly #query: QueryPrinting | undefined;
  readonly #orderColumn: ColumnPrinter | undefined;

  /** `orderColumn` prints the columns in ORDER BY of windows, where they differ. */
  constructor(column: ColumnPrinter, query?: QueryPrinting, orderColumn?: ColumnPrinter) {
    this.#column = column;
    this.#query = query;
    this.#orderColumn = orderColumn;
  }

  #inner(query: Query): string {
    if (!this.#query) throw new UnprintableError('a query');
    return this.#query(query);
  }

  /** With parentheses when the operator binds weaker than what is around it. */
  print(expr: Expression, around: number): string {
    if (expr.kind === 'ColumnRef') return this.#column(expr, around);
    const own = strength(expr);
    const inner = this.#bare(expr);
    return own < around ? `(${inner})` : inner;
  }

  #list(items: readonly Expression[]): string {
    return items.map((item) => this.print(item, 0)).join(', ');
  }

  #bare(expr: Expression): string {
    switch (expr.kind) {
      case 'Paren':
        return this.#bare(expr.expr);
      case 'ColumnRef':
        return this.#column(expr, 0);
      case 'NumberLiteral':
        return expr.text.toUpperCase();
      case 'StringLiteral':
        return text(expr.value);
      case 'BinaryLiteral':
        return `X'${expr.hex.toUpperCase()}'`;
      case 'BooleanLiteral':
        return expr.value === null ? 'UNKNOWN' : expr.value ? 'TRUE' : 'FALSE';
      case 'NullLiteral':
        return 'NULL';
      case 'DateTimeLiteral':
        return `${expr.type} ${text(expr.value)}`;
      case 'IntervalLiteral':
        return `INTERVAL ${expr.sign < 0 ? '-' : ''}${text(expr.value)} ${qualifierText(expr.qualifier)}`;
      case 'IntervalExpression':
        return `INTERVAL ${this.print(expr.value, 100)} ${qualifierText(expr.qualifier)}`;
      case 'Star':
        return [...expr.qualifier.map((part) => quoteName(part.name)), '*'].join('.');
      case 'Unary':
        return expr.op === 'NOT' ? `NOT ${this.print(expr.operand, 26)}` : `${expr.op} ${this.print(expr.operand, 80)}`;
      case 'Binary': {
        const own = strength(expr);
        const op = expr.op === '!=' ? '<>' : expr.op;
        return `${this.print(expr.left, own)} ${op} ${this.print(expr.right, own + 1)}`;
      }
      case 'Between': {
        const word = `${expr.negated ? 'NOT BETWEEN' : 'BETWEEN'} ${expr.symmetric ? 'SYMMETRIC' : 'ASYMMETRIC'}`;
        return `${this.print(expr.operand, 33)} ${word} ${this.print(expr.low, 33)} AND ${this.print(expr.high, 33)}`;
      }
      case 'InList':
        return `${this.print(expr.operand, 33)} ${expr.negated ? 'NOT IN' : 'IN'} (${this.#list(expr.list)})`;
      case 'InQuery':
        return `${this.print(expr.operand, 33)} ${expr.negated ? 'NOT IN' : 'IN'} (${this.#inner(expr.query)})`;
      case 'Exists':
        return `EXISTS (${this.#inner(expr.query)})`;
      case 'Subquery':
        return `(((${this.#inner(expr.query)})))`;
      case 'Descriptor':
        return `DESCRIPTOR(${expr.columns.map((name) => name.parts.map((part) => quoteName(part.name)).join('.')).join(', ')})`;
      case 'Like': {
        const escaped = expr.escape ? ` ESCAPE ${this.print(expr.escape, 33)}` : '';
        return `${this.print(expr.operand, 33)} ${expr.negated ? 'NOT ' : ''}${expr.op} ${this.print(expr.pattern, 33)}${escaped}`;
      }
      case 'IsPredicate':
        return `${this.print(expr.operand, 29)} IS ${expr.negated ? 'NOT ' : ''}${expr.test === 'JSON' ? 'JSON VALUE' : expr.test}`;
      case 'Case': {
        // The validator turns `CASE x WHEN y` into `CASE WHEN x = y`.
        const compared = this.#query ? expr.operand : undefined;
        const operand = expr.operand && !compared ? ` ${this.print(expr.operand, 0)}` : '';
        const tests = (when: readonly Expression[]): string =>
          compared && when[0] && when.length === 1
            ? `${this.print(compared, 30)} = ${this.print(when[0], 31)}`
            : `${compared ? `${this.print(compared, 33)} IN (` : ''}${this.#list(when)}${compared ? ')' : ''}`;
        const branches = expr.branches.map((b) => ` WHEN ${tests(b.when)} THEN ${this.print(b.result, 0)}`).join('');
        const otherwise = expr.otherwise ? this.print(expr.otherwise, 0) : 'NULL';
        return `CASE${operand}${branches} ELSE ${otherwise} END`;
      }
      case 'Cast': {
        if (expr.jdbcType !== undefined) return `{fn CONVERT(${this.print(expr.operand, 0)}, ${expr.jdbcType}) }`;
        const format = expr.format ? ` FORMAT ${text(expr.format.value)}` : '';
        return `${expr.op}(${this.print(expr.operand, 0)} AS ${typeText(expr.type)}${format})`;
      }
      case 'FunctionCall':
        return this.#call(expr);
      case 'Quantified': {
        const quantifier = expr.quantifier === 'ALL' ? 'ALL' : 'SOME';
        const op = expr.op === '!=' ? '<>' : expr.op;
        const target = Array.isArray(expr.target) ? this.#list(expr.target) : this.#inner(expr.target as Query);
        return `${this.print(expr.operand, 30)} ${op} ${quantifier} (${target})`;
      }
      case 'IntervalDifference':
        return `(${this.print(expr.operand, 0)}) ${qualifierText(expr.qualifier)}`;
      case 'FormatJson':
        return `${this.print(expr.operand, 100)} FORMAT JSON`;
      case 'JsonValue':
      case 'JsonQuery':
      case 'JsonExists':
      case 'JsonObject':
      case 'JsonArray':
        return unparseJson(expr, {
          expression: (part) => this.print(part, 0),
          type: typeText,
          order: (items) => this.order(items),
        });
      case 'NamedArgument':
        return `${quoteName(expr.name.name)} => ${this.print(expr.value, 0)}`;
      case 'TimeUnitArgument':
        return expr.unit ?? quoteName(expr.name?.name ?? '');
      case 'Trim': {
        const chars = expr.chars ? this.print(expr.chars, 0) : "' '";
        return `TRIM(${expr.spec} ${chars} FROM ${this.print(expr.value, 0)})`;
      }
      case 'Row':
        return `${expr.explicit ? 'ROW' : ''}(${this.#list(expr.items)})`;
      case 'ArrayConstructor':
        return `ARRAY[${this.#list(expr.items)}]`;
      case 'MultisetConstructor':
        return `MULTISET[${this.#list(expr.items)}]`;
      case 'MapConstructor':
        return `MAP[${this.#list(expr.items)}]`;
      case 'ItemAccess':
        return `${this.print(expr.operand, 100)}[${this.print(expr.index, 0)}]`;
      case 'FieldAccess':
        return `${this.print(expr.operand, 100)}.${quoteName(expr.field.name)}`;
      default:
        throw new UnprintableError(expr.kind);
    }
  }

  #call(call: Extract<Expression, { kind: 'FunctionCall' }>): string {
    const parts = call.name.parts.map((part) => part.name);
    // Flink prints built-in names bare and in upper case, those of the catalog quoted.
    const name =
      parts.length === 1 && call.name.parts[0]?.quoted === false
        ? (parts[0] as string).toUpperCase()
        : parts.map(quoteName).join('.');
    if (call.form === 'niladic') {
      return name;
    }
    // The validator tells group windows from window functions by a name of their own.
    const shown = this.#query && GROUP_WINDOWS.has(name) ? `$${name}` : name;
    const quantifier = call.quantifier ? `${call.quantifier} ` : '';
    const args = withWords(
      call,
      name,
      call.args.map((arg) => this.print(arg, 0)),
    );
    if (call.form === 'jdbc') return `{fn ${call.name.parts[0]?.name ?? ''}(${args}) }`;
    const order = call.withinGroup ? ` WITHIN GROUP (ORDER BY ${this.order(call.withinGroup)})` : '';
    const filter = call.filter ? ` FILTER (WHERE ${this.print(call.filter, 0)})` : '';
    const nulls = call.nullTreatment ? ` ${call.nullTreatment}` : '';
    return `${shown}(${quantifier}${args})${order}${filter}${nulls}${call.over ? ` OVER ${this.over(call.over)}` : ''}`;
  }

  over(over: WindowSpec | Identifier): string {
    if (over.kind === 'Identifier') {
      return quoteName(over.name);
    }
    const parts = over.ref ? [quoteName(over.ref.name)] : [];
    if (over.partitionBy.length > 0) {
      parts.push(`PARTITION BY ${this.#list(over.partitionBy)}`);
    }
    if (over.orderBy.length > 0) {
      const printer = this.#orderColumn ? new Unparser(this.#orderColumn, this.#query) : this;
      parts.push(`ORDER BY ${printer.order(over.orderBy)}`);
    }
    if (over.frame) {
      const { unit, lower, upper } = over.frame;
      const bound = (item: FrameBound) => (item.value ? `${this.print(item.value, 0)} ${item.type}` : item.type);
      parts.push(upper ? `${unit} BETWEEN ${bound(lower)} AND ${bound(upper)}` : `${unit} ${bound(lower)}`);
    }
    return `(${parts.join(' ')})`;
  }

  order(items: readonly OrderItem[]): string {
    return items
      .map(({ expr, direction, nulls }) => {
        const down = direction === 'DESC' ? ' DESC' : '';
        return `${this.print(expr, 0)}${down}${nulls ? ` NULLS ${nulls}` : ''}`;
      })
      .join(', ');
  }
}

const GROUP_WINDOWS = new Set(['TUMBLE', 'HOP', 'SESSION']);

/** The arguments with the words between them that some calls have. */
function withWords(
  { form, args }: Extract<Expression, { kind: 'FunctionCall' }>,
  name: string,
  texts: string[],
): string {
  if (form === 'special') {
    const [first = '', second = '', third = '', fourth] = texts;
    if (name === 'EXTRACT') return texts.join(' FROM ');
    if ((name === 'FLOOR' || name === 'CEIL' || name === 'CEILING') && args.length === 2) return texts.join(' TO ');
    if (name === 'POSITION') return `${first} IN ${second}${third === '' ? '' : ` FROM ${third}`}`;
    if (name === 'OVERLAY') {
      return `${first} PLACING ${second} FROM ${third}${fourth === undefined ? '' : ` FOR ${fourth}`}`;
    }
  }
  return texts.join(', ');
}

/** The node has no printed form here; the caller keeps the text as written. No stack is taken, as in SqlError. */
export class UnprintableError {
  readonly name = 'UnprintableError';
  readonly message: string;
  constructor(what: string) {
    this.message = what;
  }
}
Object.setPrototypeOf(UnprintableError.prototype, Error.prototype);
