import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../flink-sql/diagnostics.ts';
import { diagnosticChain, jobError, placeText, traceText } from '../../../local-runtime/session/errors.ts';

const source = "SELECT\n  a,\n b FROM g WHERE foo(1) = 'x'";

function diagnostic(text: string, over: Partial<Diagnostic>): Diagnostic {
  const start = source.indexOf(text);
  const base = { severity: 'error', code: 'test', exception: 'SqlValidatorException', placed: true } as const;
  return { ...base, message: 'm', start, end: start + text.length, ...over };
}

const heads = (found: Diagnostic): string[] =>
  traceText(diagnosticChain(found, source))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('\t'));

describe('errors as Flink traces', () => {
  it('names a single character and a range as Calcite does', () => {
    expect(placeText(source, diagnostic('b FROM', { end: source.indexOf('b FROM') + 1 }))).toBe('At line 3, column 2');
    expect(placeText(source, diagnostic('foo(1)', {}))).toBe('From line 3, column 17 to line 3, column 22');
  });

  it('wraps what the validator found', () => {
    const message = 'No match found for function signature foo(<NUMERIC>)';
    const place = 'From line 3, column 17 to line 3, column 22';
    expect(heads(diagnostic('foo(1)', { message }))).toEqual([
      `org.apache.flink.table.api.ValidationException: SQL validation failed. ${place}: ${message}`,
      `Caused by: org.apache.calcite.runtime.CalciteContextException: ${place}: ${message}`,
      `Caused by: org.apache.calcite.sql.validate.SqlValidatorException: ${message}`,
    ]);
  });

  it('wraps what the parser found', () => {
    const message = 'Encountered ";" at line 1, column 1.';
    expect(heads(diagnostic('b', { message, exception: 'ParseException' }))).toEqual([
      `org.apache.flink.table.api.SqlParserException: SQL parse failed. ${message}`,
      `Caused by: org.apache.calcite.sql.parser.SqlParseException: ${message}`,
      `Caused by: org.apache.flink.sql.parser.impl.ParseException: ${message}`,
    ]);
    const eof = 'Encountered "<EOF>" at line 1, column 13.';
    expect(heads(diagnostic('b', { message: eof, exception: 'ParseException' }))[0]).toBe(
      `org.apache.flink.table.api.SqlParserEOFException: ${eof}`,
    );
  });

  it('keeps the chain of what the catalog refused', () => {
    const message = 'Table (or view) d.g already exists in Catalog c.';
    const found = diagnostic('g', {
      message,
      exception: 'TableAlreadyExistException',
      placed: false,
      causes: ['Could not execute CreateTable in path `c`.`d`.`g`', message],
    });
    expect(heads(found)).toEqual([
      'org.apache.flink.table.api.ValidationException: Could not execute CreateTable in path `c`.`d`.`g`',
      `Caused by: org.apache.flink.table.catalog.exceptions.TableAlreadyExistException: ${message}`,
    ]);
  });

  it('ends a failed job with its innermost cause', () => {
    const causes = [
      { exception: 'NumberFormatException', message: "For input string: 'a'. Invalid character found." },
      { exception: 'IOException', message: 'outer' },
    ];
    const { chain } = jobError('ab', { causes, time: 0, strategy: 'NoRestartBackoffTimeStrategy' });
    expect(chain.map((each) => each.exception)).toEqual([
      'SqlExecutionException',
      'RuntimeException',
      'IOException',
      'ExecutionException',
      'ProgramInvocationException',
      'JobExecutionException',
      'JobException',
      'IOException',
      'NumberFormatException',
    ]);
    expect(traceText(chain)).toContain("\nCaused by: java.lang.NumberFormatException: For input string: 'a'. Invalid");
  });

  it('has no colon for an exception without a message', () => {
    expect(traceText([{ exception: 'NullPointerException', message: '' }])).toMatch(
      /^java\.lang\.NullPointerException\n\tat /,
    );
  });
});
