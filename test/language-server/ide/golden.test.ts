import { codeLenses } from '../../../language-server/ide/code-lenses.ts';
import { complete } from '../../../language-server/ide/completion/index.ts';
import { formatRangeEdits, formatTyped } from '../../../language-server/ide/format.ts';
import { hover } from '../../../language-server/ide/hover.ts';
import { ALL_INLAYS, inlayHints } from '../../../language-server/ide/inlay-hints.ts';
import { documentLinks } from '../../../language-server/ide/links.ts';
import { definitionOf, referencesOf, rename } from '../../../language-server/ide/navigation.ts';
import { type AnalyzedText, analyzeProgram } from '../../../language-server/ide/program.ts';
import { quickFixes } from '../../../language-server/ide/quick-fixes.ts';
import { definitionAcross, referencesAcross } from '../../../language-server/ide/references.ts';
import { reviews } from '../../../language-server/ide/reviews.ts';
import { semanticTokens } from '../../../language-server/ide/semantic-tokens.ts';
import { signatureHelp } from '../../../language-server/ide/signature-help.ts';
import { foldingRanges, type OutlineEntry, outline, selectionRanges } from '../../../language-server/ide/structure.ts';
import { indexProgram, WorkspaceIndex } from '../../../language-server/ide/workspace-index.ts';
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

/** Each fix with the text that it makes; the changed lines of other cells. */
goldenTests(
  'fix',
  ({ analyzed, text, start, end }) =>
    quickFixes(text, start, end, analyzed)
      .map((a) => {
        const others = (a.also ?? []).map(({ id, edits }) => {
          const other = analyzed.find((t) => t.source.id === id)?.source.text ?? '';
          const before = new Set(other.split('\n'));
          return `\n%% ${id}\n${edited(other, edits)
            .split('\n')
            .filter((line) => !before.has(line))
            .join('\n')}`;
        });
        const own = a.edits.length > 0 || others.length === 0 ? `\n${edited(text.source.text, a.edits)}` : '';
        return `[${a.kind}${a.diagnostic ? ` ${a.diagnostic.code}` : ''}] ${a.title}${own}${others.join('')}`;
      })
      .join('\n\n') || '(nothing)',
);

