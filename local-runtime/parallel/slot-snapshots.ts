import type { SnapshotContents } from '../job/checkpoints.ts';
import type { SnapshotWriter, StateFile, StoredSnapshot, VertexRecord } from '../job/job-snapshot.ts';
import { columnsOf, parallelismOf } from '../job/restore.ts';
import { encodeState } from '../job/state-codec.ts';
import type { Vertex } from '../job/vertex.ts';
import type { RestoredSlot, SlotSnapshot } from './messages.ts';

type Names = ReadonlyMap<Vertex, string>;

/** Writes what all threads gave as one snapshot, the same that the job would write on one thread. */
export async function joinSnapshots(
  parts: readonly SlotSnapshot[],
  keys: Names,
  uids: Names,
  writer: SnapshotWriter,
): Promise<SnapshotContents> {
  const uidOf = new Map([...keys].map(([vertex, key]) => [key, uids.get(vertex) as string]));
  const byUid = <T>(pairs: readonly (readonly [string, T])[]) =>
    pairs.map(([key, value]) => [uidOf.get(key) as string, value] as const);
  const states = new Map(parts.flatMap(({ vertices }) => vertices.map((each) => [each.key, each] as const)));
  const vertices: VertexRecord[] = [];
  for (const [vertex, key] of keys) {
    const kept = states.get(key);
    // The place where the rows of a SELECT come together is on no thread and keeps nothing of interest.
    const own = kept ? kept.state : ownState(vertex);
    let state: StateFile | undefined;
    if (own) state = await writer.state(own);
    vertices.push({
      uid: uids.get(vertex) as string,
      name: vertex.name,
      columns: columnsOf(vertex),
      definition: vertex.definition,
      progress: kept ? kept.progress : vertex.progress(),
      state,
    });
  }
  return {
    parallelism: parallelismOf([...keys.keys()]),
    vertices,
    sources: parts.flatMap(({ sources }) => byUid(sources)),
    turn: 0,
    sinks: parts.flatMap(({ sinks }) => byUid(sinks)),
    timers: parts.flatMap(({ timers }) => byUid(timers)),
  };
}

function ownState({ operator }: Vertex): Uint8Array[] | undefined {
  const kept = operator?.snapshot?.();
  return kept === undefined ? undefined : encodeState(kept);
}

/** What one thread needs of a snapshot: the parts of the vertices for which `isOwn` holds. */
export function partOfSnapshot(
  { snapshot, read }: StoredSnapshot,
  records: readonly (readonly [Vertex, VertexRecord])[],
  keys: Names,
  uids: Names,
  isOwn: (vertex: Vertex) => boolean,
): RestoredSlot {
  const keyOf = new Map([...keys].filter(([vertex]) => isOwn(vertex)).map(([vertex, key]) => [uids.get(vertex), key]));
  const byKey = <T>(pairs: readonly (readonly [string, T])[]) =>
    pairs.flatMap(([uid, value]) => {
      const key = keyOf.get(uid);
      return key === undefined ? [] : [[key, value] as const];
    });
  const progress = new Map(records.map(([vertex, record]) => [vertex, record.progress]));
  const hasEnded = (vertex: Vertex): boolean => (progress.get(vertex)?.openInputs ?? 1) <= 0;
  return {
    vertices: records.flatMap(([vertex, record]) =>
      isOwn(vertex)
        ? [
            {
              key: keys.get(vertex) as string,
              progress: record.progress,
              state: record.state && [read(record.state)],
            },
          ]
        : [],
    ),
    sources: byKey(snapshot.sources),
    sinks: byKey(snapshot.sinks),
    timers: byKey(snapshot.timers),
    ended: [...keys].flatMap(([vertex, key]) =>
      isOwn(vertex) ? vertex.inputs.flatMap((input, i) => (hasEnded(input) ? [[key, i] as const] : [])) : [],
    ),
  };
}
