import { lex, splitStatements, T } from '../flink-sql/syntax/index.ts';
import type { GivenItem, GivenTable, Place, Problem, SqlTest, TestFile, Then, When, WrittenRow } from './model.ts';
import { isRule, rowOf } from './rows.ts';

/** A comment line: what stands behind its `--`. */
interface Line {
  readonly text: string;
  /** From the `--` to the end of the line. */
  readonly place: Place;
}

/** Reads a test file. Never fails: what it does not understand is told as a problem. */
export function readTests(text: string): TestFile {
  return new Reader(text).read();
}

/** A test while it is read. */
interface Draft {
  readonly name: string;
  readonly place: Place;
  readonly params: Map<string, string>;
  readonly tables: GivenTable[];
  readonly given: GivenItem[];
  readonly expected: Then[];
  when: When | undefined;
}

type Rows = Extract<Then, { kind: 'rows' }>;

/** What the next lines of rows belong to. */
type Open =
  | { readonly kind: 'given'; readonly table: string; columns: readonly string[] | undefined }
  | { readonly kind: 'then'; readonly index: number };

class Reader {
  readonly #text: string;
  readonly #uses: { path: string; place: Place }[] = [];
  readonly #setup: Place[] = [];
  readonly #params = new Map<string, string>();
  readonly #tests: SqlTest[] = [];
  readonly #problems: Problem[] = [];
  #draft: Draft | undefined;
  #open: Open | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): TestFile {
    const parts: { at: number; take: () => void }[] = [
      ...commentLines(this.#text).map((line) => ({ at: line.place.start, take: () => this.#line(line) })),
      ...splitStatements(this.#text).map(({ start, end }) => ({
        at: start,
        take: () => this.#statement({ start, end }),
      })),
    ];
    for (const { take } of parts.sort((a, b) => a.at - b.at)) take();
    this.#finish();
    return {
      text: this.#text,
      uses: this.#uses,
      setup: this.#setup,
      params: this.#params,
      tests: this.#tests,
      problems: this.#problems,
    };
  }

  #statement(sql: Place): void {
    this.#open = undefined;
    const draft = this.#draft;
    if (!draft) this.#setup.push(sql);
    else if (draft.when) this.#problem('A test has one statement.', sql);
    else draft.when = { kind: 'query', sql };
  }

  #line(line: Line): void {
    const directive = /^\s*@(\w+)\s*(.*?)\s*$/.exec(line.text);
    if (directive) this.#directive(directive[1] as string, directive[2] as string, line.place);
    else if (this.#open) this.#row(this.#open, line);
  }

  #row(open: Open, { text, place }: Line): void {
    if (text.trim() === '') return;
    const row = isRule(text) ? 'rule' : rowOf(text, place);
    if (row === 'rule') return;
    // A remark below the rows ends them.
    if (!row) {
      this.#open = undefined;
      return;
    }
    if (open.kind === 'given') this.#givenRow(open, row);
    else this.#expectedRow(open.index, row);
  }

  #givenRow(open: Extract<Open, { kind: 'given' }>, row: WrittenRow): void {
    if (open.columns === undefined) {
      open.columns = row.cells.map((cell) => cell ?? 'NULL');
      return;
    }
    const { columns, table } = open;
    if (this.#isWide(row, columns.length)) this.#draft?.given.push({ kind: 'row', table, columns, row });
  }

  #expectedRow(index: number, row: WrittenRow): void {
    const known = this.#draft?.expected[index] as Rows;
    const block = { start: known.block.start, end: row.place.end };
    const grown: Rows =
      known.columns === undefined
        ? { ...known, block, columns: row.cells.map((cell) => cell ?? 'NULL') }
        : { ...known, block, rows: [...known.rows, row] };
    if (known.columns !== undefined && !this.#isWide(row, known.columns.length)) return;
    (this.#draft as Draft).expected[index] = grown;
  }

  #isWide(row: WrittenRow, width: number): boolean {
    if (row.cells.length === width) return true;
    this.#problem(`The row has ${row.cells.length} cells, its head has ${width}.`, row.place);
    return false;
  }

  #directive(word: string, rest: string, place: Place): void {
    const wasOpen = this.#open;
    this.#open = undefined;
    switch (word) {
      case 'use':
        if (rest === '') this.#problem('@use names a script.', place);
        else this.#uses.push({ path: rest, place });
        return;
      case 'param':
        this.#param(rest, place);
        return;
      case 'test':
        this.#finish();
        if (rest === '') this.#problem('@test has a name.', place);
        this.#draft = { name: rest, place, params: new Map(), tables: [], given: [], expected: [], when: undefined };
        return;
    }
    const draft = this.#draft;
    if (!draft) {
      this.#problem(`@${word} stands in a test, after @test.`, place);
      return;
    }
    switch (word) {
      case 'given':
        this.#given(draft, rest, place);
        return;
      case 'watermark':
      case 'now':
        this.#mark(draft, word, rest, wasOpen, place);
        return;
      case 'when':
        this.#when(draft, rest, place);
        return;
      case 'then':
        this.#then(draft, rest, place);
        return;
      default:
        this.#problem(
          `@${word} is not known; there are @use, @param, @test, @given, @watermark, @now, @when and @then.`,
          place,
        );
    }
  }

  #param(rest: string, place: Place): void {
    const match = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(rest);
    if (!match) this.#problem('@param is written as name = value.', place);
    else (this.#draft?.params ?? this.#params).set(match[1] as string, match[2] as string);
  }

  #given(draft: Draft, rest: string, place: Place): void {
    const match = /^(\S+)(?:\s+from\s+(\S+))?$/i.exec(rest);
    if (!match) {
      this.#problem(
        '@given names a table, and a file of its rows if there is one: @given orders from orders.jsonl',
        place,
      );
      return;
    }
    const [, name = '', path] = match;
    if (!draft.tables.some((table) => table.name === name)) draft.tables.push({ name, place });
    if (path !== undefined) draft.given.push({ kind: 'file', table: name, path, place });
    this.#open = { kind: 'given', table: name, columns: undefined };
  }

  #mark(draft: Draft, word: 'watermark' | 'now', time: string, open: Open | undefined, place: Place): void {
    if (!/^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?$/.test(time)) {
      this.#problem(`@${word} takes a time: @${word} 2024-01-01 12:00:00`, place);
    } else if (word === 'now') {
      draft.given.push({ kind: 'now', time, place });
    } else if (open?.kind === 'given') {
      draft.given.push({ kind: 'watermark', table: open.table, time, place });
    } else {
      this.#problem('@watermark stands among the rows of a @given.', place);
    }
    if (open?.kind === 'given') this.#open = open;
  }

  #when(draft: Draft, rest: string, place: Place): void {
    const match = /^insert\s+(?:into\s+)?(\S+)$/i.exec(rest);
    if (rest === '') return;
    if (!match)
      this.#problem('@when insert TABLE runs the INSERT of the used scripts; a query is written as SQL.', place);
    else if (draft.when) this.#problem('A test has one statement.', place);
    else draft.when = { kind: 'insert', table: match[1] as string, place };
  }

  #then(draft: Draft, rest: string, place: Place): void {
    const error = /^error\s+(.+)$/i.exec(rest);
    const late = /^late\s+(\d+)$/i.exec(rest);
    const rows = /^(?:(final|ordered|changelog)\s*)?(?:at\s+(.+))?$/i.exec(rest);
    if (error) draft.expected.push({ kind: 'error', text: error[1] as string, place });
    else if (late) draft.expected.push({ kind: 'late', count: Number(late[1]), place });
    else if (rows) {
      const mode = (rows[1]?.toLowerCase() ?? 'final') as Rows['mode'];
      const block = { start: place.end, end: place.end };
      const index =
        draft.expected.push({ kind: 'rows', mode, at: rows[2], columns: undefined, rows: [], block, place }) - 1;
      this.#open = { kind: 'then', index };
    } else {
      const forms = '@then [final|ordered|changelog] [at TIME], @then error TEXT, or @then late COUNT';
      this.#problem(`It is written as ${forms}.`, place);
    }
  }

  #finish(): void {
    const draft = this.#draft;
    this.#draft = undefined;
    this.#open = undefined;
    if (!draft) return;
    if (!draft.when) this.#problem('The test has no statement: write a query, or @when insert TABLE.', draft.place);
    if (draft.expected.length === 0) this.#problem('The test expects nothing: it needs @then.', draft.place);
    if (this.#tests.some(({ name }) => name === draft.name)) {
      this.#problem(`There is a test '${draft.name}' already.`, draft.place);
    }
    this.#tests.push(draft);
  }

  #problem(message: string, place: Place): void {
    this.#problems.push({ message, place });
  }
}

/** The lines of a text that are a comment from their first character on; `--` inside strings and block comments is none. */
function commentLines(text: string): Line[] {
  const { kinds, starts, count } = lex(text);
  const lines: Line[] = [];
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    if (kinds[i] !== T.LINE_COMMENT || !text.startsWith('--', start)) continue;
    const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    if (before.trim() !== '') continue;
    const next = starts[i + 1] ?? text.length;
    const end = start + text.slice(start, next).trimEnd().length;
    lines.push({ text: text.slice(start + 2, end), place: { start, end } });
  }
  return lines;
}
