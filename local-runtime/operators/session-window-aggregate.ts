import { WindowOperator, type WindowRow } from './windows/window-operator.ts';

interface Session {
  readonly key: number;
  start: number;
  end: number;
  readonly accumulator: number;
  timer: number;
}

/**
 * Aggregate over SESSION windows (TVF and legacy), insert-only. Keeps each key's open sessions in order of time, an accumulator and
 * a timer for each. A row opens a session [time, time + gap) that is merged with the sessions it touches; it is dropped when the
 * merged session is already past the watermark. A watermark fires sessions that end before it, in timer order, and forgets them.
 * Follows UnsliceWindowAggProcessor, WindowOperator, MergingWindowProcessFunction and MergingWindowSet.
 */
export class SessionWindowAggregateOperator extends WindowOperator<Session> {
  private readonly sessions = new Map<number, Session[]>();

  protected add({ row, key, time, accumulate }: WindowRow): boolean {
    const sessions = this.sessions.get(key);
    const end = time + this.settings.size;
    // Sorted by start: the first at or after this time, and the one before it, can touch it; no other can.
    let ceiling = sessions ? sessions.findIndex((s) => s.start >= time) : -1;
    if (ceiling < 0) ceiling = sessions?.length ?? 0;
    const after = touching(sessions?.[ceiling], time, end);
    const before = touching(sessions?.[ceiling - 1], after ? Math.min(time, after.start) : time, end);
    if (!after && !before) {
      if (this.isLate(end)) return false;
      const session: Session = { key, start: time, end, accumulator: this.accumulators.create(), timer: -1 };
      this.keys.retain(key);
      if (sessions) sessions.splice(ceiling, 0, session);
      else this.sessions.set(key, [session]);
      this.accumulators.add(session.accumulator, row, accumulate);
      session.timer = this.addTimer(this.fireTime(end), session);
      return true;
    }
    const session = (before ?? after) as Session;
    this.extend(session, before && after ? after : undefined, time, end);
    this.accumulators.add(session.accumulator, row, accumulate);
    return true;
  }

  /** Widens a session to take in [start, end) and another session. */
  private extend(session: Session, other: Session | undefined, start: number, end: number): void {
    const from = Math.min(session.start, start);
    const to = Math.max(session.end, end, other?.end ?? end);
    if (from === session.start && to === session.end && !other) return;
    const timer = this.addTimer(this.fireTime(to), session);
    this.timers.delete(session.timer);
    session.timer = timer;
    session.start = from;
    session.end = to;
    if (!other) return;
    this.timers.delete(other.timer);
    this.accumulators.merge(session.accumulator, other.accumulator);
    this.forget(other);
  }

  private forget(session: Session): void {
    const sessions = this.sessions.get(session.key) as Session[];
    if (sessions.length === 1) this.sessions.delete(session.key);
    else sessions.splice(sessions.indexOf(session), 1);
    this.accumulators.release(session.accumulator);
    this.keys.release(session.key);
  }

  protected fireTimer(session: Session): void {
    this.emitWindow(session.key, session.start, session.end, session.accumulator);
    this.forget(session);
  }

  override stateBytes(): number {
    return super.stateBytes() + this.sessions.size * 160;
  }
}

function touching(session: Session | undefined, start: number, end: number): Session | undefined {
  return session && session.start <= end && session.end >= start ? session : undefined;
}
