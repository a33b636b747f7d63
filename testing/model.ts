/** A stretch of a text, in offsets. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a test file, where. */
export interface Problem {
  readonly message: string;
  readonly place: Place;
}

export const ROW_KINDS = ['+I', '-U', '+U', '-D'] as const;
export type RowKindText = (typeof ROW_KINDS)[number];

/** A cell as it is written; null is NULL. */
export type Cell = string | null;

export interface WrittenRow {
  readonly rowKind: RowKindText;
  readonly cells: readonly Cell[];
  readonly place: Place;
}

/** What happens to the tables of a test, in the order of its text. */
export type GivenItem =
  | { readonly kind: 'row'; readonly table: string; readonly columns: readonly string[]; readonly row: WrittenRow }
  /** The rows of a file beside the test: JSON lines or CSV with a head line. */
  | { readonly kind: 'file'; readonly table: string; readonly path: string; readonly place: Place }
  | { readonly kind: 'watermark'; readonly table: string; readonly time: string; readonly place: Place }
  | { readonly kind: 'now'; readonly time: string; readonly place: Place };

/** A table that the test gives, with or without rows. */
export interface GivenTable {
  readonly name: string;
  readonly place: Place;
}

export type When =
  | { readonly kind: 'query'; readonly sql: Place }
  /** The INSERT of the used scripts that writes to this table. */
  | { readonly kind: 'insert'; readonly table: string; readonly place: Place };

export type Then =
  /** `final`: the rows that are left, in any order; `ordered`: in this order; `changelog`: every change, in order. */
  | {
      readonly kind: 'rows';
      readonly mode: 'final' | 'ordered' | 'changelog';
      /** As of this watermark: the inputs stop there and do not end. */
      readonly at: string | undefined;
      readonly columns: readonly string[] | undefined;
      readonly rows: readonly WrittenRow[];
      /** From after the directive's line to after the last line of the rows. */
      readonly block: Place;
      readonly place: Place;
    }
  | { readonly kind: 'error'; readonly text: string; readonly place: Place }
  | { readonly kind: 'late'; readonly count: number; readonly place: Place };

export interface SqlTest {
  readonly name: string;
  /** Of the `@test` line. */
  readonly place: Place;
  readonly params: ReadonlyMap<string, string>;
  readonly tables: readonly GivenTable[];
  readonly given: readonly GivenItem[];
  readonly when: When | undefined;
  readonly expected: readonly Then[];
}

/** A `*.test.sql` file, or a notebook with test cells. */
export interface TestFile {
  readonly text: string;
  /** Of a notebook: the text without its test cells, which is a script that they use. */
  readonly own?: string;
  /** Scripts whose definitions the tests use. */
  readonly uses: readonly { readonly path: string; readonly place: Place }[];
  /** Statements before the first test, run before each. */
  readonly setup: readonly Place[];
  /** Values of `${name}` for all tests. */
  readonly params: ReadonlyMap<string, string>;
  readonly tests: readonly SqlTest[];
  readonly problems: readonly Problem[];
}
