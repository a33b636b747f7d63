import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from './paths.ts';

/** A text of the editor's sources that people see, and where it stands. */
export interface FoundText {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

const LITERAL = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")`;
/** Calls of `vscode.l10n.t`; those without a literal cannot be translated. */
const CALL = new RegExp(String.raw`\bl10n\.t\(\s*(?:${LITERAL})?`, 'g');
/** Where people see what is written: titles, prompts, notices, errors that commands report. */
const SHOWN = new RegExp(
  String.raw`(?:\b(?:title|prompt|placeHolder|detail|tooltip)\s*[:=]\s*|\bshow(?:Information|Warning|Error)Message\(\s*|\bsetStatusBarMessage\(\s*|\bnew Error\(\s*)(?:${LITERAL}|(\`(?:[^\`\\]|\\.)*\`))`,
  'g',
);

/** The sources of a folder of the extension. */
export function sourcesOf(folder: string): { readonly file: string; readonly text: string }[] {
  return globSync(`${folder}/**/*.ts`, { cwd: root })
    .sort()
    .map((file) => ({ file: file.split(sep).join('/'), text: readFileSync(join(root, file), 'utf8') }));
}

/** The texts that are given to `vscode.l10n.t`, and the places of calls that give it none. */
export function localised(folder: string): {
  readonly texts: readonly string[];
  readonly faults: readonly FoundText[];
} {
  const texts = new Set<string>();
  const faults: FoundText[] = [];
  for (const { file, text } of sourcesOf(folder)) {
    for (const match of text.matchAll(CALL)) {
      const literal = match[1] ?? match[2];
      if (literal === undefined) faults.push({ file, line: lineOf(text, match.index), text: match[0] });
      else texts.add(unescaped(literal));
    }
  }
  return { texts: [...texts].sort(), faults };
}

/** Texts that people see and that nobody can translate, in files that have the editor's API. */
export function unlocalised(folder: string): FoundText[] {
  return sourcesOf(folder)
    .filter(({ text }) => /from 'vscode'/.test(text))
    .flatMap(({ file, text }) => shownTexts(text).map((found) => ({ file, ...found })));
}

/** Texts of a source that people see and that are not given to `vscode.l10n.t`. */
export function shownTexts(source: string): Omit<FoundText, 'file'>[] {
  return [...source.matchAll(SHOWN)].flatMap((match) => {
    const template = match[3]?.includes('l10n.t(') ? '' : match[3];
    const shown = match[1] ?? match[2] ?? template?.slice(1, -1).replace(/\$\{[^}]*\}/g, '') ?? '';
    return isWords(shown) ? [{ line: lineOf(source, match.index), text: shown }] : [];
  });
}

/** `Running statements`, not `click` or `, `: two words, or one that begins a sentence; a product's name alone is none. */
function isWords(text: string): boolean {
  const words = text.replace(/\b(?:Millrace|Flink SQL|Flink|SQL)\b:?/g, '').trim();
  return /[A-Za-z]{2,}\W+[A-Za-z]{2,}/.test(words) || /^[A-Z][a-z]{2,}/.test(words);
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function unescaped(literal: string): string {
  return literal.replace(/\\(['"\\])/g, '$1').replace(/\\n/g, '\n');
}

/** What translators are given: `bundle.l10n.json`. */
export function l10nBundle(): string {
  const { texts } = localised('extension');
  return `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), null, 2)}\n`;
}