/** Each refactoring at the cursor with the statement that it makes, and the faults of that. */
goldenTests(
  'refactor',
  ({ analyzed, text, start, end }) =>
    quickFixes(text, start, end)
      .filter((a) => a.kind.startsWith('refactor') && !a.title.startsWith('Create a sink'))
      .map((a) => {
        const made = edited(text.source.text, a.edits);
        const cells = analyzed.map((t) => (t === text ? { ...t.source, text: made } : t.source));
        const faults = analyzeProgram(cells).flatMap((t) => t.diagnostics.map((d) => `\nFAULT ${d.message}`));
        return `[${a.kind}] ${a.title}\n${made}${faults.join('')}`;
      })
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

/** Every place of the name at the cursor, over all cells; the definition with a `*`. */
goldenTests('references', ({ analyzed, text, start }) => {
  const id = text.source.id;
  const found = referencesOf(analyzed, id, start);
  const made = definitionOf(analyzed, id, start);
  return (
    analyzed
      .map((t) => {
        const here = found.filter((l) => l.id === t.source.id);
        const edits = here.map((l) => {
          const word = t.source.text.slice(l.start, l.end);
          return {
            start: l.start,
            end: l.end,
            text: `«${l.id === made?.id && l.start === made.start ? '*' : ''}${word}»`,
          };
        });
        return edits.length > 0 ? linesWith(edited(t.source.text, edits), '«') : '';
      })
      .filter(Boolean)
      .join('\n%%\n') || '(nothing)'
  );
});

const linesWith = (text: string, mark: string): string =>
  text
    .split('\n')
    .filter((line) => line.includes(mark))
    .join('\n');

/** The lines that renaming to `new name` changes, and the faults that it makes. */
goldenTests('rename', ({ analyzed, text, start }) => {
  const edits = rename(analyzed, text.source.id, start, 'new name');
  const changed = analyzed.flatMap((t) =>
    edits.has(t.source.id) ? [linesWith(edited(t.source.text, edits.get(t.source.id) ?? []), '`new name`')] : [],
  );
  const made = analyzed.map((t) => ({ ...t.source, text: edited(t.source.text, edits.get(t.source.id) ?? []) }));
  const faults = analyzeProgram(made).flatMap((t) => t.diagnostics.map((d) => `FAULT ${d.message}`));
  const before = analyzed.flatMap((t) => t.diagnostics);
  return changed.join('\n%%\n') + (faults.length > before.length ? `\n${faults.join('\n')}` : '') || '(nothing)';
});

goldenTests('outline', ({ text }) => {
  const show = (e: OutlineEntry, depth: number): string =>
    [
      `${'  '.repeat(depth)}${e.kind} ${e.name}${e.detail ? ` · ${e.detail}` : ''}`,
      ...e.children.map((c) => show(c, depth + 1)),
    ].join('\n');
  return (
    outline(text)
      .map((e) => show(e, 0))
      .join('\n') || '(nothing)'
  );
});

/** First and last line of what can be folded. */
goldenTests(
  'folding',
  ({ text }) =>
    foldingRanges(text)
      .map((r) => {
        const line = (offset: number): number => text.source.text.slice(0, offset).split('\n').length;
        return `${line(r.start)}–${line(r.end)}${r.comment ? ' comment' : ''}`;
      })
      .join('\n') || '(nothing)',
);

goldenTests(
  'selection',
  ({ text, start }) =>
    selectionRanges(text, start)
      .map((r) => text.source.text.slice(r.start, r.end))
      .join('\n') || '(nothing)',
);

goldenTests('signature', ({ text, start }) => {
  const help = signatureHelp(text, start);
  if (!help) return '(nothing)';
  return help.signatures
    .map(
      (s, i) =>
        `${i === help.active ? '>' : ' '} ${s.label}${i === help.active ? `  «${s.parameters[help.parameter] ?? ''}»` : ''}`,
    )
    .join('\n');
});

goldenTests('hover', ({ text, start }) => {
  const shown = hover(text, start);
  return shown ? `«${text.source.text.slice(shown.start, shown.end)}»\n${shown.markdown}` : '(nothing)';
});

/** Each name with what it is; keywords in one line. */
goldenTests('tokens', ({ text }) => {
  const found = semanticTokens(text);
  const word = ({ start, end }: { readonly start: number; readonly end: number }): string =>
    text.source.text.slice(start, end);
  const mark = (m: readonly string[]): string =>
    `${m.includes('declaration') ? '*' : ''}${m.includes('defaultLibrary') ? '+' : ''}`;
  const names = found.filter((t) => t.type !== 'keyword').map((t) => `${t.type}${mark(t.modifiers)} ${word(t)}`);
  const keywords = found.filter((t) => t.type === 'keyword').map(word);
  return [...names, `keywords: ${keywords.join(' ')}`].join('\n');
});

goldenTests(
  'links',
  ({ text }) =>
    documentLinks(text)
      .map(
        ({ start, end, target, isFile }) =>
          `${isFile ? 'file' : 'page'} ${target} «${text.source.text.slice(start, end)}»`,
      )
      .join('\n') || '(nothing)',
);

goldenTests(
  'lens',
  ({ text }) =>
    codeLenses(text, [
      { id: '0123456789abcdef', name: 'insert-into_default_catalog.default_database.sink', state: 'RUNNING' },
    ])
      .map(
        (l) =>
          `${l.title} · ${l.command}${l.job ? `(${l.job})` : ''} «${text.source.text.slice(l.start, l.start + 12)}…»`,
      )
      .join('\n') || '(nothing)',
);

/** The text after formatting the range, or after the `;` in front of the cursor was typed. */
goldenTests('format-range', ({ text: { source }, start, end }) => {
  const edits = start === end ? formatTyped(source.text, start, ';') : formatRangeEdits(source.text, start, end);
  return edits.length > 0 ? edited(source.text, edits) : '(nothing)';
});

/** Every fault with the words that it marks. */
const faults = (text: AnalyzedText): string =>
  text.diagnostics
    .map(
      (d) =>
        `${d.severity} ${d.code} «${text.source.text.slice(d.start, d.end)}»\n  ${d.message.split('\n\nSupported')[0]}`,
    )
    .join('\n') || '(nothing)';

goldenTests('options-fault', ({ text }) => faults(text));
goldenTests('utility', ({ text }) => faults(text));

for (const target of ['1.20', '2.0'] as const)
  goldenTests(`version-${target}`, ({ analyzed }) => {
    const texts = analyzeProgram(
      analyzed.map((t) => t.source),
      undefined,
      { target },
    );
    return faults(texts.at(-1) as AnalyzedText);
  });

goldenTests('around', ({ text, start }) => {
  const found = complete(text, start, {
    tables: [
      { name: 'orders', kind: 'table', from: 'orders.flink.sql' },
      { name: 'frequent', kind: 'view', from: 'views.flink.sql' },
      { name: 'order', kind: 'table', from: 'odd.flink.sql' },
      { name: 'own', kind: 'table', from: 'hidden.flink.sql' },
    ],
    topics: ['orders-v1', 'payments'],
    subjects: ['orders-v1-value'],
  });
  return (
    found
      .filter((i) => i.kind === 'table' || i.kind === 'view' || i.kind === 'value')
      .map((i) => [i.kind, i.label, i.detail, i.insert].filter(Boolean).join(' | '))
      .join('\n') || '(nothing)'
  );
});

/** Every place of the name over all files, the definition with a `*`, and the faults of the file with the cursor. */
goldenTests('across', ({ analyzed, index: at, start }) => {
  const index = new WorkspaceIndex();
  const idOf = (i: number): string => `file:///w/file${i}.flink.sql`;
  const sources = analyzed.map((t, i) => ({ id: idOf(i), text: t.source.text }));
  for (const source of sources) index.put(indexProgram(source.id, [source]));
  const analysis = (id: string): readonly AnalyzedText[] => {
    const own = index.get(id);
    if (!own) return [];
    const before = index.prelude(own).map((d, i) => ({ id: `${i}`, text: d.text }));
    return analyzeProgram([...before, ...own.sources]).slice(before.length);
  };
  const here = idOf(at);
  const found = referencesAcross(here, here, start, analysis, index);
  const made = definitionAcross(here, here, start, analysis, index);
  const lines = sources.flatMap((source, i) => {
    const places = found.filter((l) => l.id === source.id);
    const isMade = (l: { readonly id: string; readonly start: number }) => l.id === made?.id && l.start === made.start;
    const all = made?.id === source.id && !places.some(isMade) ? [...places, made] : places;
    const edits = all.map((l) => ({ ...l, text: `«${isMade(l) ? '*' : ''}${source.text.slice(l.start, l.end)}»` }));
    return edits.length > 0 ? [`file${i}: ${linesWith(edited(source.text, edits), '«')}`] : [];
  });
  const told = analysis(here).flatMap((t) => t.diagnostics.map((d) => `FAULT ${d.message}`));
  return [...lines, ...told].join('\n') || '(nothing)';
});
