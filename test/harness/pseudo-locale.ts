import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A language that nobody speaks: what is in it was translated. */
export const PSEUDO = 'qps-ploc';

/** A text in that language: its own words in brackets, its placeholders where they were. */
export const pseudo = (text: string): string => `[${text}]`;

/** Puts translations beside the texts of the extension that is installed in a folder of extensions. */
export function translateInstalled(extensions: string): void {
  const folder = readdirSync(extensions).find((name) => name.startsWith('millrace.millrace-'));
  if (folder === undefined) throw new Error(`the extension is not installed in ${extensions}`);
  const at = join(extensions, folder);
  translate(join(at, 'dist', 'l10n', 'bundle.l10n.json'), join(at, 'dist', 'l10n', `bundle.l10n.${PSEUDO}.json`));
  translate(join(at, 'package.nls.json'), join(at, `package.nls.${PSEUDO}.json`));
}

function translate(from: string, to: string): void {
  const texts = Object.entries(JSON.parse(readFileSync(from, 'utf8')) as Record<string, string>);
  writeFileSync(to, JSON.stringify(Object.fromEntries(texts.map(([key, text]) => [key, pseudo(text)]))));
}
