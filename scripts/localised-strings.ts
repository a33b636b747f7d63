import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from './paths.ts';

/** A call of `t` that translators cannot be given, and where it stands. */
export interface Fault {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

const LITERAL = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")`;
/** Calls of `vscode.l10n.t` and of the `t` of webviews; those without a literal cannot be translated. */
const CALL = new RegExp(String.raw`(?:\bl10n\.|(?<![\w.$#\x60]))t\(\s*(?:${LITERAL}\s*[,)])?`, 'g');
/** Where that `t` is defined. */
const DEFINITION = 'webviews/shared/l10n.ts';

/** The texts of the editor's part that are given to `t`, and the places of calls that give it none. */
export function localised(): { readonly texts: readonly string[]; readonly faults: readonly Fault[] } {
  const texts = new Set<string>();
  const faults: Fault[] = [];
  for (const { file, text } of sources()) {
    for (const match of text.matchAll(CALL)) {
      const literal = match[1] ?? match[2];
      if (literal === undefined) faults.push({ file, line: lineOf(text, match.index), text: match[0] });
      else texts.add(unescaped(literal));
    }
  }
  return { texts: [...texts].sort(), faults };
}

function sources(): { readonly file: string; readonly text: string }[] {
  return globSync('{extension,webviews}/**/*.{ts,tsx}', { cwd: root })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file !== DEFINITION)
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function unescaped(literal: string): string {
  return literal.replace(/\\n/g, '\n').replace(/\\(.)/g, '$1');
}

/** What translators are given: `bundle.l10n.json`. */
export function l10nBundle(): string {
  const { texts } = localised();
  return `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), null, 2)}\n`;
}
