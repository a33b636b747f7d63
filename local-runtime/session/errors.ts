import type { Diagnostic } from '../../flink-sql/diagnostics.ts';
import type { FlinkFault } from '../errors.ts';
import type { JobFailure } from '../job/job-api.ts';

/** One Java exception of a chain. `exception` may be a short or a qualified class name. */
export interface Throwable {
  readonly exception: string;
  readonly message: string;
}

/** A failed statement or request: a chain of exceptions, outermost first, and the place in the SQL text where it has one. */
export class SessionError extends Error {
  readonly chain: readonly Throwable[];
  /** The fault in the statement's text, for clients in the same process. */
  readonly diagnostic: Diagnostic | undefined;

  constructor(chain: readonly Throwable[], diagnostic?: Diagnostic) {
    const root = chain[chain.length - 1];
    super(root ? root.message : 'failed');
    this.name = root ? shortName(root.exception) : 'SessionError';
    this.chain = chain;
    this.diagnostic = diagnostic;
  }
}

const PACKAGES: Readonly<Record<string, string>> = {
  ...inPackage('java.lang', [
    'ArithmeticException',
    'ArrayIndexOutOfBoundsException',
    'AssertionError',
    'ClassCastException',
    'ClassNotFoundException',
    'IllegalArgumentException',
    'IllegalStateException',
    'IndexOutOfBoundsException',
    'NullPointerException',
    'NumberFormatException',
    'OutOfMemoryError',
    'RuntimeException',
    'StackOverflowError',
    'StringIndexOutOfBoundsException',
    'UnsupportedOperationException',
  ]),
  ...inPackage('java.io', ['EOFException', 'FileNotFoundException', 'IOException', 'UncheckedIOException']),
  ...inPackage('java.time', ['DateTimeException']),
  ...inPackage('java.time.format', ['DateTimeParseException']),
  ...inPackage('java.time.zone', ['ZoneRulesException']),
  ...inPackage('java.util', ['NoSuchElementException']),
  ...inPackage('java.util.concurrent', ['CompletionException', 'ExecutionException', 'TimeoutException']),
  ...inPackage('java.util.regex', ['PatternSyntaxException']),
  ...inPackage('org.apache.calcite.runtime', ['CalciteContextException', 'CalciteException']),
  ...inPackage('org.apache.calcite.sql.parser', ['SqlParseException']),
  ...inPackage('org.apache.calcite.sql.validate', ['SqlValidatorException']),
  ...inPackage('org.apache.calcite.plan', ['RelOptPlanner$CannotPlanException']),
  ...inPackage('org.apache.flink.sql.parser.impl', ['ParseException', 'TokenMgrError']),
  ...inPackage('org.apache.flink.sql.parser.error', ['SqlValidateException']),
  ...inPackage('org.apache.flink.cep.pattern', ['MalformedPatternException']),
  ...inPackage('org.apache.flink.client.program', ['ProgramInvocationException']),
  ...inPackage('org.apache.flink.runtime', ['JobException']),
  ...inPackage('org.apache.flink.runtime.checkpoint', ['CheckpointException']),
  ...inPackage('org.apache.flink.runtime.client', ['JobExecutionException', 'JobInitializationException']),
  ...inPackage('org.apache.flink.runtime.messages', ['FlinkJobNotFoundException']),
  ...inPackage('org.apache.flink.table.api', [
    'AmbiguousTableFactoryException',
    'NoMatchingTableFactoryException',
    'SqlParserEOFException',
    'SqlParserException',
    'TableException',
    'TableRuntimeException',
    'ValidationException',
  ]),
  ...inPackage('org.apache.flink.table.catalog.exceptions', [
    'CatalogException',
    'DatabaseAlreadyExistException',
    'DatabaseNotEmptyException',
    'DatabaseNotExistException',
    'FunctionAlreadyExistException',
    'FunctionNotExistException',
    'ModelAlreadyExistException',
    'ModelNotExistException',
    'PartitionAlreadyExistsException',
    'PartitionNotExistException',
    'TableAlreadyExistException',
    'TableNotExistException',
    'TableNotPartitionedException',
  ]),
  ...inPackage('org.apache.flink.table.gateway.api.utils', ['SqlGatewayException']),
  ...inPackage('org.apache.flink.table.gateway.service.utils', ['SqlExecutionException']),
  ...inPackage('org.apache.flink.table.planner.codegen', ['CodeGenException']),
  ...inPackage('org.apache.flink.table.runtime.operators.sink.constraint', ['EnforcerException']),
  ...inPackage('org.apache.flink.types.variant', ['VariantTypeException']),
  ...inPackage('org.apache.flink.util', ['FlinkException', 'FlinkRuntimeException']),
  ...inPackage('org.apache.flink.core.fs', ['UnsupportedFileSystemSchemeException']),
  ...inPackage('java.sql', ['SQLException', 'SQLIntegrityConstraintViolationException', 'SQLSyntaxErrorException']),
  ...inPackage('org.postgresql.util', ['PSQLException']),
  ...inPackage('org.apache.kafka.common', ['KafkaException']),
  ...inPackage('org.apache.kafka.common.errors', ['UnknownTopicOrPartitionException']),
  ...inPackage('org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core', ['JsonParseException']),
  ...inPackage('org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind', ['JsonMappingException']),
  ...inPackage('com.jayway.jsonpath', ['InvalidJsonException', 'InvalidPathException', 'PathNotFoundException']),
};

