import { K } from '../syntax/keywords.ts';
import { T } from '../syntax/tokens.ts';
import { type Comment, type Doc, group, hardLine, indent, line, softLine } from './layout.ts';

/** A token of a statement with the comments about it. */
export interface Piece {
  readonly kind: number;
  readonly text: string;
  /** Whether a space stands before it on a line. */
  readonly space: boolean;
  /** Comments on the lines before the token. */
  readonly before: readonly Comment[];
  /** Comments that begin on the token's line, behind it. */
  readonly behind: readonly Comment[];
  /** Whether the text had a line break before the token (kept between strings that continue each other). */
  readonly ownLine: boolean;
}

const joinHeads: ReadonlySet<number> = new Set([K.JOIN, K.LEFT, K.RIGHT, K.FULL, K.INNER, K.CROSS, K.NATURAL, K.OUTER]);

/** Clauses whose items stand one a line below the head when they do not fit beside it. */
const listHeads: ReadonlySet<number> = new Set([
  K.SELECT,
  K.GROUP,
  K.ORDER,
  K.PARTITION,
  K.VALUES,
  K.MEASURES,
  K.DEFINE,
  K.SET,
  K.WITH,
  K.WINDOW,
]);

const clauseHeads: ReadonlySet<number> = new Set([
  K.SELECT,
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
  K.VALUES,
  K.PARTITION,
  K.MEASURES,
  K.PATTERN,
  K.SUBSET,
  K.DEFINE,
  K.INSERT,
]);

/** What continues a head after its first word. */
const headWords: ReadonlySet<number> = new Set([
  K.BY,
  K.DISTINCT,
  K.ALL,
  K.STREAM,
  K.JOIN,
  K.OUTER,
  K.INNER,
  K.LEFT,
  K.RIGHT,
  K.FULL,
  K.CROSS,
  K.LATERAL,
  K.RECURSIVE,
]);

const opens = (kind: number): boolean => kind === T.LPAREN || kind === T.LBRACKET || kind === K.CASE;
const closes = (kind: number): boolean => kind === T.RPAREN || kind === T.RBRACKET || kind === K.END;

/** Lays out one statement. */
export function statementDoc(pieces: readonly Piece[]): Doc {
  return new Layout(pieces).statement();
}

