// Moves the words of package.json into package.nls.json, where translators find them; leaves what has moved already.
//   node scripts/manifest-texts.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

export type Texts = Readonly<Record<string, string>>;

interface Place {
  /** Names of the way to it, as they stand in the key of its text. */
  readonly path: readonly string[];
  readonly text: string;
  readonly replace: (text: string) => void;
}

/** Names of what people read in a manifest. */
const SHOWN = new Set([
  'title',
  'shortTitle',
  'displayName',
  'description',
  'markdownDescription',
  'deprecationMessage',
  'markdownDeprecationMessage',
  'contents',
  'label',
  'name',
  'enumDescriptions',
  'markdownEnumDescriptions',
  'enumItemLabels',
  'patternErrorMessage',
]);
/** Steps of the way that say nothing. */
const PLAIN = new Set(['contributes', 'properties', 'items']);
/** Where `name` and the like are names for machines. */
const SILENT = new Set(['languages', 'grammars', 'keybindings', 'menus', 'default', 'jsonValidation']);
const PRODUCT = /^(?:Millrace|Flink SQL|SQL|Kafka)$/;
export const REFERENCE = /^%([\w.-]+)%$/;

/** All that people read in a manifest, moved or not. */
export function shownPlaces(manifest: unknown): Place[] {
  const places: Place[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (SILENT.has(key)) continue;
      const steps = [...path, ...stepsOf(key, inner, Array.isArray(value))];
      // A setting may be called `name`: what it holds is looked at, not its name.
      if (typeof inner === 'string' && isShown(path, key, Array.isArray(value))) {
        places.push({
          path: steps,
          text: inner,
          replace: (text) => {
            (value as Record<string, unknown>)[key] = text;
          },
        });
      } else walk(inner, steps);
    }
  };
  const { displayName, description, contributes } = manifest as Record<string, unknown>;
  const top = { displayName, description };
  walk(top, []);
  for (const place of places.splice(0)) {
    const [key = ''] = place.path;
    places.push({
      ...place,
      replace: (text) => {
        (manifest as Record<string, unknown>)[key] = text;
      },
    });
  }
  walk(contributes, []);
  return places.filter(({ text }) => text !== '' && !PRODUCT.test(text));
}

function isShown(path: readonly string[], key: string, inList: boolean): boolean {
  if (inList) return SHOWN.has(path.at(-1) ?? '');
  return SHOWN.has(key) && (key !== 'name' || path[0] === 'views');
}

/** How a step is called in a key: of a list's member its own name says more than its number. */
function stepsOf(key: string, inner: unknown, inList: boolean): string[] {
  if (!inList) return PLAIN.has(key) ? [] : [key];
  const { command, id, type, view } = (inner ?? {}) as Record<string, unknown>;
  const named = [command, id, type, view].find((name) => typeof name === 'string');
  return [typeof named === 'string' ? named : key];
}

/** Moves what has not moved yet; the texts that nothing refers to any more are gone. Changes the manifest. */
export function moveTexts(manifest: unknown, known: Texts): Texts {
  const texts: Record<string, string> = {};
  for (const { path, text, replace } of shownPlaces(manifest)) {
    const [, reference] = REFERENCE.exec(text) ?? [];
    const key = reference ?? freeKey(path.join('.').replace(/[^\w.-]/g, '_'), text, texts);
    const said = reference === undefined ? text : known[reference];
    if (said === undefined) throw new Error(`package.nls.json has no ${reference}`);
    texts[key] = said;
    replace(`%${key}%`);
  }
  return texts;
}

function freeKey(wanted: string, text: string, taken: Texts): string {
  let key = wanted;
  for (let n = 2; taken[key] !== undefined && taken[key] !== text; n++) key = `${wanted}.${n}`;
  return key;
}

/** The manifest with its words, as who packs or reads it needs it. */
export function withTexts<T>(manifest: T, texts: Texts): T {
  const copy = structuredClone(manifest);
  for (const { text, replace } of shownPlaces(copy)) {
    const [, key] = REFERENCE.exec(text) ?? [];
    if (key !== undefined) replace(texts[key] ?? text);
  }
  return copy;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

if (import.meta.main) {
  const manifest = read('package.json');
  const texts = moveTexts(manifest, read('package.nls.json') as Texts);
  for (const [name, value] of [
    ['package.json', manifest],
    ['package.nls.json', texts],
  ] as const) {
    writeFileSync(join(root, name), `${JSON.stringify(value, null, 2)}\n`);
  }
}
