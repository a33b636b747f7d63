import { FlinkFault } from '../errors.ts';
import type { SnapshotWriter, StoredSnapshot, VertexRecord } from './job-snapshot.ts';
import type { Staging } from './staging.ts';
import { decodeState, encodeState } from './state-codec.ts';
import type { Vertex } from './vertex.ts';

/** A vertex at a cut, with its state as it is to be written. */
export interface CapturedVertex {
  readonly record: Omit<VertexRecord, 'state'>;
  readonly state: readonly Uint8Array[] | undefined;
}

/**
 * Takes the state of all operators; call between batches. Large arrays are copied into `staging`, and rows may flow on; without it
 * nothing may run until all is written.
 */
export function captureVertices(
  vertices: readonly Vertex[],
  uids: ReadonlyMap<Vertex, string>,
  staging: Staging | undefined,
): CapturedVertex[] {
  return vertices.map((vertex) => {
    const { operator, name, definition } = vertex;
    if (operator?.stateBytes && !operator.snapshot) {
      throw new FlinkFault('CheckpointException', `The local runtime cannot take a checkpoint of ${name} yet.`);
    }
    const kept = operator?.snapshot?.();
    const { counters, ...progress } = vertex.progress();
    return {
      record: {
        uid: uids.get(vertex) as string,
        name,
        columns: columnsOf(vertex),
        definition,
        progress: { ...progress, counters: new Map(counters) },
      },
      state: kept === undefined ? undefined : encodeState(kept, staging && ((bytes) => staging.copy(bytes))),
    };
  });
}

/** Writes the state of all operators, one after the other. */
export async function writeVertices(
  captured: readonly CapturedVertex[],
  writer: SnapshotWriter,
): Promise<VertexRecord[]> {
  const out: VertexRecord[] = [];
  for (const { record, state } of captured) {
    out.push({ ...record, state: state && (await writer.state(state)) });
  }
  return out;
}

/** Most subtasks of an operator. */
export const parallelismOf = (vertices: readonly Vertex[]): number =>
  vertices.reduce((most, vertex) => Math.max(most, vertex.parallelism), 1);

/** Types of the columns of all inputs and of the output. */
export const columnsOf = (vertex: Vertex): string =>
  `${vertex.inputs.map((input) => `(${input.columns})`).join(', ')} to (${vertex.columns})`;

/**
 * Gives operators their state back, each by its place in the graph. State that has no operator any more is refused unless
 * `ignoreUnclaimed`; an operator without state in the snapshot starts empty. Throws, before any operator has its state, when an
 * operator has become another one.
 */
export function restoreVertices(
  uids: ReadonlyMap<Vertex, string>,
  stored: StoredSnapshot,
  ignoreUnclaimed: boolean,
): void {
  for (const [vertex, { progress, state }] of recordsFor(uids, stored, ignoreUnclaimed)) {
    vertex.resume(progress);
    if (state !== undefined) restoreState(vertex, stored.read(state));
  }
}

/** Gives an operator its state back from the bytes of its file. */
export function restoreState(vertex: Vertex, bytes: Uint8Array): void {
  const { operator } = vertex;
  if (!operator?.restore) throw new Error(`${vertex.name} cannot take its state back`);
  operator.restore(decodeState(bytes));
}

