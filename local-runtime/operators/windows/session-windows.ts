import { WindowOperator, type WindowRow } from './window-operator.ts';

interface Session {
  readonly key: number;
  start: number;
  end: number;
  /** What the session holds, a number of the operator's contents. */
  readonly contents: number;
  timer: number;
}

/**
 * SESSION windows. Keeps each key's open sessions in order of time, with contents and a timer for each. A row opens a session
 * [time, time + gap) that is merged with the sessions it touches; it is dropped when the merged session is already past the
 * watermark. A watermark fires sessions that end before it, in timer order, and forgets them. Follows MergingWindowProcessFunction
 * and MergingWindowSet.
 */
export abstract class SessionWindows extends WindowOperator<Session> {
  private sessions = new Map<number, Session[]>();

  protected add({ row, key, time, accumulate }: WindowRow): boolean {
    const sessions = this.sessions.get(key);
    const end = time + this.settings.size;
    // Sorted by start: the first at or after this time, and the one before it, can touch it; no other can.
    let ceiling = sessions ? sessions.findIndex((s) => s.start >= time) : -1;
    if (ceiling < 0) ceiling = sessions?.length ?? 0;
    const after = touching(sessions?.[ceiling], time, end);
    const before = touching(sessions?.[ceiling - 1], time, end);
    const session = before ?? after;
    if (session) {
      this.extend(session, before ? after : undefined, time, end);
      this.contents.add(session.contents, row, accumulate);
      return true;
    }
    if (this.isLate(end)) return false;
    const opened: Session = { key, start: time, end, contents: this.contents.create(), timer: -1 };
    this.keys.retain(key);
    if (sessions) sessions.splice(ceiling, 0, opened);
    else this.sessions.set(key, [opened]);
    this.contents.add(opened.contents, row, accumulate);
    opened.timer = this.addTimer(this.fireTime(end), opened);
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
    this.contents.merge(session.contents, other.contents);
    this.forget(other);
  }

  private forget(session: Session): void {
    const sessions = this.sessions.get(session.key) as Session[];
    if (sessions.length === 1) this.sessions.delete(session.key);
    else sessions.splice(sessions.indexOf(session), 1);
    this.contents.release(session.contents);
    this.keys.release(session.key);
  }

  protected fireTimer(session: Session): void {
    this.emitWindow(session.key, session.start, session.end, session.contents);
    this.forget(session);
  }

  /** The open sessions, in order of time. */
  protected open(): readonly Readonly<Session>[] {
    return [...this.sessions.values()].flat().sort((a, b) => a.start - b.start || a.key - b.key);
  }

  override stateBytes(): number {
    return super.stateBytes() + this.sessions.size * 160;
  }

  protected windowsSnapshot(): Map<number, Session[]> {
    return this.sessions;
  }

  protected restoreWindows(state: Map<number, Session[]>): void {
    this.sessions = state;
  }
}

function touching(session: Session | undefined, start: number, end: number): Session | undefined {
  return session && session.start <= end && session.end >= start ? session : undefined;
}
