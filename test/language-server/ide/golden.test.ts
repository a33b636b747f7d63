import { complete } from '../../../language-server/ide/completion/index.ts';
import { ALL_INLAYS, inlayHints } from '../../../language-server/ide/inlay-hints.ts';
import { quickFixes } from '../../../language-server/ide/quick-fixes.ts';
import { reviews } from '../../../language-server/ide/reviews.ts';
import { edited, goldenTests } from './golden.ts';

/** The best items, one a line; `…` when there are more. Keywords and functions that fit no better stand apart. */
goldenTests('completion', ({ text, start }) => {
  const items = complete(text, start);
  const shown = items.filter((i) => i.kind !== 'keyword' && !(i.kind === 'function' && i.rank > 3)).slice(0, 12);
  const lines = shown.map((i) => [i.kind, i.label, i.detail].filter(Boolean).join(' | '));
  const keywords = items.filter((i) => i.kind === 'keyword').map((i) => i.label);
  if (keywords.length > 0)
    lines.push(`keywords: ${keywords.slice(0, 10).join(' ')}${keywords.length > 10 ? ' …' : ''}`);
  const first = items.find((i) => i.replace || i.insert);
  if (first && items[0] === first) {
    const word = /[\w$]*$/.exec(text.source.text.slice(0, start))?.[0].length ?? 0;
    const at = first.replace ?? { start: start - word, end: start };
    const line = edited(text.source.text, [{ ...at, text: first.insert ?? first.label }]);
    lines.push(
      `first: ${line
        .slice(Math.max(0, line.lastIndexOf('\n', at.start) + 1))
        .split('\n')
        .slice(0, 4)
        .join('⏎')}`,
    );
  }
  return lines.join('\n') || '(nothing)';
});

/** Each fix with the text that it makes. */
goldenTests(
  'fix',
  ({ text, start, end }) =>
    quickFixes(text, start, end)
      .map(
        (a) =>
          `[${a.kind}${a.diagnostic ? ` ${a.diagnostic.code}` : ''}] ${a.title}\n${edited(text.source.text, a.edits)}`,
      )
      .join('\n\n') || '(nothing)',
);

/** Each finding with the words that it marks. */
goldenTests('review', ({ text }) => {
  const faults = text.diagnostics.map((d) => `FAULT ${d.message}`);
  const found = reviews(text).map(
    (d) => `${d.severity} ${d.code} «${text.source.text.slice(d.start, d.end)}»\n  ${d.message}`,
  );
  return [...faults, ...found].join('\n') || '(nothing)';
});

/** The text with its hints. */
goldenTests('inlay', ({ text }) =>
  edited(
    text.source.text,
    inlayHints(text, ALL_INLAYS)
      .reverse()
      .map((h) => ({ start: h.offset, end: h.offset, text: `⟦${h.label}⟧` })),
  ),
);
