import type { BindContext } from '../../../flink-sql/binder/index.ts';
import { typeOfExpression } from '../../../flink-sql/binder/inspect.ts';
import { findBuiltIn } from '../../../flink-sql/functions/catalogue.ts';
import { matchers } from '../../../flink-sql/functions/matchers.ts';
import type { Expression, FunctionCall, Statement, SyntaxNode } from '../../../flink-sql/syntax/ast.ts';
import { parse, parseExpression, pathAt } from '../../../flink-sql/syntax/index.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { type ScopeAt, scopeAt } from '../scope-at.ts';
import type { Cursor } from './cursor.ts';

/** Stands for what is about to be written. */
const PLACEHOLDER = '__cursor__';

/** The statement as it would be with a name at the cursor: a name makes whole what is half written. */
export interface Probe {
  readonly text: string;
  readonly node: Statement | undefined;
  /** Nodes around the placeholder, from the outermost in. */
  readonly path: readonly SyntaxNode[];
  readonly scope: ScopeAt;
}

export function probe(cursor: Cursor, context: BindContext): Probe {
  const begin = cursor.before[0]?.start ?? cursor.wordStart;
  const text =
    cursor.text.slice(begin, cursor.wordStart) +
    PLACEHOLDER +
    cursor.text.slice(cursor.wordEnd, Math.max(cursor.end, cursor.wordEnd));
  const { statements } = parse(text);
  const at = cursor.wordStart - begin + 1;
  const entry = statements.find((s) => s.start <= at && at <= s.end) ?? statements[0];
  const path = entry?.node ? pathAt(entry.node as SyntaxNode, at) : [];
  return { text, node: entry?.node, path, scope: scopeAt(path, text, context) };
}

/** Tells whether a type fits where the placeholder stands; undefined where any does. */
export function expectedType(
  { path, scope, text }: Probe,
  context: BindContext,
): ((type: LogicalType) => boolean) | undefined {
  const typeOf = (e: Expression): LogicalType | undefined => typeOfExpression(e, scope.relations, text, context);
  const compared = comparedBefore({ path, scope, text, node: undefined });
  if (compared) {
    const type = typeOf(compared);
    return type && alike(type);
  }
  for (let i = path.length - 2; i >= 0; i--) {
    const parent = path[i] as SyntaxNode;
    const child = path[i + 1] as SyntaxNode;
    switch (parent.kind) {
      case 'ColumnRef':
      case 'Identifier':
      case 'Paren':
      case 'Unary':
        continue;
      case 'Binary': {
        if (parent.op === 'AND' || parent.op === 'OR') return undefined;
        const other = typeOf((parent.left as SyntaxNode) === child ? parent.right : parent.left);
        if (parent.op === '||') return (type) => family(type) === 'text';
        return other && alike(other);
      }
      case 'Between':
      case 'InList': {
        const other = typeOf(parent.operand);
        return other && alike(other);
      }
      case 'Like':
        return (type) => family(type) === 'text';
      case 'FunctionCall':
        return parameterTest(parent, child);
      default:
        return undefined;
    }
  }
  return undefined;
}

/** The operand of a BETWEEN whose other end is not written, which the tree does not have. */
function comparedBefore({ text, scope }: Probe): Expression | undefined {
  const name = /([\w`.]+)\s+(?:NOT\s+)?BETWEEN\s+__cursor__/i.exec(text)?.[1];
  if (!name || !scope.select) return undefined;
  const { node } = parseExpression(name);
  return node;
}

function parameterTest(call: FunctionCall, argument: SyntaxNode): ((type: LogicalType) => boolean) | undefined {
  const index = call.args.findIndex((a) => (a as SyntaxNode) === argument);
  const found = findBuiltIn(call.name.parts.map((p) => p.name).join('.'));
  if (index < 0 || !found) return undefined;
  const tests = found.signatures.flatMap(({ parameters }) => {
    const parameter = parameters[index] ?? (parameters.at(-1)?.variadic ? parameters.at(-1) : undefined);
    const test = parameter && matchers[parameter.family];
    return test ? [test] : [];
  });
  return tests.length > 0 ? (type) => tests.some((test) => test(type)) : undefined;
}

const alike =
  (other: LogicalType) =>
  (type: LogicalType): boolean =>
    family(type) === family(other);

/** Types that compare with each other without a cast. */
export function family(type: LogicalType): string {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return 'text';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
    case 'FLOAT':
    case 'DOUBLE':
      return 'number';
    case 'DATE':
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return 'time';
    default:
      return type.root;
  }
}
