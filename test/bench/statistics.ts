import { loadavg } from 'node:os';

/** One line about repeated measurements: median, quartiles, extremes, and how loaded the machine was. */
export function line(what: string, milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN).toFixed(0);
  const spread = `median ${at(0.5)} ms, quartiles ${at(0.25)}–${at(0.75)}, extremes ${at(0)}–${at(1)}`;
  return `${what}: ${spread}; ${sorted.length} runs, load ${(loadavg()[0] ?? 0).toFixed(1)}`;
}
