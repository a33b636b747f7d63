import { type GivenItem, ROW_KINDS, type SqlTest, type Then } from '../../testing/model.ts';
import { type GivenContext, timelineOf } from './given-rows.ts';
import { CannotRun } from './local-run.ts';

/** Why a cluster cannot check an expectation of a test; undefined when it can. */
export function unableOnGateway(test: SqlTest, expected: Then): string | undefined {
  if (test.given.some(({ kind }) => kind === 'watermark')) return 'a cluster cannot be given watermarks (@watermark)';
  if (test.given.some(({ kind }) => kind === 'now')) return 'a cluster cannot be given processing time (@now)';
  if (test.when?.kind === 'insert') return 'INSERTs are tested on the local runtime only';
  if (expected.kind === 'late') return 'late rows are counted on the local runtime only';
  if (expected.kind !== 'rows') return undefined;
  if (expected.at !== undefined) return 'a cluster cannot stop at a watermark (@then at)';
  const tables = new Set(test.given.flatMap((item) => ('table' in item ? [item.table] : [])));
  if (expected.mode === 'changelog' && tables.size > 1) return 'a cluster reads several tables in no certain order';
  return undefined;
}

/** The lines of a file with a table's rows: JSON, or Debezium's where rows change. */
export interface FileOfRows {
  readonly format: 'json' | 'debezium-json';
  readonly lines: readonly string[];
}

/** The rows that a test gives a table, as a file of the filesystem connector. Throws GivenError, CannotRun. */
export function fileOfRows(table: string, given: readonly GivenItem[], context: GivenContext): FileOfRows {
  const mine = given.filter((item) => item.kind !== 'now' && item.table === table);
  const rows = timelineOf(mine, context).filter((item) => item.kind === 'row');
  if (rows.every(({ rowKind }) => ROW_KINDS[rowKind] === '+I')) {
    return { format: 'json', lines: rows.map(({ json }) => json) };
  }
  const lines: string[] = [];
  let before: string | undefined;
  for (const { rowKind, json } of rows) {
    const kind = ROW_KINDS[rowKind];
    if ((before !== undefined) !== (kind === '+U')) throw new CannotRun(PAIRS);
    if (kind === '+I') lines.push(`{"before":null,"after":${json},"op":"c"}`);
    else if (kind === '-D') lines.push(`{"before":${json},"after":null,"op":"d"}`);
    else if (before !== undefined) lines.push(`{"before":${before},"after":${json},"op":"u"}`);
    before = kind === '-U' ? json : undefined;
  }
  if (before !== undefined) throw new CannotRun(PAIRS);
  return { format: 'debezium-json', lines };
}

const PAIRS = 'a cluster is given -U and +U rows in pairs only';
