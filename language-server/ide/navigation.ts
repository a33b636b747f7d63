import type { TextEdit } from './format.ts';
import { written } from './names.ts';
import { type Occurrence, programOccurrences } from './occurrences.ts';
import type { AnalyzedText } from './program.ts';

/** A place in one of the texts of a program. */
export interface Location {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly isDefinition: boolean;
}

/** All places of what the name at the offset means, in the order of the texts. */
export function referencesOf(texts: readonly AnalyzedText[], id: string, offset: number): Location[] {
  const all = programOccurrences(texts);
  const at = occurrenceAt(all.find((t) => t.id === id)?.found ?? [], offset);
  if (!at) return [];
  return all.flatMap((t) =>
    t.found
      .filter((o) => o.key === at.key)
      .map(({ start, end, isDefinition }) => ({ id: t.id, start, end, isDefinition })),
  );
}

const occurrenceAt = (found: readonly Occurrence[], offset: number): Occurrence | undefined =>
  found.find((o) => o.start <= offset && offset <= o.end);

/** Where the name at the offset is made: the last one before it, where a table is made more than once. */
export function definitionOf(texts: readonly AnalyzedText[], id: string, offset: number): Location | undefined {
  const made = referencesOf(texts, id, offset).filter((l) => l.isDefinition);
  const order = (l: { readonly id: string; readonly start: number }): number =>
    texts.findIndex((t) => t.source.id === l.id) * 1e9 + l.start;
  const here = order({ id, start: offset });
  return made.findLast((l) => order(l) <= here) ?? made[0];
}

/** The range of the name that can be renamed at the offset. */
export function renameRange(texts: readonly AnalyzedText[], id: string, offset: number): Location | undefined {
  return referencesOf(texts, id, offset).find((l) => l.id === id && l.start <= offset && offset <= l.end);
}

/** What renaming changes, by text. A name that needs back quotes gets them. */
export function rename(
  texts: readonly AnalyzedText[],
  id: string,
  offset: number,
  name: string,
): ReadonlyMap<string, readonly TextEdit[]> {
  const places = namesakes(texts, id, offset).flatMap((at) => referencesOf(texts, at.id, at.start));
  return renameEdits(places, name);
}

/**
 * A place of each column that must have the name of the one at the offset, itself first: USING and NATURAL join columns of one name. None
 * where such a column is not written in these texts, and could not be renamed with it.
 */
export function namesakes(
  texts: readonly AnalyzedText[],
  id: string,
  offset: number,
): { readonly id: string; readonly start: number }[] {
  const links: (readonly [string, string])[] = [];
  const all = programOccurrences(texts, (a, b) => links.push([a, b]));
  const at = occurrenceAt(all.find((t) => t.id === id)?.found ?? [], offset);
  if (!at) return [];
  const keys = new Set([at.key]);
  for (let size = 0; size < keys.size; ) {
    size = keys.size;
    for (const [a, b] of links) if (keys.has(a) || keys.has(b)) keys.add(a).add(b);
  }
  keys.delete(at.key);
  const others = [...keys].map((key) => {
    for (const text of all) {
      const made = text.found.find((o) => o.key === key && o.isDefinition);
      if (made) return { id: text.id, start: made.start };
    }
    return undefined;
  });
  return others.every((other) => other !== undefined) ? [{ id, start: offset }, ...others] : [];
}

/** The edits that give places another name, by text. */
export function renameEdits(places: readonly Location[], name: string): ReadonlyMap<string, readonly TextEdit[]> {
  const edits = new Map<string, TextEdit[]>();
  for (const l of places) {
    const list = edits.get(l.id) ?? [];
    list.push({ start: l.start, end: l.end, text: written(name.replace(/^`|`$/g, '')) });
    edits.set(l.id, list);
  }
  return edits;
}
