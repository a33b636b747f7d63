import type { Value } from '../../../flink-sql/plan/rex.ts';
import { INSERT, UPDATE_AFTER, UPDATE_BEFORE } from '../../batch/batch.ts';
import { compareKeys, TopNOperator } from './top-n.ts';

interface First {
  key: readonly Value[];
  row: number;
  written: number;
}

/**
 * The first row of each partition, of insert-only input or of updates that only move up. Keeps that row. A smaller row gives -U and
 * +U. With table.exec.state.ttl the row is gone when no smaller one came for that long. A watermark passes. Follows FastTop1Function.
 */
export class FastTop1 extends TopNOperator<First> {
  protected create(): First {
    return { key: [], row: -1, written: 0 };
  }

  protected row(first: First, i: number): void {
    const key = this.sortKey(i);
    if (first.row < 0) {
      first.key = key;
      first.row = this.store(i);
      first.written = this.now;
      this.emit(INSERT, first.row, 1);
      return;
    }
    if (compareKeys(key, first.key, this.settings.order) >= 0) return;
    this.emit(UPDATE_BEFORE, first.row, 1);
    this.rows.replace(first.row, this.words, i * this.rows.width);
    first.key = key;
    first.written = this.now;
    this.emit(UPDATE_AFTER, first.row, 1);
  }

  protected revive(first: First): boolean {
    return !this.gone(first.written);
  }

  protected drop(first: First): void {
    this.rows.remove(first.row);
  }

  protected save(first: First): First {
    return first;
  }

  protected load(saved: First): First {
    return saved;
  }
}
