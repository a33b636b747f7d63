import type {
  Assignment,
  CreateTable,
  Delete,
  Explain,
  ExplainDetail,
  Expression,
  Insert,
  Invalid,
  QualifiedName,
  Query,
  QueryStatement,
  Statement,
  StatementSet,
  Update,
} from '../ast.ts';
import { K, lastKeyword } from '../keywords.ts';
import { T } from '../tokens.ts';
import { partitionSpec } from './alter.ts';
import { SUB_QUERY } from './contexts.ts';
import { createStatement, replaceTable } from './create.ts';
import { expression } from './expressions.ts';
import { stringLiteral } from './literals.ts';
import { identifier, ifNotExists, qualifiedName } from './names.ts';
import { isIdentifierKind, type Parser } from './parser.ts';
import { query } from './queries.ts';
import { extendList, relation, tableTarget } from './relations.ts';
import { dataType } from './types.ts';

type Mutable<A> = { -readonly [key in keyof A]: A[key] };

/** A query as a statement. */
export function queryStatement(p: Parser): QueryStatement {
  const { start } = p;
  const inner = query(p);
  return { kind: 'QueryStatement', start, end: p.end, query: inner };
}

/** INSERT | UPSERT INTO | OVERWRITE name [hints] [PARTITION ( … )] [( column, … )] query */
export function insertStatement(p: Parser): Insert {
  const { start } = p;
  const upsert = p.accept(K.UPSERT);
  if (!upsert) p.expect(K.INSERT);
  const overwriteStart = p.start;
  const overwrite = p.accept(K.OVERWRITE);
  if (!overwrite) p.expect(K.INTO);
  else if (upsert) {
    const message = 'OVERWRITE expression is only used with INSERT statement.';
    p.refuse(overwriteStart, p.end, message, 'not-allowed', 'ParseException');
  }
  const { table, hints } = tableTarget(p);
  const node: Mutable<Insert> = {
    kind: 'Insert',
    start,
    end: p.end,
    overwrite,
    upsert,
    table,
    hints,
    query: p.invalid(p.end),
  };
  if (p.at(K.EXTEND) || typedColumns(p)) extendList(p);
  if (p.accept(K.PARTITION)) node.partition = partitionSpec(p);
  if (p.at(T.LPAREN) && !opensQuery(p)) node.columns = insertColumns(p);
  node.query = p.attempt(query, (from): Query | Invalid => {
    p.skipTo(() => false);
    return p.invalid(from);
  });
  node.end = p.end;
  return node;
}

/** Whether `( name type …` stands here, which extends the table by columns. */
function typedColumns(p: Parser): boolean {
  const after = p.peek(2);
  return (
    p.kind === T.LPAREN &&
    isIdentifierKind(p.peek(1)) &&
    ((after > 0 && after <= lastKeyword) || after === T.IDENTIFIER || after === T.BACK_QUOTED_IDENTIFIER)
  );
}

/** Whether the `(` here opens a query rather than a list of columns. */
function opensQuery(p: Parser): boolean {
  let n = 1;
  while (p.peek(n) === T.LPAREN) n++;
  const kind = p.peek(n);
  return !isIdentifierKind(kind) && kind !== T.RPAREN && kind !== T.EOF && kind !== T.COMMA;
}

/** ( column [type], … ) */
function insertColumns(p: Parser): QualifiedName[] {
  const columns: QualifiedName[] = [];
  p.expect(T.LPAREN);
  do {
    columns.push(qualifiedName(p, 'column'));
    if (!p.at(T.COMMA) && !p.at(T.RPAREN)) {
      const { start } = p;
      dataType(p);
      if (p.accept(K.NOT)) p.expect(K.NULL);
      const message = 'Extended columns not allowed under the current SQL conformance level';
      p.refuse(start, p.end, message, 'not-allowed', 'SqlValidatorException');
    }
  } while (p.accept(T.COMMA));
  p.expect(T.RPAREN);
  return columns;
}

/** [AS] name */
function alias(p: Parser): { alias?: Update['alias'] } {
  const as = p.accept(K.AS);
  if (!as && !p.atIdentifier('alias')) return {};
  return { alias: identifier(p, 'alias') };
}

