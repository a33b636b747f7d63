import { durationMillis } from '../time/duration.ts';

/** How long state lives without being written (table.exec.state.ttl), ms; 0 for ever. */
export function stateTtl(options: Readonly<Record<string, string>>): number {
  const text = options['table.exec.state.ttl'];
  return text === undefined ? 0 : durationMillis(text);
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

  restore(written: Float64Array<ArrayBuffer>): void {
    this.written = written;
  }
}
