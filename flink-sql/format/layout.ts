/** A layout that is still free to take one line or several, as in Wadler's "A prettier printer". */
export type Doc =
  | string
  | readonly Doc[]
  | { readonly kind: 'line'; readonly flat: string; readonly hard: boolean }
  | Comment
  | { readonly kind: 'indent'; readonly body: Doc }
  | { readonly kind: 'group'; readonly body: Doc; readonly broken: boolean };

/** A comment; what comes after it never joins it. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  /** Whether it begins a line. */
  readonly ownLine: boolean;
  /** Whether a new line follows it. */
  readonly breakAfter: boolean;
}

/** A space, or a new line where the group does not fit. */
export const line: Doc = { kind: 'line', flat: ' ', hard: false };
/** Nothing, or a new line where the group does not fit. */
export const softLine: Doc = { kind: 'line', flat: '', hard: false };
/** Always a new line. */
export const hardLine: Doc = { kind: 'line', flat: '', hard: true };
export const indent = (body: Doc): Doc => ({ kind: 'indent', body });
/** Takes one line where that fits, else breaks at all of its lines. */
export const group = (body: Doc): Doc => ({ kind: 'group', body, broken: mustBreak(body) });

/** Whether a hard line is inside. A string of several lines is no reason to break around it. */
function mustBreak(doc: Doc): boolean {
  if (typeof doc === 'string') return false;
  if ('kind' in doc) {
    if (doc.kind === 'line') return doc.hard;
    if (doc.kind === 'comment') return doc.ownLine || doc.breakAfter;
    return doc.kind === 'group' ? doc.broken : mustBreak(doc.body);
  }
  return doc.some(mustBreak);
}

interface Step {
  readonly indent: number;
  readonly flat: boolean;
  readonly doc: Doc;
}

/** Writes a layout with lines of at most `width` columns where it can be broken so. No line ends with blanks of ours. */
export function print(root: Doc, width: number): string {
  const out = new Output();
  const rest: Step[] = [{ indent: 0, flat: false, doc: root }];
  for (let step = rest.pop(); step !== undefined; step = rest.pop()) {
    const { doc, indent: margin, flat } = step;
    if (typeof doc === 'string') out.write(doc, margin);
    else if (!('kind' in doc)) {
      for (let i = doc.length - 1; i >= 0; i--) rest.push({ indent: margin, flat, doc: doc[i] as Doc });
    } else if (doc.kind === 'indent') rest.push({ indent: margin + 2, flat, doc: doc.body });
    else if (doc.kind === 'comment') out.comment(doc, margin);
    else if (doc.kind === 'group') {
      const room = width - out.column;
      const fits = !doc.broken && (flat || fitsIn(room, { indent: margin, flat: true, doc: doc.body }, rest));
      rest.push({ indent: margin, flat: fits, doc: doc.body });
    } else if (flat && !doc.hard) out.write(doc.flat, margin);
    else out.newLine(margin);
  }
  return out.text;
}

class Output {
  text = '';
  /** Columns of the last line. */
  column = 0;
  /** What a comment wants before the next token. */
  private wanted: '' | ' ' | '\n' = '';

  write(text: string, margin: number): void {
    let next = text;
    if (next === '') return;
    if (this.wanted === '\n') {
      this.newLine(margin);
      next = next.trimStart();
    } else if (this.wanted === ' ' && !/^[\s,;)\]]/.test(next)) next = ` ${next}`;
    this.wanted = '';
    this.text += next;
    const newline = next.lastIndexOf('\n');
    this.column = newline < 0 ? this.column + next.length : next.length - newline - 1;
  }

  newLine(margin: number): void {
    this.wanted = '';
    this.text = `${this.text.replace(/ +$/, '')}\n${' '.repeat(margin)}`;
    this.column = margin;
  }

  comment({ text, ownLine, breakAfter }: Comment, margin: number): void {
    const atLineStart = /(?:^|\n) *$/.test(this.text);
    if ((ownLine || this.wanted === '\n') && !atLineStart) this.newLine(margin);
    else if (!atLineStart && !this.text.endsWith(' ')) this.write(' ', margin);
    this.wanted = '';
    this.write(text, margin);
    this.wanted = breakAfter ? '\n' : ' ';
  }
}

/** Whether a group, and what follows it up to the next possible line break, fits in `room` columns. */
function fitsIn(room: number, first: Step, rest: readonly Step[]): boolean {
  const steps: Step[] = [first];
  let left = room;
  let next = rest.length;
  for (;;) {
    let step = steps.pop();
    if (step === undefined) {
      if (next === 0) return true;
      step = rest[--next] as Step;
    }
    const { doc, flat } = step;
    if (typeof doc === 'string') {
      const newline = doc.indexOf('\n');
      left -= newline < 0 ? doc.length : newline;
      if (left < 0) return false;
      if (newline >= 0) return true;
    } else if (!('kind' in doc)) {
      for (let i = doc.length - 1; i >= 0; i--) steps.push({ indent: 0, flat, doc: doc[i] as Doc });
    } else if (doc.kind === 'comment') {
      // A comment behind a line is no reason to break it.
      if (doc.ownLine || doc.breakAfter) return true;
      left -= doc.text.length + 2;
    } else if (doc.kind === 'line') {
      if (doc.hard || !flat) return true;
      left -= doc.flat.length;
      if (left < 0) return false;
    } else steps.push({ indent: 0, flat: doc.kind === 'group' ? flat && !doc.broken : flat, doc: doc.body });
  }
}
