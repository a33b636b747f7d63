import type { Invalid, Statement } from '../ast.ts';
import { escapeImage, lineColumn, type SqlSyntaxError } from '../errors.ts';
import { K, keywords, lastKeyword, reservedCount } from '../keywords.ts';
import { T } from '../tokens.ts';

/** Thrown to leave a production after its mistake has been reported; caught where the parser can go on. */
class Panic extends Error {}
const panic = new Panic('syntax error');

/** What a name stands for, for completion. */
export type NameRole =
  | 'catalog'
  | 'database'
  | 'table'
  | 'view'
  | 'model'
  | 'column'
  | 'function'
  | 'module'
  | 'alias'
  | 'window'
  | 'hint'
  | 'type'
  | 'option-key'
  | 'new-name'
  | 'partition-column'
  | 'pattern-variable'
  | 'expression';

/** Significant tokens in columns, made once for a text. */
export interface TokenColumns {
  readonly source: string;
  readonly kinds: Uint16Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

const MAX_DEPTH = 450;

/** Stand for the expectations of a parser that nobody asks for them; they stay empty. */
const unasked = new Set<number>();
const noRoles = new Set<NameRole>();
const noErrors: SqlSyntaxError[] = [];

/**
 * The cursor that all productions share: the current token, mistakes, and recovery. A production consumes what it knows
 * and calls `fail` at the first token that does not fit.
 *
 * Flink's parser is generated with lookaheads of a few tokens, and its messages depend on them: where a choice is made
 * by looking at two tokens and the second does not fit, the message names the first and quotes both. Productions mark
 * such choices with `ahead`.
 */
export class Parser {
  readonly source: string;
  /** Index of the current token, and its kind; kind EOF at the end of the statement. */
  index: number;
  kind: number;
  readonly errors: SqlSyntaxError[] = [];
  /** Depth of the expression that an alias may follow, or -1. */
  aliasDepth = -1;
  /** Depth of nested productions. */
  depth = 0;
  /** Depth at which the lower bound of a BETWEEN is read, where AND ends it, or -1. */
  lowerBoundDepth = -1;
  /** Number of `?` so far. */
  parameters = 0;
  /** Completion: the token index at which expectations are collected, or -1. */
  probe = -1;
  /** What could stand at `probe`. Only completion asks, and gives the parser sets of its own. */
  expectedKinds: Set<number> = unasked;
  expectedRoles: Set<NameRole> = noRoles;
  private readonly kinds: Uint16Array;
  private readonly starts: Uint32Array;
  private readonly ends: Uint32Array;
  private readonly from: number;
  private to: number;
  /** Offset from which messages count lines and columns. */
  private readonly base: number;
  private aheadAt = -1;
  private aheadLimit = 0;
  private quotesOne = false;
  private outerAheadAt = -1;
  private outerAheadLimit = 0;
  private identifierAt = -1;
  private lastRecovery = -1;
  private readonly beginsStatement: (p: Parser) => boolean;
  private later: SqlSyntaxError[] = noErrors;
  private brokenFrom = 0;
  private kept: Statement | undefined;

  /** `beginsStatement` tells whether a statement begins at the cursor, where a `;` may be missing. */
  constructor(tokens: TokenColumns, from: number, to: number, base: number, beginsStatement: (p: Parser) => boolean) {
    this.beginsStatement = beginsStatement;
    this.source = tokens.source;
    this.kinds = tokens.kinds;
    this.starts = tokens.starts;
    this.ends = tokens.ends;
    this.from = from;
    this.to = to;
    this.base = base;
    this.index = from;
    this.kind = from < to ? (tokens.kinds[from] as number) : T.EOF;
  }

  /** Offset of the current token; at the end, of the end of the last token. */
  get start(): number {
    return this.index < this.to ? (this.starts[this.index] as number) : this.end;
  }

  /** Offset after the last consumed token. */
  get end(): number {
    return this.index > this.from ? (this.ends[this.index - 1] as number) : this.base;
  }

  /** Collects what could stand at the token with this index. */
  collectAt(index: number): void {
    this.probe = index;
    this.expectedKinds = new Set();
    this.expectedRoles = new Set();
  }

  /** Index after the statement's last token. */
  get limit(): number {
    return this.to;
  }

  /** Kind of the token `n` ahead of the current one. */
  peek(n: number): number {
    const i = this.index + n;
    return i < this.to ? (this.kinds[i] as number) : T.EOF;
  }

  /** Text of the current token. */
  text(): string {
    return this.index < this.to ? this.source.slice(this.starts[this.index], this.ends[this.index]) : '';
  }

