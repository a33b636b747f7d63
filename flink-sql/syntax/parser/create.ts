import type {
  CreateFunction,
  CreateMaterializedTable,
  CreateModel,
  CreateTable,
  CreateView,
  DdlStatement,
  Expression,
  FunctionLanguage,
  FunctionResource,
  Identifier,
  StringLiteral,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { distribution, tableConstraint, tableElements, tableLike } from './columns.ts';
import { NON_QUERY } from './contexts.ts';
import { expression } from './expressions.ts';
import { quotedString, stringLiteral } from './literals.ts';
import { identifier, ifNotExists, parenthesizedIdentifiers, properties, qualifiedName } from './names.ts';
import type { Parser } from './parser.ts';
import { query } from './queries.ts';

type Mutable<A> = { -readonly [key in keyof A]: A[key] };

/** CREATE [OR REPLACE] [TEMPORARY] TABLE | VIEW | MATERIALIZED TABLE | MODEL | DATABASE | CATALOG | [SYSTEM] FUNCTION … */
export function createStatement(p: Parser): DdlStatement {
  const { start } = p;
  p.expect(K.CREATE);
  const replace = p.accept(K.OR);
  if (replace) p.expect(K.REPLACE);
  const temporary = p.accept(K.TEMPORARY);
  if (p.accept(K.TABLE)) return createTable(p, start, temporary, replace ? 'CREATE OR REPLACE' : undefined);
  if (p.accept(K.VIEW)) return createView(p, start, temporary, replace);
  if (p.at(K.MATERIALIZED)) return createMaterializedTable(p, start, temporary, replace);
  if (p.accept(K.MODEL)) return createModel(p, start, temporary);
  if (p.accept(K.DATABASE)) return createDatabase(p, start);
  if (p.accept(K.CATALOG)) return createCatalog(p, start);
  if (p.at(K.SYSTEM)) {
    const from = p.start;
    p.advance();
    if (!temporary) {
      const message =
        'CREATE SYSTEM FUNCTION is not supported, system functions can only be registered as temporary function, ' +
        'you can use CREATE TEMPORARY SYSTEM FUNCTION instead.';
      p.refuseAndLeave(from, p.end, message, 'not-allowed', 'ParseException');
    }
    p.expect(K.FUNCTION);
    return createFunction(p, start, temporary, true);
  }
  p.expect(K.FUNCTION);
  return createFunction(p, start, temporary, false);
}

/** REPLACE [TEMPORARY] TABLE …, which needs AS query */
export function replaceTable(p: Parser): CreateTable {
  const { start } = p;
  p.expect(K.REPLACE);
  const temporary = p.accept(K.TEMPORARY);
  p.expect(K.TABLE);
  return createTable(p, start, temporary, 'REPLACE');
}

/** [COMMENT 'text'] */
const comment = (p: Parser): StringLiteral | undefined => (p.accept(K.COMMENT) ? quotedString(p) : undefined);

/** [DISTRIBUTED …] */
function distributed(p: Parser): CreateTable['distribution'] {
  const { start } = p;
  return p.accept(K.DISTRIBUTED) ? distribution(p, start) : undefined;
}

/** [PARTITIONED BY ( column, … )] */
function partitionedBy(p: Parser): Identifier[] | undefined {
  if (!p.accept(K.PARTITIONED)) return undefined;
  p.expect(K.BY);
  return parenthesizedIdentifiers(p, 'column');
}

/**
 * TABLE has been consumed: [IF NOT EXISTS] name [( element, … )] [COMMENT] [DISTRIBUTED …] [PARTITIONED BY …] [WITH ( … )]
 * [LIKE … | AS query]
 */
function createTable(p: Parser, start: number, temporary: boolean, replace: CreateTable['replace']): CreateTable {
  const exists = ifNotExists(p);
  const name = qualifiedName(p, 'new-name');
  const node: Mutable<CreateTable> = {
    kind: 'CreateTable',
    start,
    end: p.end,
    temporary,
    ifNotExists: exists,
    name,
    options: [],
  };
  if (replace !== undefined) node.replace = replace;
  p.attempt(
    (q) => tableClauses(q, node, replace === 'REPLACE'),
    () => p.skipTo(() => false),
  );
  node.end = p.end;
  return node;
}

function tableClauses(p: Parser, node: Mutable<CreateTable>, asRequired: boolean): void {
  const listStart = p.start;
  if (p.at(T.LPAREN)) node.elements = tableElements(p, true);
  const listEnd = p.end;
  assign(node, 'comment', comment(p));
  assign(node, 'distribution', distributed(p));
  assign(node, 'partitionedBy', partitionedBy(p));
  if (p.accept(K.WITH)) node.options = properties(p);
  const from = p.start;
  const bareNames = node.elements?.some((element) => element.kind === 'ColumnName') === true;
  if (!asRequired && p.accept(K.LIKE)) node.like = tableLike(p, from);
  else if (asRequired || p.at(K.AS)) {
    p.expect(K.AS);
    node.asQuery = query(p);
    return;
  }
  if (bareNames) {
    const message = 'Columns identifiers without types in the schema are supported on CTAS/RTAS statements only.';
    p.refuseAndLeave(listStart, listEnd, message, 'not-allowed', 'ParseException');
  }
}

/** Sets a property when there is a value, so that absent clauses leave no key. */
function assign<A, Key extends keyof A>(node: A, key: Key, value: A[Key] | undefined): void {
  if (value !== undefined) node[key] = value;
}

/** VIEW has been consumed: [IF NOT EXISTS] name [( column, … )] [COMMENT] AS query */
function createView(p: Parser, start: number, temporary: boolean, replace: boolean): CreateView {
  const exists = ifNotExists(p);
  const name = qualifiedName(p, 'new-name');
  const columns = p.at(T.LPAREN) ? parenthesizedIdentifiers(p, 'new-name') : undefined;
  const text = comment(p);
  p.expect(K.AS);
  const inner = query(p);
  const node: Mutable<CreateView> = {
    kind: 'CreateView',
    start,
    end: p.end,
    replace,
    temporary,
    ifNotExists: exists,
    name,
    options: [],
    query: inner,
  };
  assign(node, 'columns', columns);
  assign(node, 'comment', text);
  return node;
}

/**
 * MATERIALIZED TABLE name [( constraint )] [COMMENT] [DISTRIBUTED …] [PARTITIONED BY …] [WITH ( … )]
 * [FRESHNESS = INTERVAL …] [REFRESH_MODE = FULL | CONTINUOUS] AS query
 */
function createMaterializedTable(
  p: Parser,
  start: number,
  temporary: boolean,
  replace: boolean,
): CreateMaterializedTable {
  const from = p.start;
  p.expect(K.MATERIALIZED);
  if (temporary || replace) {
    const message = temporary
      ? 'CREATE TEMPORARY MATERIALIZED TABLE is not supported.'
      : 'REPLACE MATERIALIZED TABLE is not supported.';
    p.refuseAndLeave(from, p.end, message, 'not-allowed', 'ParseException');
  }
  p.expect(K.TABLE);
  const name = qualifiedName(p, 'new-name');
  const node: Mutable<CreateMaterializedTable> = {
    kind: 'CreateMaterializedTable',
    start,
    end: p.end,
    orAlter: false,
    name,
    options: [],
    query: p.invalid(p.end),
  };
  if (p.accept(T.LPAREN)) {
    node.elements = [tableConstraint(p)];
    p.expect(T.RPAREN);
  }
  assign(node, 'comment', comment(p));
  assign(node, 'distribution', distributed(p));
  assign(node, 'partitionedBy', partitionedBy(p));
  if (p.accept(K.WITH)) node.options = properties(p);
  if (p.accept(K.FRESHNESS)) node.freshness = freshness(p);
  if (p.accept(K.REFRESH_MODE)) node.refreshMode = refreshMode(p);
  p.expect(K.AS);
  node.query = query(p);
  node.end = p.end;
  return node;
}

/** FRESHNESS has been consumed: = INTERVAL … */
export function freshness(p: Parser): Expression {
  p.expect(T.EQ);
  const value = expression(p, NON_QUERY);
  if (value.kind !== 'IntervalLiteral') {
    const message =
      'MATERIALIZED TABLE only supports define interval type FRESHNESS, please refer to the materialized table document.';
    p.refuse(value.start, value.end, message, 'not-allowed', 'ParseException');
  }
  return value;
}

/** REFRESH_MODE has been consumed: = FULL | CONTINUOUS */
export function refreshMode(p: Parser): 'FULL' | 'CONTINUOUS' {
  p.expect(T.EQ);
  if (p.accept(K.FULL)) return 'FULL';
  p.expect(K.CONTINUOUS);
  return 'CONTINUOUS';
}

/** MODEL has been consumed: [IF NOT EXISTS] name [INPUT ( … )] [OUTPUT ( … )] [COMMENT] [WITH ( … )] [AS query] */
function createModel(p: Parser, start: number, temporary: boolean): CreateModel {
  const exists = ifNotExists(p);
  const name = qualifiedName(p, 'new-name');
  const node: Mutable<CreateModel> = {
    kind: 'CreateModel',
    start,
    end: p.end,
    temporary,
    ifNotExists: exists,
    name,
    options: [],
  };
  if (p.accept(K.INPUT)) node.input = tableElements(p, false);
  if (p.accept(K.OUTPUT)) node.output = tableElements(p, false);
  assign(node, 'comment', comment(p));
  if (p.accept(K.WITH)) node.options = properties(p);
  if (p.accept(K.AS)) node.asQuery = query(p);
  node.end = p.end;
  return node;
}

/** DATABASE has been consumed: [IF NOT EXISTS] name [COMMENT 'text'] [WITH ( … )] */
function createDatabase(p: Parser, start: number): DdlStatement {
  const exists = ifNotExists(p);
  const name = qualifiedName(p, 'new-name');
  const text = comment(p);
  const options = p.accept(K.WITH) ? properties(p) : [];
  const node = { kind: 'CreateDatabase', start, end: p.end, ifNotExists: exists, name, options } as const;
  return text === undefined ? node : { ...node, comment: text };
}

/** CATALOG has been consumed: [IF NOT EXISTS] name [COMMENT 'text'] [WITH ( … )] */
function createCatalog(p: Parser, start: number): DdlStatement {
  const exists = ifNotExists(p);
  const name = identifier(p, 'new-name');
  const text = p.accept(K.COMMENT) ? stringLiteral(p) : undefined;
  const options = p.accept(K.WITH) ? properties(p) : [];
  const node = { kind: 'CreateCatalog', start, end: p.end, ifNotExists: exists, name, options } as const;
  return text === undefined ? node : { ...node, comment: text };
}

/** FUNCTION has been consumed: [IF NOT EXISTS] name AS 'class' [LANGUAGE l] [USING JAR 'path', …] [WITH ( … )] */
function createFunction(p: Parser, start: number, temporary: boolean, system: boolean): CreateFunction {
  const exists = ifNotExists(p);
  const nameStart = p.start;
  const name = system
    ? { kind: 'QualifiedName' as const, start: nameStart, end: p.endOf(0), parts: [identifier(p, 'new-name')] }
    : qualifiedName(p, 'new-name');
  p.expect(K.AS);
  const className = quotedString(p);
  const node: Mutable<CreateFunction> = {
    kind: 'CreateFunction',
    start,
    end: p.end,
    temporary,
    system,
    ifNotExists: exists,
    name,
    className,
    resources: [],
    options: [],
  };
  const languageStart = p.start;
  assign(node, 'language', functionLanguage(p));
  const languageEnd = p.end;
  if (p.accept(K.USING)) {
    if (node.language === 'SQL' || node.language === 'PYTHON') {
      const message = `CREATE FUNCTION USING JAR syntax is not applicable to ${node.language} language.`;
      p.refuse(languageStart, languageEnd, message, 'not-allowed', 'ParseException');
    }
    const resources: FunctionResource[] = [];
    do {
      const from = p.start;
      p.expect(K.JAR);
      const path = quotedString(p);
      resources.push({ kind: 'FunctionResource', start: from, end: p.end, type: 'JAR', path });
    } while (p.accept(T.COMMA));
    node.resources = resources;
  }
  if (p.accept(K.WITH)) node.options = properties(p);
  node.end = p.end;
  return node;
}

/** [LANGUAGE JAVA | SCALA | SQL | PYTHON] */
export function functionLanguage(p: Parser): FunctionLanguage | undefined {
  if (!p.accept(K.LANGUAGE)) return undefined;
  if (p.accept(K.JAVA)) return 'JAVA';
  if (p.accept(K.SCALA)) return 'SCALA';
  if (p.accept(K.SQL)) return 'SQL';
  p.expect(K.PYTHON);
  return 'PYTHON';
}