class Layout {
  private readonly pieces: readonly Piece[];
  /** By index of an opening piece: the index of the one that closes it. */
  private readonly match: Int32Array;

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
    this.match = matches(pieces);
  }

  statement(): Doc {
    const { pieces } = this;
    const set = pieces.findIndex((p, i) => p.kind === K.BEGIN && i > 1 && pieces[i - 1]?.kind === K.SET);
    const last = pieces.length - 1;
    if (set < 0 || set === last || pieces[last]?.kind !== K.END) return group(this.clauses(0, pieces.length));
    // A statement set: one INSERT a paragraph.
    const body: Doc[] = [];
    let from = set + 1;
    for (let i = from; i < last; i++) {
      if (this.kind(i) !== T.SEMICOLON) continue;
      body.push(hardLine, group(this.clauses(from, i)), this.token(i, true));
      from = i + 1;
    }
    if (from < last) body.push(hardLine, group(this.clauses(from, last)));
    return [this.clauses(0, set + 1), indent(body), hardLine, this.token(last, true)];
  }

  private kind(i: number): number {
    return this.pieces[i]?.kind ?? T.EOF;
  }

  /** Clauses from `from` to `to`, on lines of their own when they do not fit one. */
  private clauses(from: number, to: number): Doc {
    const docs: Doc[] = [];
    let begin = from;
    for (let i = from; i < to; i = this.next(i)) {
      if (i === begin || !this.beginsClause(i)) continue;
      docs.push(this.clause(begin, i), line);
      begin = i;
    }
    docs.push(this.clause(begin, to));
    return docs;
  }

  /** Index after the token, or after the parentheses or CASE that it opens. */
  private next(i: number): number {
    return (this.match[i] as number) > i ? (this.match[i] as number) + 1 : i + 1;
  }

  private beginsClause(i: number): boolean {
    const kind = this.kind(i);
    const before = this.kind(i - 1);
    if (before === T.DOT) return false;
    if (joinHeads.has(kind)) return this.kind(i + 1) !== T.LPAREN && !joinHeads.has(before);
    if (kind === K.ROWS || kind === K.RANGE) {
      const after = this.kind(i + 1);
      return after === K.BETWEEN || after === K.UNBOUNDED || after === K.CURRENT;
    }
    if (kind === K.SET) return this.kind(0) === K.UPDATE;
    if (!clauseHeads.has(kind)) return false;
    if (kind === K.FROM) return before !== K.DISTINCT && before !== K.METADATA;
    if (kind === K.GROUP) return before !== K.WITHIN;
    if (kind === K.VALUES) return before !== K.TABLE;
    if (kind === K.PARTITION || kind === K.ORDER) return this.kind(i + 1) === K.BY;
    return before !== K.MULTISET && this.kind(i + 1) !== T.DOT;
  }

  /** A clause's head, then its items. */
  private clause(from: number, to: number): Doc {
    if (from >= to) return [];
    const first = this.kind(from);
    if (first === K.PATTERN) return this.plain(from, to);
    let body = from + 1;
    while (body < to && headWords.has(this.kind(body)) && this.kind(body + 1) !== T.LPAREN) body++;
    const isClause = clauseHeads.has(first) || joinHeads.has(first) || listHeads.has(first);
    if (!isClause) return group(this.item(from, to));
    const head = this.plain(from, body);
    if (body >= to) return head;
    const items = this.items(body, to);
    if (!listHeads.has(first)) return group([head, ' ', this.hasComma(body, to) ? indent(items) : items]);
    // One item with parentheses of its own (WITH t AS (…)) breaks inside them.
    if (first === K.WITH || first === K.WINDOW) return [head, ' ', items];
    return group([head, indent([line, items])]);
  }

  /** Items between commas, each on a line of its own when they do not fit one. */
  private items(from: number, to: number): Doc {
    const docs: Doc[] = [];
    let begin = from;
    let generics = 0;
    for (let i = from; i < to; i = this.next(i)) {
      if (this.kind(i) === T.LT && !(this.pieces[i] as Piece).space) generics++;
      else if (this.kind(i) === T.GT && generics > 0) generics--;
      else if (this.kind(i) === T.COMMA && generics === 0) {
        docs.push(group(this.item(begin, i)), this.token(i, true), line);
        begin = i + 1;
      }
    }
    docs.push(group(this.item(begin, to)));
    return docs;
  }

  /** An expression or column: breaks before AND and OR, and inside its parentheses. */
  private item(from: number, to: number): Doc {
    const head: Doc[] = [];
    const tail: Doc[] = [];
    let betweens = 0;
    let into = head;
    for (let i = from; i < to; i = this.next(i)) {
      const kind = this.kind(i);
      if (kind === K.BETWEEN) betweens++;
      const and = kind === K.AND && betweens > 0;
      if (and) betweens--;
      const breaks = !and && i > from && (kind === K.AND || kind === K.OR);
      if (breaks) {
        into = tail;
        into.push(line);
      }
      into.push(this.unit(i, i === from || breaks));
    }
    return tail.length === 0 ? head : [head, indent(tail)];
  }

  /** A token, or what it opens up to what closes it. */
  private unit(i: number, first: boolean): Doc {
    const close = this.match[i] as number;
    if (close <= i) return this.token(i, first);
    const open = this.token(i, first);
    if (close === i + 1) return [open, this.token(close, false)];
    if (this.kind(i) === K.CASE) return this.caseDoc(i, close, open);
    if (this.kind(i - 1) === K.PATTERN) return [open, this.plain(i + 1, close), this.token(close, false)];
    const inner = this.hasClauses(i + 1, close) ? this.clauses(i + 1, close) : this.items(i + 1, close);
    const definition = this.isDefinition(i, close);
    const edge = definition ? hardLine : softLine;
    return group([open, indent([edge, definition ? broken(inner) : inner]), edge, this.token(close, true)]);
  }

  private hasClauses(from: number, to: number): boolean {
    for (let i = from; i < to; i = this.next(i)) if (this.beginsClause(i) || this.kind(i) === K.WITH) return true;
    return false;
  }

  /** Whether the parentheses hold several columns of a CREATE statement or several options of one: one a line. */
  private isDefinition(open: number, close: number): boolean {
    if (this.kind(0) !== K.CREATE || this.kind(open) !== T.LPAREN || this.depthOf(open) > 0) return false;
    const before = this.kind(open - 1);
    if (before !== K.WITH && !(this.pieces[open] as Piece).space) return false;
    if (before !== K.WITH && !this.declaresColumns(open)) return false;
    return this.hasComma(open + 1, close);
  }

  private hasComma(from: number, to: number): boolean {
    for (let i = from; i < to; i = this.next(i)) if (this.kind(i) === T.COMMA) return true;
    return false;
  }

  /** Whether nothing but the object's name stands between CREATE … TABLE and the parenthesis. */
  private declaresColumns(open: number): boolean {
    let table = false;
    for (let i = 1; i < open; i++) {
      if (this.kind(i) === T.LPAREN || this.kind(i) === K.AS) return false;
      table ||= this.kind(i) === K.TABLE;
    }
    return table;
  }

  private depthOf(i: number): number {
    let depth = 0;
    for (let j = 0; j < i; j++) if ((this.match[j] as number) > i) depth++;
    return depth;
  }

  /** CASE, then WHEN … THEN … and ELSE on lines of their own, END */
  private caseDoc(open: number, close: number, head: Doc): Doc {
    const branches: Doc[] = [];
    let begin = open + 1;
    const flush = (to: number): void => {
      if (begin < to) {
        const when = this.kind(begin) === K.WHEN || this.kind(begin) === K.ELSE;
        branches.push(when ? line : ' ', group(this.item(begin, to)));
      }
      begin = to;
    };
    for (let i = open + 1; i < close; i = this.next(i)) {
      if (this.kind(i) === K.WHEN || this.kind(i) === K.ELSE) flush(i);
    }
    flush(close);
    return group([head, indent(branches), line, this.token(close, true)]);
  }

  /** Tokens without a break of ours. */
  private plain(from: number, to: number): Doc {
    const docs: Doc[] = [];
    for (let i = from; i < to; i++) docs.push(this.token(i, i === from));
    return docs;
  }

  /** A token and its comments. Nothing stands before the first of a line. */
  private token(i: number, first: boolean): Doc {
    const { text, space, before, behind, ownLine, kind } = this.pieces[i] as Piece;
    const continues = kind === T.QUOTED_STRING && ownLine && isString(this.kind(i - 1));
    const gap: Doc = continues ? hardLine : !first && space ? ' ' : '';
    return before.length + behind.length === 0 ? [gap, text] : [...before, gap, text, ...behind];
  }
}

const isString = (kind: number): boolean => kind >= T.BINARY_STRING && kind <= T.C_STYLE_STRING;

/** The same, broken at every line of the outermost level. */
function broken(doc: Doc): Doc {
  if (typeof doc === 'string') return doc;
  if (!('kind' in doc)) return doc.map(broken);
  return doc.kind === 'line' ? hardLine : doc;
}

function matches(pieces: readonly Piece[]): Int32Array {
  const match = new Int32Array(pieces.length).fill(-1);
  const stack: number[] = [];
  for (const [i, { kind }] of pieces.entries()) {
    if (opens(kind)) stack.push(i);
    else if (closes(kind)) {
      const open = stack.at(-1);
      if (open === undefined || !pairs(pieces[open]?.kind, kind)) continue;
      match[open] = i;
      stack.pop();
    }
  }
  return match;
}

const pairs = (open: number | undefined, close: number): boolean =>
  close === T.RPAREN ? open === T.LPAREN : close === T.RBRACKET ? open === T.LBRACKET : open === K.CASE;