/** [WHERE expr] */
const where = (p: Parser): Expression | undefined => (p.accept(K.WHERE) ? expression(p, SUB_QUERY) : undefined);

/** UPDATE name [[AS] alias] SET column = expr, … [WHERE expr] */
export function updateStatement(p: Parser): Update {
  const { start } = p;
  p.expect(K.UPDATE);
  const target = tableTarget(p);
  if (p.at(K.EXTEND) || p.at(T.LPAREN)) extendList(p);
  const named = alias(p);
  p.expect(K.SET);
  const assignments: Assignment[] = [];
  do {
    const from = p.start;
    const column = identifier(p, 'column');
    p.expect(T.EQ);
    const value = expression(p, SUB_QUERY);
    assignments.push({ kind: 'Assignment', start: from, end: p.end, column, value });
  } while (p.accept(T.COMMA));
  const condition = where(p);
  const node = { kind: 'Update', start, end: p.end, ...target, ...named, assignments } as const;
  return condition === undefined ? node : { ...node, where: condition };
}

/** DELETE FROM name [[AS] alias] [WHERE expr] */
export function deleteStatement(p: Parser): Delete {
  const { start } = p;
  p.expect(K.DELETE);
  p.expect(K.FROM);
  const target = tableTarget(p);
  if (p.at(K.EXTEND) || p.at(T.LPAREN)) extendList(p);
  const named = alias(p);
  const condition = where(p);
  const node = { kind: 'Delete', start, end: p.end, ...target, ...named } as const;
  return condition === undefined ? node : { ...node, where: condition };
}

/** MERGE INTO name [alias] USING relation ON expr [WHEN MATCHED …] [WHEN NOT MATCHED …] */
export function mergeStatement(p: Parser): Statement {
  const { start } = p;
  p.expect(K.MERGE);
  p.expect(K.INTO);
  const { table } = tableTarget(p);
  if (p.at(K.EXTEND) || p.at(T.LPAREN)) extendList(p);
  alias(p);
  p.expect(K.USING);
  relation(p);
  p.expect(K.ON);
  expression(p, SUB_QUERY);
  p.ahead(2);
  const matched = p.at2(K.WHEN, K.MATCHED);
  if (matched) {
    p.expectAll(K.WHEN, K.MATCHED, K.THEN, K.UPDATE, K.SET);
    do {
      identifier(p, 'column');
      p.expect(T.EQ);
      expression(p, SUB_QUERY);
    } while (p.accept(T.COMMA));
  }
  if (!matched || p.at(K.WHEN)) {
    p.expectAll(K.WHEN, K.NOT, K.MATCHED, K.THEN, K.INSERT);
    if (p.at(T.LPAREN)) insertColumns(p);
    const open = p.accept(T.LPAREN);
    p.expect(K.VALUES);
    p.expect(T.LPAREN);
    do expression(p, SUB_QUERY);
    while (p.accept(T.COMMA));
    p.expect(T.RPAREN);
    if (open) p.expect(T.RPAREN);
  }
  return { kind: 'Merge', start, end: p.end, table };
}

/** STATEMENT SET BEGIN ( insert ; )+ END */
export function statementSet(p: Parser): StatementSet {
  const { start } = p;
  p.expect(K.STATEMENT);
  p.expect(K.SET);
  p.expect(K.BEGIN);
  const inserts: (Insert | Invalid)[] = [];
  do {
    const insert = p.attempt(insertInSet, (from): Invalid => {
      p.skipTo((kind) => kind === T.SEMICOLON);
      return p.invalid(from);
    });
    inserts.push(insert);
    p.expect(T.SEMICOLON);
  } while (p.at(K.INSERT) || p.at(K.UPSERT));
  p.expect(K.END);
  return { kind: 'StatementSet', start, end: p.end, inserts };
}

/** An insert up to its `;`: whatever follows it there is a mistake of this insert alone. */
function insertInSet(p: Parser): Insert {
  const insert = insertStatement(p);
  if (!p.at(T.SEMICOLON)) p.fail(T.SEMICOLON);
  return insert;
}

