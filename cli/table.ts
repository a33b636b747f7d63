import { type CliColumn, type CliRows, OPS } from './session.ts';

const MOST = 30;
const LEAST = 4;

/** Widths that hold any value of a type, as Flink's tableau mode uses them for streams. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/^BOOLEAN/, 7],
  [/^TINYINT/, 7],
  [/^SMALLINT/, 8],
  [/^INT\b/, 11],
  [/^BIGINT/, 20],
  [/^DATE/, 10],
  [/^TIME\(/, 12],
  [/^TIMESTAMP\(0\)/, 19],
  [/^TIMESTAMP(?:_LTZ)?\([1-3]\)/, 23],
  [/^TIMESTAMP(?:_LTZ)?/, 29],
];

const NULL = '<NULL>';

/** Prints rows as they come, in columns whose widths follow from the types; too long values are cut. */
export class LiveTable {
  private readonly columns: readonly CliColumn[];
  private readonly widths: readonly number[];
  private readonly withOp: boolean;
  private readonly write: (text: string) => void;
  private rule = '';
  count = 0;

  constructor(columns: readonly CliColumn[], withOp: boolean, write: (text: string) => void, firstRows?: CliRows) {
    this.columns = columns;
    this.withOp = withOp;
    this.write = write;
    this.widths = columns.map((column, c) => columnWidth(column, c, withOp ? undefined : firstRows));
  }

  header(): void {
    const dashes = [...(this.withOp ? [2] : []), ...this.widths].map((width) => '-'.repeat(width + 2));
    this.rule = `+${dashes.join('+')}+\n`;
    const names = this.columns.map(({ name }, c) => cell(name, this.widths[c] as number));
    this.write(this.rule + this.line(this.withOp ? ['op', ...names] : names) + this.rule);
  }

  rows(rows: CliRows): void {
    let text = '';
    for (let i = 0; i < rows.length; i++) {
      const cells = this.widths.map((width, c) => cell(rows.cell(c, i) ?? NULL, width));
      text += this.line(this.withOp ? [OPS[(rows.kinds?.[i] ?? 0) as 0 | 1 | 2 | 3], ...cells] : cells);
    }
    this.count += rows.length;
    if (text !== '') this.write(text);
  }

  footer(): void {
    this.write(this.rule);
  }

  private line(cells: readonly string[]): string {
    return `| ${cells.join(' | ')} |\n`;
  }
}

/** A finished result takes the width of its longest value, a stream the width of its type. */
function columnWidth({ name, type }: CliColumn, c: number, known: CliRows | undefined): number {
  let width = Math.max(LEAST, displayWidth(name));
  if (known) {
    for (let i = 0; i < known.length; i++) width = Math.max(width, displayWidth(known.cell(c, i) ?? NULL));
    return Math.min(width, 120);
  }
  const fixed = WIDTHS.find(([pattern]) => pattern.test(type))?.[1];
  if (fixed !== undefined) return Math.max(width, fixed);
  const decimal = /^DECIMAL\((\d+)/.exec(type);
  if (decimal) return Math.max(width, Math.min(Number(decimal[1]) + 2, MOST));
  const length = /^(?:VAR)?CHAR\((\d+)\)/.exec(type);
  return Math.max(width, length ? Math.min(Number(length[1]), MOST) : MOST);
}

/** Right-aligned, cut with `...`; line breaks and tabs shown as one blank each. */
function cell(text: string, width: number): string {
  let shown = text.replace(/[\r\n\t]+/g, ' ');
  if (displayWidth(shown) > width) {
    const room = width - 3;
    let used = 0;
    let cut = '';
    for (const c of shown) {
      used += displayWidth(c);
      if (used > room) break;
      cut += c;
    }
    shown = `${cut}...`;
  }
  return ' '.repeat(Math.max(0, width - displayWidth(shown))) + shown;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

function displayWidth(text: string): number {
  let width = 0;
  for (const c of text) width += WIDE.test(c) ? 2 : 1;
  return width;
}
