/** Texts of the interface in the language of the editor, by the English text: VS Code's `l10n` bundle. */
export type Texts = Readonly<Record<string, string>>;

let texts: Texts | undefined;
let told = 0;
const listeners = new Set<() => void>();

/** Id of the element of a page that holds its texts as JSON. */
export const TEXTS_ID = 'texts';

/** Takes what the host has told, and tells those who have drawn something already. */
export function setTexts(newTexts: Texts): void {
  texts = newTexts;
  told += 1;
  for (const listener of listeners) listener();
}

/** Told when the texts have changed; gives what undoes it. */
export function onTexts(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** How often texts have been told: what was drawn before the last time is in another language. */
export function timesTold(): number {
  return told;
}

/** The texts there are now. */
export function currentTexts(): Texts {
  texts ??= textsOfPage();
  return texts;
}

/**
 * A text that people see, in their language; `{0}` stands for the first value. The text must be a literal, so that translators are given it.
 * Not for constants of a module: a renderer is told the language after it was loaded.
 */
export function t(text: string, ...values: readonly (string | number | bigint)[]): string {
  const said = currentTexts()[text] ?? text;
  if (values.length === 0) return said;
  return said.replace(/\{(\d+)\}/g, (place, i: string) => String(values[Number(i)] ?? place));
}

/** A panel's page holds its texts, so that nothing is drawn in two languages; a page without an editor has none. */
function textsOfPage(): Texts {
  const held = typeof document === 'undefined' ? undefined : document.getElementById(TEXTS_ID)?.textContent;
  return held ? (JSON.parse(held) as Texts) : {};
}
