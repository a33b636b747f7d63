import type { Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { T } from '../tokens.ts';
import { alterStatement } from './alter.ts';
import { createStatement, replaceTable } from './create.ts';
import {
  compileStatement,
  deleteStatement,
  executeStatement,
  explainStatement,
  insertStatement,
  mergeStatement,
  queryStatement,
  updateStatement,
} from './dml.ts';
import { dropStatement } from './drop.ts';
import { isIdentifierKind, type Parser } from './parser.ts';
import {
  analyzeTable,
  callStatement,
  describeStatement,
  jarStatement,
  loadModule,
  resetStatement,
  setStatement,
  stopJob,
  truncateTable,
  unloadModule,
  useStatement,
} from './session.ts';
import { showStatement } from './show.ts';

type Production = (p: Parser) => Statement;

/** Productions by the first word of a statement. */
const reserved = new Map<number, Production>([
  [K.CREATE, createStatement],
  [K.DROP, dropStatement],
  [K.ALTER, alterStatement],
  [K.INSERT, insertStatement],
  [K.UPSERT, insertStatement],
  [K.UPDATE, updateStatement],
  [K.DELETE, deleteStatement],
  [K.MERGE, mergeStatement],
  [K.EXPLAIN, explainStatement],
  [K.EXECUTE, executeStatement],
  [K.SHOW, showStatement],
  [K.USE, useStatement],
  [K.DESCRIBE, describeStatement],
  [K.SET, setStatement],
  [K.RESET, resetStatement],
  [K.CALL, callStatement],
  [K.TRUNCATE, truncateTable],
  [K.BEGIN, beginStatementSet],
  [K.END, endStatementSet],
]);

/** Words that begin a statement only with the right second word; otherwise they are names. */
const soft = new Map<number, readonly [Production, (second: number) => boolean]>([
  [K.DESC, [describeStatement, (second) => isIdentifierKind(second) || second === K.FUNCTION || second === K.EXTENDED]],
  [K.REPLACE, [replaceTable, (second) => second === K.TABLE || second === K.TEMPORARY]],
  [K.COMPILE, [compileStatement, (second) => second === K.PLAN || second === K.AND]],
  [K.LOAD, [loadModule, (second) => second === K.MODULE]],
  [K.UNLOAD, [unloadModule, (second) => second === K.MODULE]],
  [K.ADD, [jarStatement, (second) => second === K.JAR]],
  [K.REMOVE, [jarStatement, (second) => second === K.JAR]],
  [K.STOP, [stopJob, (second) => second === K.JOB]],
  [K.ANALYZE, [analyzeTable, (second) => second === K.TABLE]],
]);

/** Words of the second place that completion offers after the soft words. */
const softSeconds: readonly (readonly [number, number])[] = [
  [K.REPLACE, K.TABLE],
  [K.COMPILE, K.PLAN],
  [K.LOAD, K.MODULE],
  [K.UNLOAD, K.MODULE],
  [K.ADD, K.JAR],
  [K.REMOVE, K.JAR],
  [K.STOP, K.JOB],
  [K.ANALYZE, K.TABLE],
];

/** One statement without its `;` */
export function statement(p: Parser): Statement {
  if (p.index === p.probe) {
    for (const kind of [...reserved.keys(), ...soft.keys(), K.SELECT, K.VALUES, K.WITH]) p.expectedKinds.add(kind);
    p.probe = -1;
  }
  const production = reserved.get(p.kind);
  if (production !== undefined) return production(p);
  const entry = soft.get(p.kind);
  if (entry !== undefined && p.index + 1 === p.probe) {
    for (const [first, second] of softSeconds) if (p.kind === first) p.expectedKinds.add(second);
  }
  if (entry?.[1](p.peek(1)) === true) return entry[0](p);
  return queryStatement(p);
}

/** BEGIN STATEMENT SET */
function beginStatementSet(p: Parser): Statement {
  const { start } = p;
  p.ahead(2);
  p.noteExpression();
  p.expect(K.BEGIN);
  p.expect(K.STATEMENT);
  p.expect(K.SET);
  return { kind: 'BeginStatementSet', start, end: p.end };
}

/** END */
function endStatementSet(p: Parser): Statement {
  const { start } = p;
  p.expect(K.END);
  return { kind: 'EndStatementSet', start, end: p.end };
}

/**
 * Whether a statement begins at the current token for certain: a first word that cannot go on with what is before it,
 * and a second that fits it. Used where a `;` is missing.
 */
export function beginsStatement(p: Parser): boolean {
  const second = p.peek(1);
  switch (p.kind) {
    case K.SELECT:
    case K.SHOW:
    case K.EXPLAIN:
    case K.DESCRIBE:
    case K.USE:
    case K.EXECUTE:
      return true;
    case K.INSERT:
      return second === K.INTO || second === K.OVERWRITE;
    case K.CREATE:
    case K.DROP:
    case K.ALTER:
      return second !== T.EOF && second !== T.COMMA && second !== T.RPAREN && second !== T.DOT;
    case K.DELETE:
      return second === K.FROM;
    case K.SET:
    case K.RESET:
      return second === T.QUOTED_STRING;
    case K.UPDATE:
      return isIdentifierKind(second);
    case K.WITH:
      return isIdentifierKind(second) && (p.peek(2) === K.AS || p.peek(2) === T.LPAREN);
    default: {
      const entry = soft.get(p.kind);
      return p.kind !== K.DESC && entry?.[1](second) === true;
    }
  }
}
