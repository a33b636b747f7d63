import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { Statement } from '../../flink-sql/syntax/ast.ts';
import type { SqlSyntaxError } from '../../flink-sql/syntax/errors.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { diagnosticError, lineColumn, SessionError } from './errors.ts';

/** The one statement of a request (SqlParser.parseSqlList and the gateway's check for a single one). Throws SessionError. */
export function parseSingle(source: string): Statement {
  const { statements, errors } = parse(source);
  const error = errors[0];
  if (error) throw diagnosticError(syntaxDiagnostic(error), source);
  if (statements.length > 1) {
    throw new SessionError([{ exception: 'IllegalArgumentException', message: 'only single statement supported' }]);
  }
  const node = statements[0]?.node;
  if (!node) throw diagnosticError(emptyStatement(source), source);
  return node;
}

/** A parser's mistake as a diagnostic. */
export function syntaxDiagnostic({ start, end, message, exception, placed }: SqlSyntaxError): Diagnostic {
  return { severity: 'error', code: 'syntax', message, exception, start, end, placed };
}

/** Nothing but white space, comments or `;`. */
function emptyStatement(source: string): Diagnostic {
  const semicolon = source.indexOf(';');
  const [what, at] = semicolon >= 0 ? [';', semicolon] : ['<EOF>', Math.max(0, source.length - 1)];
  const { line, column } = source === '' ? { line: 0, column: 0 } : lineColumn(source, at);
  const message = `Encountered "${what}" at line ${line}, column ${column}.`;
  const range = { start: at, end: Math.min(source.length, at + 1) };
  return { severity: 'error', code: 'syntax', message, exception: 'ParseException', placed: true, ...range };
}
