import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import type { Column } from '../../batch/column.ts';
import type { ColumnWriter } from '../../state/column-writer.ts';
import { KeyTable } from '../../state/key-table.ts';
import type { CacheSettings } from './cache-settings.ts';
import type { Found } from './found-rows.ts';

interface Entry {
  readonly found: Found;
  readonly written: number;
  used: number;
}

/**
 * The rows of keys, kept over batches as far as the cache's settings say: the least recently used go first when there are too many,
 * old ones when they are asked for (DefaultLookupCache). Without settings it lasts for the batch at hand, in which each key is asked
 * for once.
 */
export class LookupCache {
  private readonly settings: CacheSettings | undefined;
  private readonly table: KeyTable;
  /** By key id, the least recently used first. */
  private readonly entries = new Map<number, Entry>();
  private rows = 0;

  constructor(keyTypes: readonly LogicalType[], settings: CacheSettings | undefined) {
    this.settings = settings;
    this.table = new KeyTable(keyTypes);
  }

  bind(keys: readonly Column[], length: number): void {
    this.table.encode(keys, 0, length);
  }

  /** Id of the key of row `i` of the bound columns. */
  idOf(i: number): number {
    return this.table.findOrAdd(i);
  }

  /** What is known of a key at time `now`; undefined when it must be asked for. */
  get(id: number, now: number): Found | undefined {
    const entry = this.entries.get(id);
    if (!entry) return undefined;
    const { settings } = this;
    if (
      settings &&
      (now - entry.written >= settings.expireAfterWrite || now - entry.used >= settings.expireAfterAccess)
    ) {
      this.forget(id, entry);
      return undefined;
    }
    entry.used = now;
    this.entries.delete(id);
    this.entries.set(id, entry);
    return entry.found;
  }

  put(id: number, found: Found, now: number): void {
    this.entries.set(id, { found, written: now, used: now });
    this.rows += weight(found);
  }

  /** Ends the batch: lets go what is not to be kept. */
  trim(): void {
    const { settings } = this;
    for (const [id, entry] of this.entries) {
      const { from, to } = entry.found;
      const tooMany = this.rows > (settings?.maxRows ?? 0);
      if (settings && !tooMany && (from < to || settings.keepsMisses)) continue;
      this.forget(id, entry);
      this.table.remove(id);
    }
    this.table.sweep();
  }

  private forget(id: number, { found }: Entry): void {
    this.entries.delete(id);
    this.rows -= weight(found);
  }

  /** All that is kept, the least recently used first; the key is appended to the first columns by its function. */
  forEach(take: (writeKey: (columns: readonly ColumnWriter[]) => void, found: Found) => void): void {
    for (const [id, { found }] of this.entries) take((columns) => this.table.rows.writeRow(id, columns, 0), found);
  }

  get byteLength(): number {
    return this.table.byteLength + this.entries.size * 96 + this.rows * 64;
  }
}

/** A key without rows takes room, too. */
const weight = ({ from, to }: Found): number => Math.max(1, to - from);
