import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { splitStatements } from '../../flink-sql/syntax/index.ts';
import { type Outcome, quietManager, RECORDED_PROPERTIES, runStatement } from './run-statement.ts';

/**
 * Each recorded script that agrees at parallelism 1 runs at parallelism 2 on one thread: the rows left at the end must be the
 * recorded ones, and what failed must fail. `ONLY=text` runs some; `THREADS=true` runs them on threads of their own, which takes long.
 */
interface Recorded {
  readonly sql: string;
  readonly rows: (readonly (string | null)[])[];
  error?: string;
  state?: string;
}

const folder = join(import.meta.dirname, 'queries');
const agreeing: readonly string[] = JSON.parse(readFileSync(join(folder, 'floor.json'), 'utf8'));
const only = process.env.ONLY;
const manager = quietManager();

/** Answers that depend on the order in which rows of different subtasks meet, as they do in Flink. */
const BY_ARRIVAL: Readonly<Record<string, string>> = {
  'random/global-3': 'LISTAGG lists texts in the order in which rows of different keys come',
  'topn-dedup/limit-of-updating': 'LIMIT without ORDER BY keeps the groups that come first',
};

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

function hints(script: string): { wait: boolean; timeout: number; limit: number }[] {
  let from = 0;
  return splitStatements(script).map(({ start, end }) => {
    const head = script.slice(from, end);
    from = Math.max(end, start);
    const of = (name: string) => new RegExp(`^\\s*--\\s*@${name}\\b\\s*(\\S*)`, 'm').exec(head)?.[1];
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

function difference(want: Recorded, got: Outcome): string | undefined {
  if ((want.error === undefined) !== (got.error === undefined)) {
    return `want ${want.error ?? 'ok'}\n  got  ${got.error ?? 'ok'}`;
  }
  if (want.error !== undefined || got.job !== undefined || /^\s*(EXPLAIN|SET|SHOW)/i.test(want.sql)) return undefined;
  const a = finalRows(want.rows);
  const b = finalRows(got.rows ?? []);
  return JSON.stringify(a) === JSON.stringify(b)
    ? undefined
    : `want ${a.join('\n       ')}\n  got  ${b.join('\n       ')}`;
}

async function run(id: string): Promise<string | undefined> {
  const path = join(folder, `${id}.sql`);
  const out = mkdtempSync(join(tmpdir(), 'millrace-parallel-'));
  const place = (text: string) => text.replace(/\$\{INPUT\}/g, join(folder, 'inputs')).replace(/\$\{OUT\}/g, out);
  const hint = hints(place(readFileSync(path, 'utf8')));
  const session = manager.open({
    ...RECORDED_PROPERTIES,
    'parallelism.default': '2',
    'millrace.worker-threads': process.env.THREADS ?? 'false',
  });
  try {
    for (const [n, want] of recorded(path.replace(/\.sql$/, '.expected.jsonl'), place).entries()) {
      const { wait, timeout, limit } = hint[n] ?? { wait: false, timeout: 20_000, limit: 2000 };
      const got = await runStatement(session, want.sql, timeout, limit);
      const different = difference(want, got);
      if (different) return `${id} ${n + 1}: ${want.sql}\n  ${different}`;
      if (got.job === undefined || !wait) continue;
      const state = await manager.jobs.get(got.job)?.job.done;
      if (want.state !== undefined && state !== want.state) return `${id} ${n + 1}: job ${want.state}, got ${state}`;
    }
    return undefined;
  } finally {
    await manager.close(session.handle);
    rmSync(out, { recursive: true, force: true });
  }
}

afterAll(() => manager.closeAll());

describe('recorded queries at parallelism 2', () => {
  for (const area of readdirSync(folder).sort()) {
    const cases = agreeing.filter((id) => id.startsWith(`${area}/`) && (only === undefined || id.includes(only)));
    if (cases.length === 0) continue;
    it(area, async () => {
      const different: string[] = [];
      for (const id of cases) {
        const found = await run(id);
        if (found !== undefined && BY_ARRIVAL[id] === undefined) different.push(found);
      }
      expect(different.join('\n\n')).toBe('');
    });
  }
});
