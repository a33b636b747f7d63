import { currentTexts, TEXTS_ID } from '../../webviews/shared/l10n.ts';

/** The texts of the editor's language as a part of a page; none for English, which a page speaks by itself. */
export function heldTexts(): string {
  const texts = currentTexts();
  if (Object.keys(texts).length === 0) return '';
  // Within the element it must not be ended by what it holds.
  const data = JSON.stringify(texts).replace(/</g, '\\u003c');
  return `<script type="application/json" id="${TEXTS_ID}">${data}</script>`;
}
