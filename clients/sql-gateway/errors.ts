/** What went wrong, as far as a caller must tell apart. */
export type GatewayErrorKind =
  /** Flink refused or failed the statement: `causes` holds its words. */
  | 'sql'
  /** The session is not known to the server (timed out, closed, or the server was restarted). */
  | 'session-lost'
  /** The operation is not known to the server: closed already. */
  | 'operation-lost'
  /** No connection, or it broke. */
  | 'unreachable'
  /** The server did not answer within the time limit. */
  | 'timeout'
  /** 401 or 403. */
  | 'unauthorized'
  /** The address answers, but not as a SQL Gateway does. */
  | 'protocol';

/** One throwable of a Java stack trace. */
export interface Cause {
  /** Class name without its package, e.g. `ValidationException`. */
  readonly className: string;
  /** Class name with its package. */
  readonly qualifiedName: string;
  /** The message, which may have several lines; empty when the throwable has none. */
  readonly message: string;
}

/** A place in a statement, 1-based as Flink writes it; both ends inclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface GatewayErrorInit {
  readonly kind: GatewayErrorKind;
  /** Innermost first. */
  readonly causes?: readonly Cause[];
  readonly place?: Place | undefined;
  /** The server's stack trace, whole. */
  readonly trace?: string;
  readonly status?: number;
  readonly cause?: unknown;
}

/** Every failure of this client. `message` is one readable text: the innermost cause's words (describeCauses), or what failed and where. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly kind: GatewayErrorKind;
  /** Innermost first. */
  readonly causes: readonly Cause[];
  readonly place: Place | undefined;
  readonly trace: string | undefined;
  /** HTTP status, when the server answered. */
  readonly status: number | undefined;

  constructor(message: string, init: GatewayErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.kind = init.kind;
    this.causes = init.causes ?? [];
    this.place = init.place;
    this.trace = init.trace;
    this.status = init.status;
  }
}

const HEADER = /^(?:Caused by: )?((?:[\w$]+\.)*[\w$]+)(?:: ?([\s\S]*))?$/;
const FRAME = /^\s+at \S+|^\s+\.\.\. \d+ (?:more|common frames omitted)/;
const OPENING = /^<?Exception on server side:\s*/;
const CLOSING = /\s*End of exception on server side>?\s*$/;
const THROWABLE = /(?:Exception|Error|Throwable|Failure)$|^(?:[a-z][\w$]*\.)+[A-Z][\w$]*$/;

/**
 * The throwables of a Java stack trace, innermost cause first. A message's further lines belong to it up to the first
 * frame. Text that holds no throwable gives an empty list.
 */
export function parseTrace(trace: string): Cause[] {
  const causes: Cause[] = [];
  const lines = trace.replace(OPENING, '').replace(CLOSING, '').split(/\r?\n/);
  let open: { qualifiedName: string; message: string[] } | undefined;
  const close = (): void => {
    if (!open) return;
    const { qualifiedName } = open;
    const className = qualifiedName.slice(qualifiedName.lastIndexOf('.') + 1);
    causes.push({ className, qualifiedName, message: open.message.join('\n').trim() });
    open = undefined;
  };
  let afterFrames = true;
  for (const line of lines) {
    const caused = line.startsWith('Caused by: ');
    if (caused || (afterFrames && causes.length === 0 && !open)) {
      const header = HEADER.exec(line);
      if (header && THROWABLE.test(header[1] ?? '')) {
        close();
        open = { qualifiedName: header[1] ?? '', message: [header[2] ?? ''] };
        afterFrames = false;
        continue;
      }
    }
    if (FRAME.test(line)) {
      afterFrames = true;
    } else if (open && !afterFrames) {
      open.message.push(line);
    }
  }
  close();
  return causes.reverse();
}

const RANGE = /[Ff]rom line (\d+), column (\d+) to line (\d+), column (\d+)/;
const POINT = /\bline (\d+), column (\d+)/;

/** The place that Flink's text names, the innermost cause's first. */
export function placeOf(texts: readonly string[]): Place | undefined {
  for (const text of texts) {
    const range = RANGE.exec(text);
    if (range) {
      const [line = 1, column = 1, endLine = 1, endColumn = 1] = range.slice(1).map(Number);
      return { line, column, endLine, endColumn };
    }
    const point = POINT.exec(text);
    if (point) {
      const [line = 1, column = 1] = point.slice(1).map(Number);
      return { line, column, endLine: line, endColumn: column };
    }
  }
  return undefined;
}

const SESSION_LOST = /Session '[^']*' does not exist/;
const OPERATION_LOST = /Can not find the submitted operation/;

/** The error of an `{"errors": […]}` answer. `server` names the address for errors that are not about the statement. */
export function errorFromAnswer(status: number, errors: readonly string[], server: string): GatewayError {
  const trace = errors.find((text) => text.includes('\n')) ?? errors[errors.length - 1] ?? '';
  const causes = parseTrace(trace);
  const words = describeCauses(causes) ?? (trace.trim() || `HTTP ${status}`);
  const place = placeOf(causes.map((cause) => cause.message).concat(causes.length > 0 ? [] : [trace]));
  if (status === 401 || status === 403) {
    return new GatewayError(`${server} refused the credentials (HTTP ${status})`, { kind: 'unauthorized', status });
  }
  const kind = SESSION_LOST.test(trace) ? 'session-lost' : OPERATION_LOST.test(trace) ? 'operation-lost' : 'sql';
  return new GatewayError(words, { kind, causes, place, trace, status });
}

const ROW = /^Fail(?:ed)? to deserialize /;

/**
 * What a chain of causes, innermost first, says in one line: the innermost words, and before them the row or field that could not
 * be read, which alone tells where in the data the fault is.
 */
export function describeCauses(causes: readonly Pick<Cause, 'className' | 'message'>[]): string | undefined {
  const telling = causes.find((cause) => cause.message !== '') ?? causes[0];
  if (!telling) return undefined;
  const row = causes.findLast((cause) => ROW.test(cause.message));
  return row && row !== telling ? `${row.message} ${describeCause(telling)}` : describeCause(telling);
}

/** `ValidationException: words`, or the class alone when it has no message. */
export function describeCause(cause: Pick<Cause, 'className' | 'message'>): string {
  return cause.message === '' ? cause.className : `${cause.className}: ${cause.message}`;
}
