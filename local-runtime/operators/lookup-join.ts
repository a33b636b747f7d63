import { setTimeout as delay } from 'node:timers/promises';
import type { LookupJoin } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Column } from '../batch/column.ts';
import { gather, gatherKinds, remapMarks } from '../batch/gather.ts';
import type { LookupReader } from '../connectors/connector.ts';
import { type ColumnWriter, columnWriter } from '../state/column-writer.ts';
import { IntList } from '../state/int-list.ts';
import type { CalcProgram } from './calc.ts';
import type { JoinCondition } from './joins/join-matcher.ts';
import { cacheSettings } from './lookup/cache-settings.ts';
import { type Found, foundByKey } from './lookup/found-rows.ts';
import { LookupCache } from './lookup/lookup-cache.ts';
import type { OperatorContext } from './operator.ts';
import { QueuedOperator } from './queued-operator.ts';
import { type StateTable, stateTable } from './state-table.ts';

/** What a lookup join runs with: expressions compiled, and the way to the table. */
export interface LookupParts {
  /** The table's part of the row from its columns; absent where it is the columns. */
  readonly calc?: CalcProgram;
  readonly condition?: JoinCondition;
  readonly open: () => Promise<LookupReader>;
}

/**
 * Processing-time lookup join: each row, with its kind, with the rows that the table has for its key now; with LEFT a row for which
 * none comes (or none passes the condition) gets NULLs. NULL keys find nothing. Keeps the batches that wait for an answer, only
 * between two turns of the job, and the cache that the table's options ask for; a restored job starts with an empty one. Watermarks
 * pass in their places. The keys of a batch are asked for at once, each once; rows keep their order whatever the output mode, which is
 * what ORDERED asks for and ALLOW_UNORDERED allows. Follows LookupJoinRunner, AsyncWaitOperator and RetryableLookupFunctionDelegator.
 */
export class LookupJoinOperator extends QueuedOperator {
  private readonly node: LookupJoin;
  private readonly parts: LookupParts;
  private readonly cache: LookupCache;
  private readonly writers: readonly ColumnWriter[];
  private reader: LookupReader | undefined;
  private opening: Promise<LookupReader> | undefined;
  private readonly rows = new IntList();

  constructor(node: LookupJoin, inputTypes: readonly LogicalType[], parts: LookupParts, context: OperatorContext) {
    super(context);
    this.node = node;
    this.parts = parts;
    const keyTypes = node.inputKeys.map((key) => inputTypes[key] as LogicalType);
    this.cache = new LookupCache(keyTypes, cacheSettings(node.options));
    this.writers = node.fields.slice(inputTypes.length).map((field) => columnWriter(field.type));
  }

  protected async work(batch: Batch, signal: AbortSignal): Promise<void> {
    const { columns, length } = batch;
    const keys = this.node.inputKeys.map((key) => columns[key] as Column);
    const ids = this.idsOf(keys, length);
    const found = await this.find(keys, ids, signal);
    if (signal.aborted) return;
    this.rows.clear();
    for (let i = 0; i < length; i++) this.joinRow(columns, i, found.get(ids[i] as number));
    this.cache.trim();
    const { values: rows, length: count } = this.rows;
    const marks = remapMarks(batch.marks, rows, count);
    if (count === 0 && !marks) return;
    this.context.output.emit({
      length: count,
      kinds: gatherKinds(batch.kinds, rows, count),
      columns: [...columns.map((column) => gather(column, rows, count)), ...this.writers.map((w) => w.take())],
      marks,
    });
  }

