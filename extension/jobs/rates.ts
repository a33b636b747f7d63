import type { VertexState } from '../../webviews/job/messages.ts';

/** Time over which a rate is taken, in milliseconds. */
const WINDOW_MS = 10_000;

interface Sample {
  readonly time: number;
  readonly count: number;
}

/**
 * Records a second from the counts of the last seconds. Flink's own rates are means of a minute, and its counts come some seconds late: a
 * rate is taken between two times at which a count was new.
 */
export class Rates {
  readonly #samples = new Map<string, Sample[]>();

  /** The vertices with rates of ours, where there are counts enough; those of the server stay until then. */
  apply(vertices: readonly VertexState[], time: number): VertexState[] {
    return vertices.map((vertex) => ({
      ...vertex,
      inRate: this.of(`${vertex.id} in`, vertex.recordsIn, time) ?? vertex.inRate,
      outRate: this.of(`${vertex.id} out`, vertex.recordsOut, time) ?? vertex.outRate,
    }));
  }

  /** The rate of one count, which is `count` at `time`; undefined before there are two. */
  of(key: string, count: number | null, time: number): number | undefined {
    if (count === null) return undefined;
    const known = this.#samples.get(key) ?? [];
    const last = known.at(-1);
    // A job that starts again counts anew.
    if (last && count < last.count) known.length = 0;
    if (known.length === 0 || count !== last?.count) known.push({ time, count });
    this.#samples.set(key, known);
    // What is older than the window goes, but for the one at its edge.
    while (known.length > 2 && (known[1] as Sample).time <= time - WINDOW_MS) known.shift();
    const [first] = known;
    const newest = known.at(-1) as Sample;
    if (!first || time - first.time < 1) return undefined;
    if (time - newest.time >= WINDOW_MS) return 0;
    return newest === first ? undefined : ((newest.count - first.count) * 1000) / (newest.time - first.time);
  }
}