  /** Offset of the token `n` ahead. */
  startOf(n: number): number {
    const i = this.index + n;
    return i < this.to ? (this.starts[i] as number) : this.source.length;
  }

  /** Offset after the token `n` ahead. */
  endOf(n: number): number {
    const i = this.index + n;
    return i < this.to ? (this.ends[i] as number) : this.source.length;
  }

  /** Whether the current token has this kind. */
  at(kind: number): boolean {
    if (this.index === this.probe) this.expectedKinds.add(kind);
    return this.kind === kind;
  }

  /** Whether this and the next token have these kinds. */
  at2(first: number, second: number): boolean {
    if (this.index === this.probe) this.expectedKinds.add(first);
    else if (this.index + 1 === this.probe && this.kind === first) this.expectedKinds.add(second);
    return this.kind === first && this.peek(1) === second;
  }

  advance(): void {
    this.index++;
    this.kind = this.index < this.to ? (this.kinds[this.index] as number) : T.EOF;
  }

  /** Consumes a token of this kind if it is there. */
  accept(kind: number): boolean {
    if (this.index === this.probe) this.expectedKinds.add(kind);
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Consumes a token of this kind, or fails. */
  expect(kind: number): void {
    if (this.index === this.probe) this.expectedKinds.add(kind);
    if (this.kind !== kind) this.fail(kind);
    this.advance();
  }

  /** Consumes these tokens in order, or fails. */
  expectAll(...kinds: number[]): void {
    for (const kind of kinds) this.expect(kind);
  }

  /** Whether an identifier (or a keyword that may be one) is here. */
  atIdentifier(role: NameRole): boolean {
    if (this.index > this.identifierAt) this.identifierAt = this.index;
    if (this.index === this.probe) this.expectedRoles.add(role);
    return isIdentifierKind(this.kind);
  }

  /** Tells that an expression (hence an identifier) could begin here. */
  noteExpression(): void {
    if (this.index > this.identifierAt) this.identifierAt = this.index;
    if (this.index === this.probe) this.expectedRoles.add('expression');
  }

  /** Marks a choice that Flink makes by looking at `limit` tokens from here. */
  ahead(limit: number, quotesOne = false): void {
    this.quotesOne = quotesOne;
    if (this.aheadAt >= 0 && this.index < this.aheadAt + this.aheadLimit && this.index > this.aheadAt) {
      this.outerAheadAt = this.aheadAt;
      this.outerAheadLimit = this.aheadLimit;
    }
    this.aheadAt = this.index;
    this.aheadLimit = limit;
  }

  /** As `ahead`, before an operator: where the expression is a SELECT item, an alias could stand there as well. */
  aheadOperator(limit: number): void {
    if (this.depth === this.aliasDepth && this.index > this.identifierAt) this.identifierAt = this.index;
    this.ahead(limit);
  }

  /** Tells that an identifier could stand `n` tokens from here. */
  noteIdentifier(n: number): void {
    this.identifierAt = this.index + n;
  }

  /** Forgets the mark: Flink has made this choice with one token. */
  committed(): void {
    this.aheadAt = -1;
    this.outerAheadAt = -1;
  }

  /** Reports the current token as unexpected, in Flink's words, and leaves the production. */
  fail(expected?: number): never {
    // Completion asks only for what could stand here, not for what recovery would take.
    if (this.index === this.probe) this.probe = -1;
    let first = this.index;
    if (this.aheadAt >= 0 && first > this.aheadAt && first < this.aheadAt + this.aheadLimit) first = this.aheadAt;
    if (this.outerAheadAt >= 0 && first > this.outerAheadAt && this.index < this.outerAheadAt + this.outerAheadLimit) {
      first = this.outerAheadAt;
    }
    this.unexpected(first, this.quotesOne && first === this.aheadAt ? first : this.index, expected);
    throw panic;
  }

  /** Reports that Flink refuses what stands at these offsets, without leaving the production. */
  refuse(
    start: number,
    end: number,
    message: string,
    code: SqlSyntaxError['code'],
    exception: SqlSyntaxError['exception'] = 'CalciteException',
    placed = false,
  ): void {
    this.report({ start, end, message, code, exception, placed });
  }

  /** Reports what Flink's validator refuses later: it counts only when the statement parses. */
  refuseLater(
    start: number,
    end: number,
    message: string,
    placed: boolean,
    exception: SqlSyntaxError['exception'] = 'SqlValidatorException',
  ): void {
    if (this.later === noErrors) this.later = [];
    this.later.push({ start, end, message, code: 'invalid-literal', exception, placed });
  }

  /** `line 1, column 8` of an offset, as Flink counts. */
  placeAt(offset: number): string {
    const { line, column } = lineColumn(this.source, this.base, offset);
    return `line ${line}, column ${column}`;
  }

  /** The statement has been read: what the validator refuses now counts, when nothing else is wrong. */
  finish(): void {
    const first = this.later[0];
    if (this.errors.length === 0 && first !== undefined) this.errors.push(first);
  }

  /** As `refuse`, and leaves the production. */
  refuseAndLeave(...args: Parameters<Parser['refuse']>): never {
    this.refuse(...args);
    throw panic;
  }

  /** Counts a nested production; Flink's parser overflows its stack where this one stops. */
  enter(): void {
    if (++this.depth > MAX_DEPTH) {
      this.refuseAndLeave(this.start, this.endOf(0), 'The statement is nested too deeply.', 'too-deep');
    }
  }

  leave(): void {
    this.depth--;
  }

  /** Runs a production; after a mistake in it, hands over to `recover` with the offset where it began. */
  attempt<A, B>(production: (p: Parser) => A, recover: (start: number, p: Parser) => B): A | B {
    const { start, depth, index } = this;
    try {
      return production(this);
    } catch (error) {
      if (!(error instanceof Panic)) throw error;
      this.depth = depth;
      this.lowerBoundDepth = -1;
      this.brokenFrom = index;
      this.committed();
      this.lastRecovery = this.index;
      const node = recover(start, this);
      this.lastRecovery = this.index;
      return node;
    }
  }

  /** As `fail`, quoting all tokens from the one at `first`. */
  failFrom(first: number): never {
    this.unexpected(first, this.index, undefined);
    throw panic;
  }

  /**
   * Skips to the first token for which `stop` holds and that is outside of parentheses opened since the broken production
   * began, or to the parenthesis that closes what is around it, or to the end.
   */
  skipTo(stop: (kind: number, p: Parser) => boolean): void {
    let open = 0;
    for (let i = this.brokenFrom; i < this.index; i++) open += nesting(this.kinds[i] as number);
    if (!this.closes(open)) open = 0;
    while (this.kind !== T.EOF) {
      const kind = this.kind;
      if (open <= 0 && (stop(kind, this) || this.semicolonMissing())) return;
      if (kind === T.LPAREN || kind === T.LBRACKET) open++;
      else if (kind === T.RPAREN || kind === T.RBRACKET) {
        if (open <= 0) return;
        open--;
      }
      this.advance();
    }
  }

  /** Whether `open` parentheses are closed before the statement ends. */
  private closes(open: number): boolean {
    let left = open;
    for (let i = this.index; left > 0 && i < this.to; i++) left += nesting(this.kinds[i] as number);
    return left <= 0;
  }

  /** A node for the text from `start` to what has been consumed. */
  invalid(start: number): Invalid {
    return { kind: 'Invalid', start: Math.min(start, this.end), end: Math.max(start, this.end) };
  }

  /** Keeps the statement that has been read although something follows it. */
  keepNode(node: Statement): void {
    this.kept = node;
  }

  takeNode(): Statement | undefined {
    return this.kept;
  }

  /** Whether a new statement begins at the current token, on a line of its own and outside of parentheses. */
  semicolonMissing(): boolean {
    if (this.index <= this.from || this.index >= this.to || !this.beginsStatement(this)) return false;
    const last = this.index - 1;
    if (goesOn.has(this.kinds[last] as number)) return false;
    if (!/[\n\r]/.test(this.source.slice(this.ends[last], this.starts[this.index]))) return false;
    let open = 0;
    for (let i = this.from; i < this.index; i++) open += nesting(this.kinds[i] as number);
    return open <= 0;
  }

  /** Ends the statement before the current token (a missing `;`). */
  cut(): void {
    this.to = this.index;
    this.kind = T.EOF;
  }

  private unexpected(first: number, last: number, expected: number | undefined): void {
    const kind = last < this.to ? (this.kinds[last] as number) : T.EOF;
    if (kind === T.LEXICAL_ERROR) return this.lexicalError(last);
    // The `;` that ends the statement is what Flink's parser finds there.
    const tokens = this.kinds[this.to] === T.SEMICOLON ? this.to + 1 : this.to;
    const start = first < tokens ? (this.starts[first] as number) : this.end;
    const end = first < tokens ? (this.ends[Math.min(last, tokens - 1)] as number) : start;
    const images: string[] = [];
    for (let i = first; i <= last; i++) {
      images.push(i < tokens ? escapeImage(this.source.slice(this.starts[i], this.ends[i])) : '<EOF>');
    }
    const place = this.place(first);
    const image = first < this.to ? this.source.slice(this.starts[first], this.ends[first]) : '';
    const keyword = first < this.to && this.identifierAt >= first && image === keywords[(this.kinds[first] ?? 0) - 1];
    const message = keyword
      ? `Incorrect syntax near the keyword '${image}' at ${place}.`
      : `Encountered "${images.join(' ')}" at ${place}.`;
    const missing = first === this.index && this.semicolonMissing();
    const code = missing ? 'missing-semicolon' : 'unexpected-token';
    const error: SqlSyntaxError = {
      start,
      end,
      message,
      code,
      exception: 'ParseException',
      placed: true,
      ...(missing && { hint: 'A `;` may be missing before this statement.' }),
    };
    this.report(expected === undefined ? error : { ...error, expected: [kindName(expected)] });
  }

  /** `line 1, column 8` of a token; the end of the text counts as the text's last character. */
  private place(index: number): string {
    let offset: number;
    if (index < this.to || this.kinds[this.to] === T.SEMICOLON)
      offset = this.starts[Math.min(index, this.to)] as number;
    else if (this.to < this.kinds.length) offset = (this.starts[this.to] as number) - 1;
    else offset = this.source.length - 1;
    const { line, column } = lineColumn(this.source, this.base, Math.max(offset, this.base));
    return `line ${line}, column ${offset < this.base ? 0 : column}`;
  }

  private lexicalError(index: number): void {
    const start = this.starts[index] as number;
    const text = this.source.slice(start, this.ends[index]);
    // A quoted identifier or `!` consumed something before the character that does not fit.
    const comment = text.startsWith('/*');
    const after = comment ? '' : text[0] === '`' || text[0] === '!' ? text : '';
    const stop = comment ? this.source.length : start + after.length;
    const { line, column } = lineColumn(this.source, this.base, stop);
    const what =
      stop >= this.source.length
        ? '<EOF>'
        : `"${escapeImage(this.source[stop] as string)}" (${this.source.charCodeAt(stop)}),`;
    this.report({
      start,
      end: this.ends[index] as number,
      message: `Lexical error at line ${line}, column ${column}.  Encountered: ${what} after : "${escapeImage(after)}"`,
      code: 'lexical',
      exception: 'TokenMgrError',
      placed: true,
    });
  }

  /** One mistake, one error: what follows a recovery at once is a consequence of it. */
  private report(error: SqlSyntaxError): void {
    if (this.errors.length > 0 && this.index - this.lastRecovery < 3) return;
    this.errors.push(error);
  }
}

/** Tokens after which a query may begin on the next line and still belong to the statement. */
const goesOn: ReadonlySet<number> = new Set([
  K.AS,
  K.ALL,
  K.UNION,
  K.INTERSECT,
  K.EXCEPT,
  K.DISTINCT,
  K.FOR,
  K.BEGIN,
  T.COMMA,
  T.LPAREN,
  T.SEMICOLON,
]);

/** 1 for an opening parenthesis or bracket, -1 for a closing one. */
const nesting = (kind: number): number =>
  kind === T.LPAREN || kind === T.LBRACKET ? 1 : kind === T.RPAREN || kind === T.RBRACKET ? -1 : 0;

/** Whether a token of this kind can be an identifier. */
export function isIdentifierKind(kind: number): boolean {
  return (kind > reservedCount && kind <= lastKeyword) || (kind >= T.IDENTIFIER && kind <= T.UNICODE_QUOTED_IDENTIFIER);
}

const punctuation = new Map<number, string>([
  [T.LPAREN, '('],
  [T.RPAREN, ')'],
  [T.LBRACKET, '['],
  [T.RBRACKET, ']'],
  [T.RBRACE, '}'],
  [T.SEMICOLON, ';'],
  [T.DOT, '.'],
  [T.COMMA, ','],
  [T.EQ, '='],
  [T.GT, '>'],
  [T.LT, '<'],
  [T.COMMENT_END, '*/'],
  [T.QUOTED_STRING, 'a string'],
  [T.UNSIGNED_INTEGER, 'a number'],
  [T.EOF, 'end of statement'],
]);

/** A token kind in words: a keyword, a sign, or `an identifier`. */
export const kindName = (kind: number): string =>
  kind >= 1 && kind <= lastKeyword ? (keywords[kind - 1] as string) : (punctuation.get(kind) ?? 'an identifier');

/** Kinds that begin a clause after the SELECT list; a broken list is left before them. */
export const clauseKinds: ReadonlySet<number> = new Set([
  K.FROM,
  K.WHERE,
  K.GROUP,
  K.HAVING,
  K.WINDOW,
  K.QUALIFY,
  K.ORDER,
  K.LIMIT,
  K.OFFSET,
  K.FETCH,
  K.UNION,
  K.INTERSECT,
  K.EXCEPT,
  T.SEMICOLON,
]);
