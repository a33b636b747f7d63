import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { Physical } from '../../flink-sql/plan/physical.ts';
import type { RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { ExprEnv } from '../codegen/env.ts';
import type { Vertex } from '../job/vertex.ts';
import { inputsOf } from '../planner/operator-for.ts';
import { eventsOf, tableTexts } from './texts.ts';
import type { TracedEvent, TracedOperator, TracedState, TracedStep, TraceLimits } from './trace.ts';

/** Which operators give state that a person can read by its own columns. */
interface Watched {
  readonly vertex: Vertex;
  readonly fields: readonly RowField[] | undefined;
}

/** Listens at the operators of a job and keeps what each gave, step by step. */
export class StepRecorder {
  readonly steps: TracedStep[] = [];
  readonly #limits: TraceLimits;
  readonly #env: ExprEnv;
  readonly #watched: readonly Watched[];
  readonly #numbers: ReadonlyMap<Vertex, number>;
  /** What was told last of each operator's state, as text. */
  readonly #told = new Map<number, string>();
  #events: TracedEvent[] = [];

  constructor(plan: PlannedJob, vertices: readonly Vertex[], env: ExprEnv, limits: TraceLimits) {
    this.#limits = limits;
    this.#env = env;
    const fields = fieldsById(plan);
    this.#watched = vertices.map((vertex) => ({ vertex, fields: fields.get(vertex.id) }));
    this.#numbers = new Map(vertices.map((vertex, i) => [vertex, i]));
    for (const [number, { vertex, fields: own }] of this.#watched.entries()) this.#listen(number, vertex, own ?? []);
  }

  get operators(): TracedOperator[] {
    return this.#watched.map(({ vertex, fields }) => ({
      name: vertex.name,
      columns: fields?.map(({ name }) => name) ?? [],
      inputs: vertex.inputs.map((input) => this.#numbers.get(input) ?? 0),
      shows: vertex.operator?.describeState !== undefined || vertex.operator?.stateBytes === undefined,
    }));
  }

  /** What came to a sink. */
  output(vertex: Vertex, batch: Batch): void {
    const number = this.#numbers.get(vertex) ?? 0;
    const fields = this.#watched[number]?.fields ?? [];
    for (const event of eventsOf(number, fields, batch, this.#env)) if (event.type === 'row') this.#events.push(event);
  }

  /** Ends a step: keeps what was given since the last, and what state has changed. */
  step(source: Vertex, kind: TracedStep['kind']): void {
    const events = this.#events;
    this.#events = [];
    this.steps.push({ source: this.#numbers.get(source) ?? 0, kind, events, state: this.#changedState() });
  }

  /** Whether anything was given since the last step. */
  get hasMore(): boolean {
    return this.#events.length > 0;
  }

  #listen(number: number, vertex: Vertex, fields: readonly RowField[]): void {
    const emit = vertex.emit.bind(vertex);
    const count = vertex.count.bind(vertex);
    vertex.emit = (batch) => {
      this.#events.push(...eventsOf(number, fields, batch, this.#env));
      emit(batch);
    };
    vertex.count = (metric, by) => {
      if (/^(?:left|right)?NumLateRecordsDropped$/i.test(metric)) {
        this.#events.push({ type: 'late', operator: number, rows: by });
      }
      count(metric, by);
    };
  }

  #changedState(): TracedState[] {
    const changed: TracedState[] = [];
    for (const [operator, { vertex }] of this.#watched.entries()) {
      if (!vertex.operator?.stateBytes) continue;
      const tables = (vertex.operator.describeState?.() ?? []).map((table) =>
        tableTexts(table, this.#limits.stateRows, this.#env),
      );
      // Where the contents are shown, room that was made for more is no change.
      const bytes = vertex.operator.describeState ? 0 : vertex.stateBytes();
      const text = JSON.stringify([bytes, tables]);
      if (this.#told.get(operator) === text) continue;
      this.#told.set(operator, text);
      changed.push({ operator, bytes: vertex.stateBytes(), tables });
    }
    return changed;
  }
}

/** The columns of what each node of a plan gives. */
function fieldsById({ sinks }: PlannedJob): ReadonlyMap<number, readonly RowField[]> {
  const found = new Map<number, readonly RowField[]>();
  const visit = (node: Physical): void => {
    if (found.has(node.id)) return;
    found.set(node.id, node.fields);
    for (const input of node.kind === 'Sink' ? [node.input] : inputsOf(node)) visit(input);
  };
  for (const sink of sinks) visit(sink);
  return found;
}