function inPackage(name: string, classes: readonly string[]): Record<string, string> {
  return Object.fromEntries(classes.map((each) => [each, name]));
}

/** The class name with its package; classes that we do not know are our own. */
export function qualifiedName(exception: string): string {
  if (exception.includes('.')) return exception;
  return `${PACKAGES[exception] ?? 'org.apache.flink.table'}.${exception}`;
}

function shortName(exception: string): string {
  return exception.slice(exception.lastIndexOf('.') + 1);
}

/** What Flink throws for a mistake that its parser found. */
export function syntaxChain(error: Diagnostic, source: string): Throwable[] {
  const { exception, message } = error;
  if (message.startsWith('Encountered "<EOF>"')) {
    return [
      { exception: 'SqlParserEOFException', message },
      { exception: 'SqlParseException', message },
      { exception, message },
    ];
  }
  const placed = error.placed && !PLACED.test(message);
  const text = placed ? `${placeText(source, error)}: ${message}` : message;
  const chain: Throwable[] = [
    { exception: 'SqlParserException', message: `SQL parse failed. ${text}` },
    { exception: 'SqlParseException', message: text },
  ];
  if (placed) chain.push({ exception: 'CalciteContextException', message: text });
  if (exception !== 'SqlParseException') chain.push({ exception, message });
  return chain;
}

const PLACED = /\bline \d+, column \d+/;

/** What Flink throws for a fault that validator, planner or catalog found in `source`. */
export function diagnosticChain(diagnostic: Diagnostic, source: string): Throwable[] {
  const { exception, message } = diagnostic;
  if (diagnostic.code === 'syntax' || exception === 'ParseException' || exception === 'TokenMgrError') {
    return syntaxChain(diagnostic, source);
  }
  if (diagnostic.placed && !PLACED.test(message)) {
    const placed = `${placeText(source, diagnostic)}: ${message}`;
    return [
      { exception: 'ValidationException', message: `SQL validation failed. ${placed}` },
      { exception: 'CalciteContextException', message: placed },
      { exception, message },
    ];
  }
  const outer = exception === 'TableException' ? 'TableException' : 'ValidationException';
  const chain = (diagnostic.causes ?? [])
    .filter((text) => text !== message)
    .map((text) => ({ exception: outer, message: text }));
  if (chain.length === 0 && exception === 'SqlValidatorException') {
    // Calcite's validator has no other way to say that it knows no place.
    const placed = `At line 0, column 0: ${message}`;
    chain.push(
      { exception: outer, message: `SQL validation failed. ${placed}` },
      { exception: 'CalciteContextException', message: placed },
    );
  }
  return [...chain, { exception, message }];
}

/** A diagnostic as the error of its statement. */
export function diagnosticError(diagnostic: Diagnostic, source: string): SessionError {
  return new SessionError(diagnosticChain(diagnostic, source), diagnostic);
}

/** A thrown fault as the error of its statement. */
export function faultError(fault: FlinkFault): SessionError {
  return new SessionError(fault.chain());
}

/** A job that failed after it was submitted, as the gateway tells it when results are fetched. */
export function jobError(jobId: string, failure: JobFailure): SessionError {
  const failed = `Job failed (JobID: ${jobId})`;
  return new SessionError([
    { exception: 'SqlExecutionException', message: 'Error while retrieving result.' },
    { exception: 'RuntimeException', message: 'Failed to fetch next result' },
    { exception: 'IOException', message: 'Failed to fetch job execution result' },
    { exception: 'ExecutionException', message: `${qualifiedName('ProgramInvocationException')}: ${failed}` },
    { exception: 'ProgramInvocationException', message: failed },
    ...jobFailureChain(failure),
  ]);
}

/** The exceptions of a failed job, outermost first. */
export function jobFailureChain(failure: JobFailure): Throwable[] {
  return [
    { exception: 'JobExecutionException', message: 'Job execution failed.' },
    { exception: 'JobException', message: `Recovery is suppressed by ${failure.strategy}` },
    ...failure.causes.toReversed(),
  ];
}

/** `From line 1, column 8 to line 1, column 13` or, for a single character, `At line 1, column 8`; 1-based, end inclusive. */
export function placeText(source: string, { start, end }: { readonly start: number; readonly end: number }): string {
  const from = lineColumn(source, start);
  const to = lineColumn(source, Math.max(start, end - 1));
  if (from.line === to.line && from.column === to.column) return `At line ${from.line}, column ${from.column}`;
  return `From line ${from.line}, column ${from.column} to line ${to.line}, column ${to.column}`;
}

/** 1-based line and column of an offset. */
export function lineColumn(source: string, offset: number): { line: number; column: number } {
  let line = 1;
  let begin = 0;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) {
    line++;
    begin = at + 1;
  }
  return { line, column: offset - begin + 1 };
}

/** The one frame of each exception: Flink's SQL client looks for it to know where a message ends. There is no JVM to have others. */
const FRAME = '\tat millrace.LocalRuntime.run(LocalRuntime)';

/** The chain in the form of a Java stack trace, which the gateway's clients take apart. */
export function traceText(chain: readonly Throwable[]): string {
  const lines: string[] = [];
  for (const [i, { exception, message }] of chain.entries()) {
    const head = message === '' ? qualifiedName(exception) : `${qualifiedName(exception)}: ${message}`;
    lines.push(i === 0 ? head : `Caused by: ${head}`, FRAME);
  }
  return `${lines.join('\n')}\n`;
}