/** STATEMENT SET … | INSERT …, as the operand of COMPILE PLAN */
function planned(p: Parser): Insert | StatementSet {
  return p.at(K.STATEMENT) ? statementSet(p) : insertStatement(p);
}

/** EXECUTE PLAN 'path' (not `explained`) | EXECUTE ( STATEMENT SET … | query | insert ) */
export function executeStatement(p: Parser, explained = false): Statement {
  const { start } = p;
  if (!explained) p.ahead(2);
  p.expect(K.EXECUTE);
  if (p.kind === K.PLAN && !explained) {
    p.advance();
    const path = stringLiteral(p);
    return { kind: 'ExecutePlan', start, end: p.end, path };
  }
  if (p.index === p.probe && !explained) p.expectedKinds.add(K.PLAN);
  if (p.at(K.STATEMENT)) {
    const statement = statementSet(p);
    return { kind: 'ExecuteStatement', start, end: p.end, statement };
  }
  if (!explained) p.noteExpression();
  const statement = p.at(K.INSERT) || p.at(K.UPSERT) ? insertStatement(p) : queryStatement(p);
  return { kind: 'ExecuteStatement', start, end: p.end, statement };
}

/** COMPILE PLAN 'path' [IF NOT EXISTS] FOR … | COMPILE AND EXECUTE PLAN 'path' FOR … */
export function compileStatement(p: Parser): Statement {
  const { start } = p;
  p.ahead(2);
  p.expect(K.COMPILE);
  const execute = p.accept(K.AND);
  if (execute) p.expect(K.EXECUTE);
  p.expect(K.PLAN);
  const path = stringLiteral(p);
  const exists: boolean = !execute && ifNotExists(p);
  p.expect(K.FOR);
  const statement = planned(p);
  if (execute) return { kind: 'CompileAndExecutePlan', start, end: p.end, path, statement };
  return { kind: 'CompilePlan', start, end: p.end, path, ifNotExists: exists, statement };
}

const details = new Map<number, ExplainDetail>([
  [K.ESTIMATED_COST, 'ESTIMATED_COST'],
  [K.CHANGELOG_MODE, 'CHANGELOG_MODE'],
  [K.JSON_EXECUTION_PLAN, 'JSON_EXECUTION_PLAN'],
  [K.PLAN_ADVICE, 'PLAN_ADVICE'],
]);

/** EXPLAIN [PLAN FOR | detail, …] ( query | insert | STATEMENT SET … | EXECUTE … | CREATE … AS … | REPLACE … ) */
export function explainStatement(p: Parser): Explain {
  const { start } = p;
  p.expect(K.EXPLAIN);
  const planFor = p.at2(K.PLAN, K.FOR);
  const list: ExplainDetail[] = [];
  if (p.index === p.probe) for (const kind of details.keys()) p.expectedKinds.add(kind);
  if (planFor) {
    p.advance();
    p.advance();
  } else if (details.has(p.kind) && p.peek(1) !== T.DOT) {
    do {
      const detail = details.get(p.kind);
      if (detail === undefined) p.fail();
      p.advance();
      if (list.includes(detail)) {
        const message = 'Duplicate EXPLAIN DETAIL is not allowed.';
        p.refuse(p.startOf(-1), p.end, message, 'not-allowed', 'ParseException');
      }
      list.push(detail);
    } while (p.accept(T.COMMA));
  }
  const statement = explained(p);
  if (statement.kind.startsWith('Create') && (statement as CreateTable).asQuery === undefined) {
    const message =
      'Unsupported CREATE OR REPLACE statement for EXPLAIN. The statement must define a query using the AS clause ' +
      '(i.e. CTAS/RTAS statements).';
    p.refuse(statement.start, statement.end, message, 'not-allowed', 'ParseException');
  }
  return { kind: 'Explain', start, end: p.end, planFor, details: list, statement };
}

function explained(p: Parser): Explain['statement'] {
  if (p.at(K.STATEMENT)) return statementSet(p);
  if (p.at(K.EXECUTE)) return executeStatement(p, true);
  if (p.at(K.INSERT) || p.at(K.UPSERT)) return insertStatement(p);
  if (p.at(K.CREATE)) return createStatement(p);
  if (p.at(K.REPLACE)) return replaceTable(p);
  return queryStatement(p);
}
