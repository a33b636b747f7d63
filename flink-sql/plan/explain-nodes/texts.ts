import type { RowField } from '../../types/logical-type.ts';
import type { AttachedWindow } from '../physical.ts';
import type { GroupWindow, PlanHint, WindowSpec } from '../rel.ts';
import type { Rex } from '../rex.ts';
import { type RexStyle, rexText } from '../rex-text.ts';
import { conditionText } from '../search-text.ts';

/** `key=[value]` of a node. */
export type Item = readonly [key: string, value: string];

/** Type name and items of a node as EXPLAIN prints them. */
export interface NodeText {
  readonly type: string;
  readonly items: readonly Item[];
}

export const names = (fields: readonly { readonly name: string }[]): string[] => fields.map((field) => field.name);
export const pick = (fields: readonly RowField[], indexes: readonly number[]): string =>
  indexes.map((index) => fields[index]?.name).join(', ');

/** A condition over named columns. */
export const conditionOver = (rex: Rex, fields: readonly RowField[], style: RexStyle): string =>
  conditionText(rex, style, (part) => rexText(part, names(fields), style));

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
  [1, 'ms'],
];

/** `1 min`, `1500 ms`: the largest unit that divides (TimeUtils.formatWithHighestUnit). */
export function durationText(ms: number): string {
  const [size, unit] = UNITS.find(([units]) => ms !== 0 && ms % units === 0) ?? [1, 'ms'];
  return `${ms / size} ${unit}`;
}

export function windowText(window: WindowSpec, time: string, fields: readonly RowField[]): string {
  const parts = [time];
  if (window.type === 'SESSION') {
    parts.push(`gap=[${durationText(window.size)}]`);
    if (window.partition.length > 0) {
      parts.push(`partition keys=[${pick(fields, window.partition)}]`);
    }
  } else {
    const size = window.type === 'CUMULATE' ? 'max_size' : 'size';
    parts.push(`${size}=[${durationText(window.size)}]`);
    if (window.step !== undefined) {
      parts.push(`${window.type === 'HOP' ? 'slide' : 'step'}=[${durationText(window.step)}]`);
    }
    if (window.offset !== 0) {
      parts.push(`offset=[${durationText(window.offset)}]`);
    }
  }
  return `${window.type}(${parts.join(', ')})`;
}

export function groupWindowText(window: GroupWindow, fields: readonly RowField[]): string {
  const time = fields[window.timeIndex]?.name;
  switch (window.type) {
    case 'TUMBLE':
      return `TumblingGroupWindow('w$, ${time}, ${window.size})`;
    case 'HOP':
      return `SlidingGroupWindow('w$, ${time}, ${window.size}, ${window.slide})`;
    case 'SESSION':
      return `SessionGroupWindow('w$, ${time}, ${window.size})`;
  }
}

/** A window whose columns the rows carry; `keys` are those that a SESSION window is partitioned by. */
export function attachedText(
  window: WindowSpec,
  { start, end }: AttachedWindow,
  keys: readonly number[],
  fields: readonly RowField[],
): string {
  const columns = `win_start=[${fields[start]?.name}], win_end=[${fields[end]?.name}]`;
  return windowText({ ...window, partition: keys }, columns, fields);
}

/** STATE_TTL hints; the execution plan, which is in infix style, does not tell them. */
export function ttlItems(hints: readonly PlanHint[], style: RexStyle): Item[] {
  const hint = hints.find(({ name }) => name === 'STATE_TTL');
  if (!hint || style !== 'prefix') {
    return [];
  }
  const { ONE, ...sides } = hint.options;
  const named = Object.entries(sides).map(([side, ttl]) => `${side}=${ttl}`);
  const text = ONE === undefined ? `{${named.join(', ')}}` : `[${ONE}]`;
  return [['stateTtlHints', `[[STATE_TTL options:${text}]]`]];
}
