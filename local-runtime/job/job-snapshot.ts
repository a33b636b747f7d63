import { deserialize, serialize } from 'node:v8';
import { FlinkFault } from '../errors.ts';
import type { SourceProgress } from './source-driver.ts';
import type { Vertex } from './vertex.ts';

/** Format of the serialised form; a runtime reads only its own. */
const VERSION = 1;

/** What a vertex is and what it keeps. Definition and columns tell at restore whether the state fits the operator. */
export interface VertexSnapshot {
  readonly name: string;
  /** Types of the output columns. */
  readonly columns: string;
  /** The settings of the operator that shape its state. */
  readonly definition: string;
  readonly progress: ReturnType<Vertex['progress']>;
  /** The operator's state, serialised apart so that one object graph is one operator's; undefined when it keeps nothing. */
  readonly state: Uint8Array | undefined;
}

/** A consistent cut through a job between two batches. */
export interface JobSnapshot {
  readonly vertices: readonly VertexSnapshot[];
  readonly sources: readonly SourceProgress[];
  /** The source whose turn it is. */
  readonly turn: number;
  /** What each sink has to commit, by sink. */
  readonly sinks: readonly unknown[];
  /** Processing-time wake-ups: vertex and time. */
  readonly timers: readonly (readonly [number, number])[];
}

/** The state of all operators; call between batches, when no sink has rows waiting. */
export function snapshotVertices(vertices: readonly Vertex[]): VertexSnapshot[] {
  return vertices.map((vertex) => {
    const { operator } = vertex;
    if (operator?.stateBytes && !operator.snapshot) {
      throw new FlinkFault('CheckpointException', `The local runtime cannot take a checkpoint of ${vertex.name} yet.`);
    }
    const state = operator?.snapshot?.();
    return {
      name: vertex.name,
      columns: vertex.columns,
      definition: vertex.definition,
      progress: vertex.progress(),
      state: state === undefined ? undefined : serialize(state),
    };
  });
}

/** Gives operators their state back. Throws, before any has it, when the snapshot is of another plan. */
export function restoreVertices(vertices: readonly Vertex[], kept: readonly VertexSnapshot[], path: string): void {
  const reason = misfit(vertices, kept);
  if (reason !== undefined) {
    throw new FlinkFault(
      'IllegalStateException',
      `Failed to rollback to checkpoint/savepoint ${path}. Cannot map checkpoint/savepoint state to the new program, because ${reason}.`,
    );
  }
  for (const [i, vertex] of vertices.entries()) {
    const { progress, state } = kept[i] as VertexSnapshot;
    vertex.resume(progress);
    if (state === undefined) continue;
    const { operator } = vertex;
    if (!operator?.restore) throw new Error(`${vertex.name} cannot take its state back`);
    operator.restore(unshared(deserialize(state), new Set()));
  }
}

/** Why a snapshot does not fit a plan: which operator, and what changed. */
function misfit(vertices: readonly Vertex[], kept: readonly VertexSnapshot[]): string | undefined {
  for (let i = 0; i < Math.max(vertices.length, kept.length); i++) {
    const now = vertices[i];
    const then = kept[i];
    if (!then) return `operator ${i + 1}, ${now?.name}, is new`;
    if (!now) return `operator ${i + 1}, ${then.name}, is not available in the new program`;
    if (now.name !== then.name) return `operator ${i + 1} was ${then.name} and is ${now.name} now`;
    if (now.columns !== then.columns) {
      return `operator ${i + 1}, ${now.name}, had columns (${then.columns}) and has (${now.columns}) now`;
    }
    if (now.definition !== then.definition) {
      return `operator ${i + 1}, ${now.name}, was ${then.definition} and is ${now.definition} now`;
    }
  }
  return undefined;
}

export function encodeSnapshot(snapshot: JobSnapshot): Uint8Array {
  return serialize({ version: VERSION, ...snapshot });
}

/** Reads what `encodeSnapshot` wrote; `path` is for the error. */
export function decodeSnapshot(bytes: Uint8Array, path: string): JobSnapshot {
  let found: unknown;
  try {
    found = deserialize(bytes);
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause));
  }
  const version = typeof found === 'object' && found !== null && 'version' in found ? found.version : undefined;
  if (version !== VERSION) {
    throw unreadable(path, `it has format version ${String(version)}, this runtime reads version ${VERSION}`);
  }
  return found as JobSnapshot;
}

function unreadable(path: string, reason: string): FlinkFault {
  return new FlinkFault('IOException', `Cannot read the checkpoint/savepoint ${path}: ${reason}.`);
}

/**
 * `deserialize` lets typed arrays be views of the bytes it read. Operators grow, double and reinterpret their arrays' buffers, so
 * each gets a buffer of its own; objects that are there twice stay one.
 */
function unshared(value: unknown, seen: Set<object>): unknown {
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (typeof value !== 'object' || value === null || seen.has(value)) return value;
  seen.add(value);
  if (value instanceof Map) {
    for (const [key, item] of value) {
      const own = unshared(item, seen);
      if (own !== item) value.set(key, own);
    }
    return value;
  }
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const item = fields[key];
    if (typeof item === 'object' && item !== null) fields[key] = unshared(item, seen);
  }
  return value;
}
