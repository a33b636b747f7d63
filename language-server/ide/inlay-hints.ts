import { boundText, modeText, type OperatorState, type SinkInsight } from './insight.ts';
import { type Places, placesOf } from './places.ts';
import type { AnalyzedText } from './program.ts';

/** Which hints are shown; each is a setting of its own. */
export interface InlaySettings {
  readonly changelog: boolean;
  readonly state: boolean;
  readonly timeAttributes: boolean;
}

export const ALL_INLAYS: InlaySettings = { changelog: true, state: true, timeAttributes: true };

/** A text that the editor shows at an offset. */
export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  readonly tooltip: string;
}

/** Changelog mode and upsert key of queries, what their operators keep, and where event time is lost. */
export function inlayHints(analyzed: AnalyzedText, settings: InlaySettings): InlayHint[] {
  return analyzed.statements.flatMap((statement) => {
    const { insight, context } = statement;
    if (!insight) return [];
    const places = placesOf(statement, analyzed.source.text);
    const ttl = context.options['table.exec.state.ttl'];
    const hints = insight.sinks.flatMap((sink, i) => [
      ...(settings.changelog ? [changelogHint(sink, places, i)] : []),
      ...(settings.state ? stateHints(sink, places, ttl, insight.sinks.length === 1) : []),
      ...(settings.timeAttributes ? timeHints(sink, places) : []),
    ]);
    return saidOnce(hints).sort((a, b) => a.offset - b.offset);
  });
}

/** Several operators that keep their state as long, at one place, make one hint; its tooltip tells them all. */
function saidOnce(hints: readonly InlayHint[]): InlayHint[] {
  const said = new Map<string, InlayHint>();
  for (const hint of hints) {
    const key = `${hint.offset} ${hint.label}`;
    const before = said.get(key);
    said.set(key, before ? { ...before, tooltip: `${before.tooltip}\n${hint.tooltip}` } : hint);
  }
  return [...said.values()];
}

function changelogHint(sink: SinkInsight, places: Places, i: number): InlayHint {
  const key = sink.upsertKey && sink.upsertKey.length > 0 ? ` · key ${sink.upsertKey.join(', ')}` : '';
  return {
    offset: sink.table ? (places.sinks[i]?.end ?? places.head.end) : places.head.end,
    label: `${modeText(sink.mode)}${key}`,
    tooltip: 'The changes that the query emits, and the columns that tell its rows apart (upsert key).',
  };
}

/** Operators are told at the clause they come from, where it is plain which one that is; the others at the statement's head. */
function stateHints({ states }: SinkInsight, places: Places, ttl: string | undefined, single: boolean): InlayHint[] {
  const of = (...kinds: OperatorState['kind'][]): OperatorState[] => states.filter((s) => kinds.includes(s.kind));
  const groups = of('GroupAggregate', 'WindowAggregate', 'GroupWindowAggregate');
  const joins = of('Join', 'IntervalJoin', 'TemporalJoin', 'WindowJoin');
  const overs = of('OverAggregate', 'Rank', 'Deduplicate', 'WindowRank', 'WindowDeduplicate');
  const hints: InlayHint[] = [];
  const placed = (found: readonly OperatorState[], at: readonly { readonly end: number }[]): void => {
    if (found.length === 0) return;
    const fits = single && found.length === at.length;
    const worst = [...found].sort((a, b) => ORDER.indexOf(a.bound) - ORDER.indexOf(b.bound))[0] as OperatorState;
    if (fits && found.length > 1 && found.some((s) => s.bound !== worst.bound)) {
      hints.push(hint(places.head.end, worst, ttl));
      return;
    }
    for (const [i, state] of (fits ? found : [worst]).entries())
      hints.push(hint(fits ? (at[i]?.end ?? 0) : places.head.end, state, ttl));
  };
  placed(groups, places.groups);
  placed(joins, places.joins);
  placed(overs, places.overs);
  for (const state of of('ChangelogNormalize', 'TemporalSort', 'Match', 'Limit'))
    hints.push(hint(places.head.end, state, ttl));
  return hints;
}

const ORDER = ['unbounded', 'ttl', 'watermark', 'none'];

const hint = (offset: number, state: OperatorState, ttl: string | undefined): InlayHint => ({
  offset,
  label: boundText(state.bound, ttl),
  tooltip: `${state.kind} keeps ${state.what}.`,
});

function timeHints({ lostTimes }: SinkInsight, places: Places): InlayHint[] {
  if (lostTimes.length === 0) return [];
  const select = places.selects[0];
  return lostTimes.map((name): InlayHint => {
    const item = select?.items.find(
      (i) => i.alias?.name === name || (i.expr.kind === 'ColumnRef' && i.expr.parts.at(-1)?.name === name),
    );
    return {
      offset: item?.end ?? places.head.end,
      label: item ? 'no longer event time' : `${name}: no longer event time`,
      tooltip: `${name} is the event time of a table below, and a plain timestamp here: windows and interval joins over this query cannot use it.`,
    };
  });
}
