import type { Call, Describe, Expression, Identifier, QualifiedName, SetOption, Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { partitionSpec } from './alter.ts';
import { functionArguments } from './calls.ts';
import { SUB_QUERY } from './contexts.ts';
import { deleteStatement, insertStatement, queryStatement, updateStatement } from './dml.ts';
import { atString, literal, quotedString, stringLiteral } from './literals.ts';
import { identifier, properties, qualifiedName } from './names.ts';
import { isIdentifierKind, type NameRole, type Parser } from './parser.ts';

/** USE CATALOG name | USE MODULES name, … | USE name */
export function useStatement(p: Parser): Statement {
  const { start } = p;
  p.ahead(2);
  p.expect(K.USE);
  if (p.at(K.CATALOG)) {
    p.advance();
    const part = identifier(p, 'catalog');
    return { kind: 'Use', start, end: p.end, what: 'CATALOG', name: nameOf(part) };
  }
  if (p.accept(K.MODULES)) {
    const modules = [identifier(p, 'module')];
    while (p.accept(T.COMMA)) modules.push(identifier(p, 'module'));
    return { kind: 'UseModules', start, end: p.end, modules };
  }
  const name = qualifiedName(p, 'database');
  return { kind: 'Use', start, end: p.end, what: 'DATABASE', name };
}

const nameOf = (part: Identifier): QualifiedName => ({
  kind: 'QualifiedName',
  start: part.start,
  end: part.end,
  parts: [part],
});

/** LOAD MODULE name [WITH ( … )] */
export function loadModule(p: Parser): Statement {
  const { start } = p;
  p.expect(K.LOAD);
  p.expect(K.MODULE);
  const name = identifier(p, 'module');
  const options = p.accept(K.WITH) ? properties(p) : [];
  return { kind: 'LoadModule', start, end: p.end, name, options };
}

/** UNLOAD MODULE name */
export function unloadModule(p: Parser): Statement {
  const { start } = p;
  p.expect(K.UNLOAD);
  p.expect(K.MODULE);
  const name = identifier(p, 'module');
  return { kind: 'UnloadModule', start, end: p.end, name };
}

/** ADD JAR 'path' | REMOVE JAR 'path' */
export function jarStatement(p: Parser): Statement {
  const { start } = p;
  const kind = p.kind === K.ADD ? 'AddJar' : 'RemoveJar';
  p.advance();
  p.expect(K.JAR);
  const path = quotedString(p);
  return { kind, start, end: p.end, path };
}

/** STOP JOB 'id' [WITH SAVEPOINT] [WITH DRAIN] */
export function stopJob(p: Parser): Statement {
  const { start } = p;
  p.expect(K.STOP);
  p.expect(K.JOB);
  const id = quotedString(p);
  const withSavepoint = p.at2(K.WITH, K.SAVEPOINT);
  if (withSavepoint) {
    p.advance();
    p.advance();
  }
  const drainStart = p.start;
  const withDrain = p.at(K.WITH);
  if (withDrain) {
    p.ahead(2);
    p.advance();
    p.expect(K.DRAIN);
    if (!withSavepoint) {
      const message = 'WITH DRAIN could only be used after WITH SAVEPOINT.';
      p.refuseAndLeave(drainStart, p.end, message, 'not-allowed', 'ParseException');
    }
  }
  return { kind: 'StopJob', start, end: p.end, id, withSavepoint, withDrain };
}

/** TRUNCATE TABLE name */
export function truncateTable(p: Parser): Statement {
  const { start } = p;
  p.ahead(2);
  p.noteExpression();
  p.expect(K.TRUNCATE);
  p.expect(K.TABLE);
  const table = qualifiedName(p, 'table');
  return { kind: 'TruncateTable', start, end: p.end, table };
}

/** CALL name ( arg, … ) */
export function callStatement(p: Parser): Call {
  const { start } = p;
  p.expect(K.CALL);
  const name = qualifiedName(p, 'function');
  const { args } = functionArguments(p, name, SUB_QUERY);
  return { kind: 'Call', start, end: p.end, name, args };
}

/** ANALYZE TABLE name [PARTITION ( … )] COMPUTE STATISTICS [FOR COLUMNS column, … | FOR ALL COLUMNS] */
export function analyzeTable(p: Parser): Statement {
  const { start } = p;
  p.expect(K.ANALYZE);
  p.expect(K.TABLE);
  const table = qualifiedName(p, 'table');
  const partition = p.accept(K.PARTITION) ? partitionSpec(p, true) : undefined;
  p.expect(K.COMPUTE);
  p.expect(K.STATISTICS);
  let columns: Identifier[] | 'ALL' | undefined;
  if (p.accept(K.FOR)) {
    if (p.accept(K.ALL)) {
      p.expect(K.COLUMNS);
      columns = 'ALL';
    } else {
      p.expect(K.COLUMNS);
      columns = [identifier(p, 'column')];
      while (p.accept(T.COMMA)) columns.push(identifier(p, 'column'));
    }
  }
  return {
    kind: 'AnalyzeTable',
    start,
    end: p.end,
    table,
    ...(partition && { partition }),
    ...(columns && { columns }),
  };
}

const described = new Map<number, readonly [Describe['what'], NameRole]>([
  [K.CATALOG, ['CATALOG', 'catalog']],
  [K.DATABASE, ['DATABASE', 'database']],
  [K.FUNCTION, ['FUNCTION', 'function']],
  [K.MODEL, ['MODEL', 'model']],
]);

/** DESCRIBE | DESC [CATALOG | DATABASE | FUNCTION | MODEL] [EXTENDED] name | DESCRIBE JOB 'id' */
export function describeStatement(p: Parser): Statement {
  const { start, kind: first } = p;
  p.advance();
  if (p.kind === K.JOB) {
    p.advance();
    const id = quotedString(p);
    return { kind: 'DescribeJob', start, end: p.end, id };
  }
  if (p.index === p.probe) for (const kind of [...described.keys(), K.JOB, K.EXTENDED]) p.expectedKinds.add(kind);
  if (first === K.DESCRIBE && !p.atIdentifier('table') && p.kind !== K.FUNCTION && p.kind !== K.EXTENDED) {
    return describeQuery(p, start);
  }
  const entry = described.get(p.kind);
  // These words are no tables here: Flink has decided by two words.
  const word = entry !== undefined;
  const [what, role] = entry ?? (['TABLE', 'table'] as const);
  if (word) p.advance();
  const extended = p.accept(K.EXTENDED);
  const name = what === 'CATALOG' ? nameOf(identifier(p, role)) : qualifiedName(p, role);
  return { kind: 'Describe', start, end: p.end, what, extended, name };
}

/** DESCRIBE has been consumed: [STATEMENT] ( query | INSERT … | DELETE … | UPDATE … ), which Flink's planner refuses */
function describeQuery(p: Parser, start: number): Statement {
  p.accept(K.STATEMENT);
  const { kind } = p;
  const statement =
    kind === K.INSERT || kind === K.UPSERT
      ? insertStatement(p)
      : kind === K.DELETE
        ? deleteStatement(p)
        : kind === K.UPDATE
          ? updateStatement(p)
          : queryStatement(p);
  return { kind: 'DescribeStatement', start, end: p.end, statement };
}

/** SET [ 'key' = 'value' ]; keys without quotes are read as client commands */
export function setStatement(p: Parser): Statement {
  const { start } = p;
  p.expect(K.SET);
  if (!atString(p)) {
    if (p.index === p.probe) p.expectedRoles.add('option-key');
    return { kind: 'Set', start, end: p.end };
  }
  const key = stringLiteral(p, 'option-key');
  p.expect(T.EQ);
  const value = stringLiteral(p);
  return { kind: 'Set', start, end: p.end, key, value };
}

/** RESET [ 'key' ] */
export function resetStatement(p: Parser): Statement {
  const { start } = p;
  p.expect(K.RESET);
  if (!atString(p)) {
    if (p.index === p.probe) p.expectedRoles.add('option-key');
    return { kind: 'Reset', start, end: p.end };
  }
  const key = stringLiteral(p, 'option-key');
  return { kind: 'Reset', start, end: p.end, key };
}

/** Behind ALTER SYSTEM or SESSION: SET name = literal | name | ON, RESET name | ALL, which Flink's planner refuses */
export function setOption(p: Parser, start: number, scope: 'SYSTEM' | 'SESSION'): SetOption {
  if (p.accept(K.RESET)) {
    const all = p.start;
    const name = p.at(K.ALL) ? nameOf(word(p, all)) : qualifiedName(p, 'option-key');
    return { kind: 'SetOption', start, end: p.end, scope, name };
  }
  p.expect(K.SET);
  const name = qualifiedName(p, 'option-key');
  p.expect(T.EQ);
  const from = p.start;
  const on = p.at(K.ON);
  if (on) p.advance();
  const value: Expression = on
    ? { kind: 'StringLiteral', start: from, end: p.end, value: 'ON', form: 'plain' }
    : isIdentifierKind(p.kind)
      ? columnOf(identifier(p, 'alias'))
      : literal(p);
  return { kind: 'SetOption', start, end: p.end, scope, name, value };
}

const columnOf = (part: Identifier): Expression => ({
  kind: 'ColumnRef',
  start: part.start,
  end: part.end,
  parts: [part],
});

function word(p: Parser, start: number): Identifier {
  const name = p.text();
  p.advance();
  return { kind: 'Identifier', start, end: p.end, name, quoted: false };
}
