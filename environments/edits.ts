/** One replacement in a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text after replacements, and the way back. */
export interface EditedText {
  readonly text: string;
  /** The offset in the text before of an offset in this one; within a replacement, the replacement's start (or, at its end, end). */
  readonly original: (offset: number) => number;
}

/** Carries out edits that do not overlap. */
export function applyEdits(source: string, edits: readonly Edit[]): EditedText {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let text = '';
  let at = 0;
  /** Of each edit: where its replacement begins and ends in the new text. */
  const places: { from: number; to: number; edit: Edit }[] = [];
  for (const edit of sorted) {
    text += source.slice(at, edit.start);
    places.push({ from: text.length, to: text.length + edit.text.length, edit });
    text += edit.text;
    at = edit.end;
  }
  text += source.slice(at);
  const original = (offset: number): number => {
    let shift = 0;
    for (const { from, to, edit } of places) {
      if (offset < from) break;
      if (offset < to) return edit.start;
      shift = edit.end - to;
    }
    return offset + shift;
  };
  return { text, original };
}
