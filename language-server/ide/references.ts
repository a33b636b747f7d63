import { definitionOf, type Location, referencesOf } from './navigation.ts';
import { type Occurrence, programOccurrences } from './occurrences.ts';
import type { AnalyzedText } from './program.ts';
import type { Definition, WorkspaceIndex } from './workspace-index.ts';

/** Gives a program's analysis by its address. */
export type AnalysisOf = (program: string) => readonly AnalyzedText[];

/**
 * All places of what the name at the offset means, in its program and in the others of the workspace: those that mean the same
 * definition by it. What a program makes itself hides what others make.
 */
export function referencesAcross(
  program: string,
  id: string,
  offset: number,
  analysis: AnalysisOf,
  index: WorkspaceIndex,
): Location[] {
  const texts = analysis(program);
  const own = referencesOf(texts, id, offset);
  const at = occurrenceAt(texts, id, offset);
  if (!at || /^(cte|alias|output):/.test(at.key)) return own;
  const name = objectName(at.key);
  const home = homeOf(program, own, at.key, index);
  if (home === undefined) return own;
  const others = [...index.programs].filter((p) => p.id !== program && (p.words.has(name) || p.words.has(at.name)));
  return [
    ...own,
    ...others.flatMap((other) => {
      const found = occurrencesOf(analysis(other.id), at.key);
      return found.length > 0 && homeOf(other.id, found, at.key, index) === home ? found : [];
    }),
  ];
}

/** Where the name at the offset is made: in its program, or in the file of the workspace that it comes from. */
export function definitionAcross(
  program: string,
  id: string,
  offset: number,
  analysis: AnalysisOf,
  index: WorkspaceIndex,
): Location | undefined {
  const texts = analysis(program);
  const own = definitionOf(texts, id, offset);
  if (own) return own;
  const at = occurrenceAt(texts, id, offset);
  const made = at && lookUp(at.key, program, index);
  if (!made) return undefined;
  const home = [...index.programs].find((p) => p.sources.some((s) => s.id === made.id));
  const inside = home && occurrencesOf(analysis(home.id), at.key).find((l) => l.isDefinition);
  return inside ?? { id: made.id, start: made.nameStart, end: made.nameEnd, isDefinition: true };
}

/** The program that makes what places of a program mean. */
function homeOf(program: string, places: readonly Location[], key: string, index: WorkspaceIndex): string | undefined {
  const name = objectName(key);
  if (places.some((l) => l.isDefinition) || index.get(program)?.definitions.some((d) => d.name === name))
    return program;
  const made = lookUp(key, program, index);
  return made && [...index.programs].find((p) => p.sources.some((s) => s.id === made.id))?.id;
}

/** The definition in another file whose name, as far as it is qualified, is the end of the key's. */
function lookUp(key: string, program: string, index: WorkspaceIndex): Definition | undefined {
  const path = `.${objectPath(key)}`;
  return index
    .lookup(objectName(key), program)
    .filter((d) => d.kind === 'function' || path.endsWith(`.${d.parts.join('.')}`))
    .sort((a, b) => b.parts.length - a.parts.length)[0];
}

const occurrenceAt = (texts: readonly AnalyzedText[], id: string, offset: number): Occurrence | undefined =>
  programOccurrences(texts)
    .find((t) => t.id === id)
    ?.found.find((o) => o.start <= offset && offset <= o.end);

const occurrencesOf = (texts: readonly AnalyzedText[], key: string): Location[] =>
  programOccurrences(texts).flatMap((t) =>
    t.found
      .filter((o) => o.key === key)
      .map(({ start, end, isDefinition }) => ({ id: t.id, start, end, isDefinition })),
  );

/** The table or function in a key: `column:c.d.t#x` is of c.d.t. */
const objectPath = (key: string): string => key.slice(key.indexOf(':') + 1).split('#')[0] ?? '';

const objectName = (key: string): string => objectPath(key).split('.').at(-1) ?? '';
