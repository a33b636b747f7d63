import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitStatements } from '../../flink-sql/syntax/index.ts';
import type { SessionManager } from '../../local-runtime/session/manager.ts';
import { messageOf, type Outcome, RECORDED_PROPERTIES, runStatement } from './run-statement.ts';

/** A statement of a recorded script with what Flink answered. */
export interface Recorded {
  readonly sql: string;
  columns?: readonly string[];
  rows: (readonly (string | null)[])[];
  error?: string;
  state?: string;
}

interface Hints {
  readonly wait: boolean;
  readonly timeout: number;
  readonly limit: number;
}

/** How many failing statements were met, and how many failed in Flink's words. */
export interface Messages {
  errors: number;
  messages: number;
}

export const QUERIES = join(import.meta.dirname, 'queries');

/** The areas of the recorded scripts and the names of each, filtered by `only`. */
export function recordedCases(only: string | undefined): [area: string, names: string[]][] {
  const out: [string, string[]][] = [];
  for (const area of readdirSync(QUERIES).sort()) {
    if (area === 'inputs' || area.endsWith('.json')) continue;
    const names = readdirSync(join(QUERIES, area))
      .filter((name) => name.endsWith('.sql'))
      .map((name) => name.replace(/\.sql$/, ''))
      .filter((name) => only === undefined || `${area}/${name}`.includes(only));
    if (names.length > 0) out.push([area, names]);
  }
  return out;
}

function recorded(path: string, place: (text: string) => string): Recorded[] {
  const out: Recorded[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (!line.trim()) continue;
    const entry = JSON.parse(place(line)) as { sql?: string; kind?: string; row?: string[] } & Partial<Recorded>;
    const last = out[out.length - 1];
    if (entry.sql !== undefined) out.push({ sql: entry.sql, rows: [] });
    else if (entry.kind !== undefined) last?.rows.push([entry.kind, ...(entry.row ?? [])]);
    else if (last) Object.assign(last, entry);
  }
  return out;
}

/** The statements of a recorded script, over the inputs that lie here; what they write goes nowhere. */
export function statementsOf(id: string): readonly string[] {
  const nowhere = join(tmpdir(), 'millrace-nowhere');
  const place = (text: string) => text.replace(/\$\{INPUT\}/g, join(QUERIES, 'inputs')).replace(/\$\{OUT\}/g, nowhere);
  return recorded(join(QUERIES, `${id}.expected.jsonl`), place).map(({ sql }) => sql);
}

/** `-- @wait`, `-- @timeout S`, `-- @limit N` in the comments before each statement. */
function hintsOf(script: string): Hints[] {
  let from = 0;
  return splitStatements(script).map(({ start, end }) => {
    const head = script.slice(from, end).split('\n');
    from = Math.max(end, start);
    const of = (name: string) =>
      head.map((l) => new RegExp(`^\\s*--\\s*@${name}\\b\\s*(\\S*)`).exec(l)).find((m) => m)?.[1];
    return {
      wait: of('wait') !== undefined,
      timeout: Number(of('timeout') ?? 20) * 1000,
      limit: Number(of('limit') ?? 2000),
    };
  });
}

function finalRows(rows: Recorded['rows']): string[] {
  const left = new Map<string, number>();
  for (const [kind, ...cells] of rows) {
    const key = JSON.stringify(cells);
    left.set(key, (left.get(key) ?? 0) + (kind === '+I' || kind === '+U' ? 1 : -1));
  }
  return [...left].flatMap(([key, n]) => (n === 0 ? [] : [`${n} ${key}`])).sort();
}

/** How a recorded script is run and compared, where it is not as recorded. */
export interface RunOptions {
  /** Options of the session besides the recorded ones. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The rows left at the end are compared, not the changelog; answers that name the settings or the plan are not. */
  readonly onlyFinal?: boolean;
  readonly count?: Messages;
}

function difference(want: Recorded, got: Outcome, onlyFinal: boolean, count: Messages): string | undefined {
  if (want.error !== undefined || got.error !== undefined) {
    if (want.error === undefined || got.error === undefined) {
      return `want ${want.error ?? 'ok'}\n  got  ${got.error ?? 'ok'}`;
    }
    count.errors++;
    const message = messageOf(want.error);
    if (message === messageOf(got.error) || messageOf(got.error) === message.split('\n')[0]) count.messages++;
    return undefined;
  }
  if (/^\s*EXPLAIN/i.test(want.sql)) return undefined;
  const columns = got.columns?.map(({ name, type }) => `${name} ${type}`);
  if (want.columns && JSON.stringify(columns) !== JSON.stringify(want.columns)) {
    return `want ${JSON.stringify(want.columns)}\n  got  ${JSON.stringify(columns)}`;
  }
  if (got.job !== undefined) return undefined;
  const rows = got.rows ?? [];
  const insertsOnly = [...want.rows, ...rows].every(([kind]) => kind === '+I');
  const loose = onlyFinal || (insertsOnly && !/\bORDER\s+BY\b|\bLIMIT\b/i.test(want.sql));
  const [a, b] = loose ? [finalRows(want.rows), finalRows(rows)] : [want.rows, rows];
  if (JSON.stringify(a) === JSON.stringify(b)) return undefined;
  return `want ${a.map((r) => JSON.stringify(r)).join('\n       ')}\n  got  ${b.map((r) => JSON.stringify(r)).join('\n       ')}`;
}

/** Runs a recorded script in a session of its own; gives the first difference from what Flink answered. */
export async function runRecorded(
  manager: SessionManager,
  id: string,
  options: RunOptions = {},
): Promise<string | undefined> {
  const { properties = {}, count = { errors: 0, messages: 0 } } = options;
  const path = join(QUERIES, `${id}.sql`);
  const out = mkdtempSync(join(tmpdir(), 'millrace-query-'));
  const place = (text: string) => text.replace(/\$\{INPUT\}/g, join(QUERIES, 'inputs')).replace(/\$\{OUT\}/g, out);
  const script = place(readFileSync(path, 'utf8'));
  const onlyFinal = options.onlyFinal === true || /^--\s*@compare\s+final/m.test(script);
  const hints = hintsOf(script);
  const session = manager.open({ ...RECORDED_PROPERTIES, ...properties });
  try {
    for (const [n, want] of recorded(path.replace(/\.sql$/, '.expected.jsonl'), place).entries()) {
      const hint = hints[n] ?? { wait: false, timeout: 20_000, limit: 2000 };
      const got = await runStatement(session, want.sql, hint.timeout, hint.limit);
      if (options.onlyFinal && /^\s*(SET|SHOW)\b/i.test(want.sql) && got.error === want.error) continue;
      const different = difference(want, got, onlyFinal, count);
      if (different) return `${n + 1}: ${want.sql}\n  ${different}`;
      if (got.job === undefined || !hint.wait) continue;
      const state = await manager.jobs.get(got.job)?.job.done;
      if (want.state !== undefined && state !== want.state) return `${n + 1}: job ${want.state}, got ${state}`;
    }
    return undefined;
  } finally {
    await manager.close(session.handle);
    rmSync(out, { recursive: true, force: true });
  }
}
