import type { PlanHint } from '../../flink-sql/plan/rel.ts';
import { durationMillis } from '../time/duration.ts';

type Options = Readonly<Record<string, string>>;

/** How long state lives without being written (table.exec.state.ttl), ms; 0 for ever. */
export function stateTtl(options: Options): number {
  const text = options['table.exec.state.ttl'];
  return text === undefined ? 0 : durationMillis(text);
}

/**
 * How long state of one input lives: what the STATE_TTL hint says for it, else the option (StateMetadata). `side` is LEFT, RIGHT
 * or, of an operator with one input, ONE.
 */
export function sideTtl(hints: readonly PlanHint[], side: 'LEFT' | 'RIGHT' | 'ONE', options: Options): number {
  const hinted = hints.find((hint) => hint.name === 'STATE_TTL')?.options[side];
  return hinted === undefined ? stateTtl(options) : durationMillis(hinted);
}

/** An entry that is not there. */
const NONE = Number.POSITIVE_INFINITY;

/**
 * When entries of an operator's state were last written, by number. An entry is gone when it has not been written for the time to
 * live, whether or not it has been taken away (StateTtlConfig: OnCreateAndWrite, NeverReturnExpired).
 */
export class StateTtl {
  private readonly ttl: number;
  private written = new Float64Array(64).fill(NONE);
  private now = 0;
  private cursor = 0;

  constructor(ttl: number) {
    this.ttl = ttl;
  }

  /** Sets the clock that the next calls go by. */
  bind(now: number): void {
    this.now = now;
  }

  touch(entry: number): void {
    if (entry >= this.written.length) {
      const wider = new Float64Array(Math.max(entry + 1, this.written.length * 2)).fill(NONE);
      wider.set(this.written);
      this.written = wider;
    }
    this.written[entry] = this.now;
  }

  expired(entry: number): boolean {
    return (this.written[entry] as number) + this.ttl <= this.now;
  }

  forget(entry: number): void {
    this.written[entry] = NONE;
  }

  /** Looks at some more entries and has those removed that are gone, so that keys that never come back leave. */
  clean(entries: number, remove: (entry: number) => void): void {
    const { length } = this.written;
    for (let n = Math.min(entries, length); n > 0; n--) {
      const entry = this.cursor;
      this.cursor = entry + 1 < length ? entry + 1 : 0;
      if (!this.expired(entry)) continue;
      this.forget(entry);
      remove(entry);
    }
  }

  get byteLength(): number {
    return this.written.byteLength;
  }

  snapshot() {
    return this.written;
  }

  /** Takes back a snapshot. */
  restore(written: Float64Array<ArrayBuffer>): void {
    this.written = written;
  }
}