/** The record of each vertex in a snapshot; throws as `restoreVertices` does. */
export function recordsFor(
  uids: ReadonlyMap<Vertex, string>,
  stored: StoredSnapshot,
  ignoreUnclaimed: boolean,
): (readonly [Vertex, VertexRecord])[] {
  const { snapshot, path } = stored;
  const parallelism = parallelismOf([...uids.keys()]);
  if (parallelism !== snapshot.parallelism) {
    throw rollback(
      path,
      `It was taken at parallelism ${snapshot.parallelism} and the job has parallelism ${parallelism}; the local runtime does not redistribute state.`,
    );
  }
  const known = new Map(snapshot.vertices.map((record) => [record.uid, record]));
  const pairs: (readonly [Vertex, VertexRecord])[] = [];
  const fresh: Vertex[] = [];
  for (const [vertex, uid] of uids) {
    const record = known.get(uid);
    if (record) pairs.push([vertex, record]);
    else fresh.push(vertex);
    known.delete(uid);
  }
  checkClaimed(stored, known, ignoreUnclaimed);
  const prepared = new Set(snapshot.sinks.flatMap(([uid, work]) => (work === undefined ? [] : [uid])));
  for (const [vertex, record] of pairs) {
    const change = misfit(vertex, record, prepared.has(record.uid));
    if (change !== undefined)
      throw rollback(
        path,
        `Cannot map checkpoint/savepoint state for operator ${record.uid} to the new program, because ${change}.`,
      );
  }
  const ended = snapshot.sources.some(([, { done }]) => done);
  const [added] = fresh;
  if (ended && added) {
    throw rollback(path, `A source had ended when it was taken, so ${added.name}, which is new, cannot be added.`);
  }
  return pairs;
}

/** Flink refuses state that nobody takes, unless it is told to let it go. */
function checkClaimed(
  { snapshot, path }: StoredSnapshot,
  left: ReadonlyMap<string, VertexRecord>,
  ignoreUnclaimed: boolean,
): void {
  if (ignoreUnclaimed) return;
  const held = new Set(snapshot.vertices.filter(({ state }) => state !== undefined).map(({ uid }) => uid));
  for (const [uid] of snapshot.sources) held.add(uid);
  for (const [uid, prepared] of snapshot.sinks) if (prepared !== undefined) held.add(uid);
  for (const { uid, name } of left.values()) {
    if (!held.has(uid)) continue;
    throw rollback(
      path,
      `Cannot map checkpoint/savepoint state for operator ${uid} to the new program, because the operator is not available in the new program. If you want to allow to skip this, you can set the --allowNonRestoredState option on the CLI. (The operator is ${name}; in SQL the option is 'execution.state-recovery.ignore-unclaimed-state'.)`,
    );
  }
}

function rollback(path: string, reason: string): FlinkFault {
  return new FlinkFault('IllegalStateException', `Failed to rollback to checkpoint/savepoint ${path}. ${reason}`);
}

/** Operators whose state is good for any settings and columns. */
const SETTLED = new Set(['WatermarkAssigner']);

/**
 * What changed about an operator that makes its state useless; undefined when nothing did. Sources, and sinks that have something to
 * commit, must be what they were, but their columns may change.
 */
function misfit(now: Vertex, then: VertexRecord, commits: boolean): string | undefined {
  const isEdge = now.inputs.length === 0 || commits;
  if ((then.state === undefined && !isEdge) || SETTLED.has(now.name)) return undefined;
  if (now.definition !== then.definition && comparable(now.definition) !== comparable(then.definition)) {
    return `the operator ${now.name} has changed: ${changes(then.definition, now.definition)}`;
  }
  const columns = columnsOf(now);
  if (isEdge || columns === then.columns) return undefined;
  return `the operator ${now.name} had columns ${then.columns} and has ${columns} now`;
}

/** A definition without the names of aggregates' results, which the state does not have. */
function comparable(definition: string): string {
  return JSON.stringify(settingsOf(definition));
}

/** The settings that differ between two definitions. */
function changes(then: string, now: string): string {
  const [before, after] = [settingsOf(then), settingsOf(now)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .map((name) => [name, JSON.stringify(before[name]), JSON.stringify(after[name])] as const)
    .filter(([, a, b]) => a !== b)
    .map(([name, a, b]) => `${name} was ${a} and is ${b} now`)
    .join('; ');
}

function settingsOf(definition: string): Record<string, unknown> {
  if (definition === '') return {};
  return JSON.parse(definition, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('fn' in value && 'args' in value && 'name' in value))
      return value;
    const { name: _name, ...call } = value;
    return call;
  }) as Record<string, unknown>;
}
