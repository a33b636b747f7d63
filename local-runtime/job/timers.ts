import type { Vertex } from './vertex.ts';

/** Longest delay that setTimeout takes. */
const LONGEST = 2_147_483_647;

/** Processing-time timers of a job: each wakes its vertex once, at or after its time. */
export class ProcessingTimers {
  private readonly now: () => number;
  private readonly fire: (vertex: Vertex, now: number) => void;
  private readonly pending = new Map<Vertex, number>();
  private handle: NodeJS.Timeout | undefined;
  private isHeld = false;
  private wakes = Number.POSITIVE_INFINITY;

  constructor(now: () => number, fire: (vertex: Vertex, now: number) => void) {
    this.now = now;
    this.fire = fire;
  }

  /** A vertex keeps its own list of what to do when; here only its earliest wake-up counts. */
  register(time: number, vertex: Vertex): void {
    const known = this.pending.get(vertex);
    if (known !== undefined && known <= time) return;
    this.pending.set(vertex, time);
    if (time < this.wakes) this.arm(time);
  }

  private arm(time: number): void {
    clearTimeout(this.handle);
    this.wakes = time;
    this.handle = setTimeout(() => this.wake(), Math.min(LONGEST, Math.max(1, Math.ceil(time - this.now()))));
  }

  /** Nothing fires until `release`: a snapshot is being taken. */
  hold(): void {
    this.isHeld = true;
  }

  /** Fires what came due meanwhile. */
  release(): void {
    this.isHeld = false;
    if (this.wakes === Number.POSITIVE_INFINITY && this.pending.size > 0) this.wake();
  }

  /** Fires what is due. */
  wake(): void {
    clearTimeout(this.handle);
    this.wakes = Number.POSITIVE_INFINITY;
    if (this.isHeld) return;
    const now = this.now();
    for (const [vertex, time] of [...this.pending]) {
      if (time > now) continue;
      this.pending.delete(vertex);
      this.fire(vertex, now);
    }
    let next = Number.POSITIVE_INFINITY;
    for (const time of this.pending.values()) next = Math.min(next, time);
    if (next < this.wakes) this.arm(next);
  }

  /** Wake-ups to come, for snapshots. */
  waiting(): ReadonlyMap<Vertex, number> {
    return this.pending;
  }

  stop(): void {
    clearTimeout(this.handle);
    this.wakes = Number.POSITIVE_INFINITY;
    this.pending.clear();
  }
}
