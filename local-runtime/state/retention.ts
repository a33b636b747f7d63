import { TimerHeap } from '../time/timer-heap.ts';

/**
 * Keys whose whole state is cleaned by processing-time timers (KeyedProcessFunctionWithCleanupState,
 * BaseTwoInputStreamOperatorWithStateRetention): a key that was last touched at `t` is due between `t + ttl` and `t + 1.5 ttl`,
 * because a timer moves only when it would come too early.
 */
export class Retention {
  private readonly min: number;
  private readonly max: number;
  private readonly register: (time: number) => void;
  private dueAt: number[] = [];
  private timerOf: number[] = [];
  private readonly timers = new TimerHeap<number>();

  /** `ttl` in ms; `register` asks for a wake-up. */
  constructor(ttl: number, register: (time: number) => void) {
    this.min = ttl;
    this.max = Math.floor((ttl * 3) / 2);
    this.register = register;
  }

  touch(key: number, now: number): void {
    const due = this.dueAt[key];
    if (due !== undefined && due >= 0) {
      if (now + this.min <= due) return;
      this.timers.delete(this.timerOf[key] as number);
    }
    this.dueAt[key] = now + this.max;
    this.timerOf[key] = this.timers.add(now + this.max, key);
    this.register(now + this.max);
  }

  /** The key goes for another reason. */
  forget(key: number): void {
    const due = this.dueAt[key];
    if (due === undefined || due < 0) return;
    this.timers.delete(this.timerOf[key] as number);
    this.dueAt[key] = -1;
  }

  /** Takes the keys that are due, earliest first; `clean` says whether the key's state may go. A key whose may not waits anew. */
  fire(now: number, clean: (key: number) => boolean): void {
    while (!this.timers.isEmpty && this.timers.nextTime <= now) {
      const key = this.timers.poll();
      this.dueAt[key] = -1;
      if (!clean(key)) this.touch(key, now);
    }
    if (!this.timers.isEmpty) this.register(this.timers.nextTime);
  }

  get byteLength(): number {
    return this.timers.byteLength + this.dueAt.length * 16;
  }

  snapshot() {
    return { dueAt: this.dueAt, timerOf: this.timerOf, timers: this.timers.snapshot() };
  }

  restore(state: ReturnType<Retention['snapshot']>): void {
    this.dueAt = state.dueAt;
    this.timerOf = state.timerOf;
    this.timers.restore(state.timers);
    if (!this.timers.isEmpty) this.register(this.timers.nextTime);
  }
}
