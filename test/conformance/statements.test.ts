import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { splitStatements } from '../../flink-sql/syntax/index.ts';
import { messageOf, type Outcome, quietManager, RECORDED_PROPERTIES, runStatement } from './run-statement.ts';

/**
 * Each recorded statement runs in a session of its own after the set-up of its file: columns and rows must be the recorded ones, or
 * both must fail; of the failures, messages and places are counted. The floor only rises: `UPDATE=1` writes it. Every difference is
 * named with its reason in accepted.json, and nothing there may agree: docs/compatibility.md tells the reasons.
 */
interface Recording {
  readonly sql: string;
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly error?: string;
  readonly at?: readonly number[];
}

interface Score {
  agree: number;
  of: number;
  messages: number;
  errors: number;
  places: number;
  placed: number;
}

const folder = join(import.meta.dirname, 'statements');
const floorFile = join(folder, 'floor.json');
const floor: Record<string, Score> = readFloor();

function readFloor(): Record<string, Score> {
  try {
    return JSON.parse(readFileSync(floorFile, 'utf8'));
  } catch (error) {
    if (process.env.UPDATE) return {};
    throw error;
  }
}

/** Statements whose rows depend on the planner's text or on time. */
const FREE = /^\s*(EXPLAIN|SHOW\s+JOBS|COMPILE|EXECUTE|INSERT)/i;
const TIMEOUT_MS = 3000;

const manager = quietManager();
const scores: Record<string, Score> = {};
const failures: string[] = [];

/** A difference that stays. `open`: a known fault that someone may mend at any time. */
interface Accepted {
  readonly area: string;
  readonly what: 'outcome' | 'message' | 'place';
  readonly sql: string;
  readonly reason: string;
  readonly open?: true;
}

const accepted: readonly Accepted[] = JSON.parse(readFileSync(join(folder, 'accepted.json'), 'utf8'));
const differences = new Set<string>();
const keyOf = ({ area, what, sql }: Pick<Accepted, 'area' | 'what' | 'sql'>) => `${area}: ${what} of ${sql}`;

function setupOf(area: string): string[] {
  const text = readFileSync(join(folder, `${area}.sql`), 'utf8');
  const head = text.split(/^;;\s*$/m)[0] ?? '';
  if (!head.trim().startsWith('-- @setup')) return [];
  return splitStatements(head).map(({ start, end }) => head.slice(start, end));
}

async function runRecorded(setup: readonly string[], sql: string): Promise<Outcome> {
  const session = manager.open(RECORDED_PROPERTIES);
  try {
    for (const statement of setup) await runStatement(session, statement, TIMEOUT_MS);
    return await runStatement(session, sql, TIMEOUT_MS);
  } finally {
    await manager.close(session.handle);
  }
}

/** The floor never sinks. */
function raised(): Record<string, Score> {
  const entries = Object.entries(scores).map(([area, score]) => {
    const least = floor[area] ?? score;
    const best = (key: keyof Score): number => Math.max(score[key], least[key]);
    return [area, { ...score, agree: best('agree'), messages: best('messages'), places: best('places') }] as const;
  });
  return Object.fromEntries(entries);
}

const shown = (columns: Recording['columns']) => columns?.map(({ name, type }) => `${name} ${type}`);

function compare(want: Recording, got: Outcome, score: Score, area: string): string | undefined {
  const differs = (what: Accepted['what']) => differences.add(keyOf({ area, what, sql: want.sql }));
  score.of++;
  if (want.error !== undefined && got.error !== undefined) {
    score.agree++;
    score.errors++;
    const [a, b] = [messageOf(want.error), messageOf(got.error)];
    if (a === b || a === b.split('\n')[0]) score.messages++;
    else differs('message');
    if (want.at) {
      score.placed++;
      if (want.at[0] === got.at?.[0] && want.at[1] === got.at?.[1]) score.places++;
      else differs('place');
    }
    return undefined;
  }
  if (want.error !== undefined || got.error !== undefined) differs('outcome');
  if (want.error !== undefined) return `want ${want.error}\n  got  ok`;
  if (got.error !== undefined) return `want ok\n  got  ${got.error}`;
  const same =
    FREE.test(want.sql) ||
    (JSON.stringify(shown(want.columns)) === JSON.stringify(shown(got.columns)) &&
      JSON.stringify(want.rows) === JSON.stringify(got.rows));
  if (same) {
    score.agree++;
    return undefined;
  }
  differs('outcome');
  const text = (each: Outcome | Recording) => JSON.stringify([shown(each.columns), each.rows?.slice(0, 6)]);
  return `want ${text(want)}\n  got  ${text(got)}`;
}

describe('recorded statements', () => {
  const areas = readdirSync(folder).flatMap((name) => (name.endsWith('.jsonl') ? [name.replace('.jsonl', '')] : []));
  it.each(areas)('%s', async (area) => {
    const score: Score = { agree: 0, of: 0, messages: 0, errors: 0, places: 0, placed: 0 };
    scores[area] = score;
    const setup = setupOf(area);
    for (const line of readFileSync(join(folder, `${area}.jsonl`), 'utf8')
      .split('\n')
      .filter(Boolean)) {
      const want: Recording = JSON.parse(line);
      const wrong = compare(want, await runRecorded(setup, want.sql), score, area);
      if (wrong !== undefined) failures.push(`${area}: ${want.sql}\n  ${wrong}`);
    }
    const least = floor[area];
    if (least && !process.env.UPDATE) {
      for (const key of ['agree', 'messages', 'places'] as const) {
        expect(score[key], `${area}: ${key}`).toBeGreaterThanOrEqual(least[key]);
      }
    }
  });

  it('differ only where accepted.json says so, and everywhere it says so', () => {
    const listed = new Map(accepted.map((each) => [keyOf(each), each]));
    expect([...differences].filter((key) => !listed.has(key))).toEqual([]);
    expect([...listed].filter(([key, { open }]) => !open && !differences.has(key)).map(([key]) => key)).toEqual([]);
    expect(accepted.filter(({ reason }) => reason.trim() === '')).toEqual([]);
  });

  afterAll(async () => {
    await manager.closeAll();
    const line = ([area, s]: [string, Score]) =>
      `${area.padEnd(24)} ${s.agree}/${s.of} agree, ${s.messages}/${s.errors} messages, ${s.places}/${s.placed} places`;
    process.stdout.write(`${Object.entries(scores).map(line).join('\n')}\n`);
    if (process.env.SHOW) process.stdout.write(`${failures.map((text) => text.slice(0, 900)).join('\n')}\n`);
    if (process.env.UPDATE) writeFileSync(floorFile, `${JSON.stringify(raised(), undefined, 1)}\n`);
  });
});