  /** Key of each row; -1 where a NULL keeps it from matching. */
  private idsOf(keys: readonly Column[], length: number): Int32Array {
    this.cache.bind(keys, length);
    const ids = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      const isNull = keys.some(({ nulls }) => nulls !== undefined && nulls[i] === 1);
      ids[i] = isNull ? -1 : this.cache.idOf(i);
    }
    return ids;
  }

  /** The rows of all keys of the batch: from the cache, else from the table. */
  private async find(keys: readonly Column[], ids: Int32Array, signal: AbortSignal): Promise<Map<number, Found>> {
    const now = this.context.clock.now();
    const found = new Map<number, Found>();
    const wanted = new Map<number, number>();
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (id < 0 || found.has(id) || wanted.has(id)) continue;
      const known = this.cache.get(id, now);
      if (known) found.set(id, known);
      else wanted.set(id, i);
    }
    const { hint } = this.node;
    const attempts = hint?.retriesMisses ? (hint.maxAttempts ?? 1) : 1;
    let missing = [...wanted];
    for (let attempt = 1; missing.length > 0; attempt++) {
      const rows = Int32Array.from(missing, ([, row]) => row);
      const answers = await this.ask(
        keys.map((key) => gather(key, rows, rows.length)),
        rows.length,
        signal,
      );
      if (signal.aborted) break;
      const last = attempt > attempts || !hint?.retriesMisses;
      const missed: [number, number][] = [];
      for (const [k, [id, row]] of missing.entries()) {
        const answer = answers.found[k] as Found;
        if (answers.missed[k] === 1 && !last) missed.push([id, row]);
        else {
          found.set(id, answer);
          this.cache.put(id, answer, this.context.clock.now());
        }
      }
      missing = missed;
      if (missing.length > 0) await delay(hint?.delay ?? 0, undefined, { signal }).catch(() => undefined);
    }
    return found;
  }

  private async ask(
    keys: readonly Column[],
    length: number,
    signal: AbortSignal,
  ): Promise<{ found: Found[]; missed: Uint8Array }> {
    this.opening ??= this.parts.open();
    this.reader = await this.opening;
    const answer = await this.reader.lookup(keys, length, signal);
    const missed = new Uint8Array(length).fill(1);
    for (let i = 0; i < answer.length; i++) missed[answer.keyOf[i] as number] = 0;
    const { calc } = this.parts;
    if (!calc) return { found: foundByKey(answer, length), missed };
    const made = calc.run({ length: answer.length, kinds: undefined, columns: answer.columns, marks: undefined });
    return { found: foundByKey({ ...answer, columns: made.columns }, length), missed };
  }

  private joinRow(columns: readonly Column[], i: number, found: Found | undefined): void {
    const { condition } = this.parts;
    let any = false;
    if (found) {
      for (let j = found.from; j < found.to; j++) {
        if (condition && !condition(columns, i, found.columns, j)) continue;
        any = true;
        for (let c = 0; c < this.writers.length; c++) {
          (this.writers[c] as ColumnWriter).appendFrom(found.columns[c] as Column, j);
        }
        this.rows.push(i);
      }
    }
    if (any || this.node.joinType !== 'LEFT') return;
    for (const writer of this.writers) writer.appendNull();
    this.rows.push(i);
  }

  stateBytes(): number {
    return this.cache.byteLength;
  }

  /** What is cached; a key that the table does not have has NULLs. */
  describeState(): readonly StateTable[] {
    const { input, inputKeys, fields } = this.node;
    const keyFields = inputKeys.map((key) => input.fields[key] as (typeof fields)[number]);
    const found = fields.slice(input.fields.length);
    const table = stateTable('cached rows', [...keyFields, ...found], (columns, end) => {
      this.cache.forEach((writeKey, { columns: rows, from, to }) => {
        for (let row = from; row < Math.max(to, from + 1); row++) {
          writeKey(columns);
          for (const [c] of found.entries()) {
            const column = columns[keyFields.length + c];
            if (row < to) column?.appendFrom(rows[c] as Column, row);
            else column?.appendNull();
          }
          end();
        }
      });
    });
    return [table];
  }

  async close(): Promise<void> {
    const reader = this.reader ?? (await this.opening);
    await reader?.close();
  }
}
