import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { ResolvedTable } from '../../flink-sql/catalog/model.ts';
import type { Exchange, Physical, Sink, TableSourceScan, WindowAggregate } from '../../flink-sql/plan/physical.ts';
import type { LogicalType, RowField } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { Connector, ConnectorEnvironment, SinkWriter } from '../connectors/connector.ts';
import { previews } from '../connectors/preview/preview-options.ts';
import { connectorFor } from '../connectors/registry.ts';
import { refuseInTest } from '../connectors/test-rows/index.ts';
import { validation } from '../errors.ts';
import type { Graph, SinkTask, SourceTask } from '../job/graph.ts';
import type { JobOptions } from '../job/job-api.ts';
import { MemoryBudget, memoryLimit } from '../job/memory-budget.ts';
import { Vertex, type VertexHost } from '../job/vertex.ts';
import { ConstraintEnforcer } from '../operators/constraint-enforcer.ts';
import { LocalWindowAggregateOperator } from '../operators/local-window-aggregate.ts';
import type { Operator } from '../operators/operator.ts';
import { PickOperator } from '../operators/pick.ts';
import { SinkUpsertMaterializer } from '../operators/sink-upsert-materializer.ts';
import { WindowAggregateOperator } from '../operators/window-aggregate.ts';
import { type Group, hosted, type Placement } from '../parallel/group.ts';
import { durationMillis } from '../time/duration.ts';
import { machineZone } from '../time/machine-zone.ts';
import { JobFunctions } from '../udf/job-functions.ts';
import { definitionOf } from './definition.ts';
import { Exchanges } from './exchanges.ts';
import { lookupJoinOperator } from './lookup-join.ts';
import { inputsOf, operatorFor } from './operator-for.ts';
import { refuseUnsupported } from './options.ts';
import { defaultParallelism, scanParallelism, shufflesByKey, sinkParallelism } from './parallelism.ts';
import { type SharedScan, sharedScans } from './shared-scans.ts';
import { functionOperator } from './user-functions.ts';
import { valuesReader } from './values-source.ts';
import { type WindowPhases, windowPhases } from './window-phases.ts';

/**
 * Turns a physical plan into running operators, each with as many subtasks as Flink gives it: exchanges part rows by key among the
 * default number of subtasks or bring them together in one; all else has as many as its input. At parallelism 1 exchanges are
 * nothing. A node that several consumers share, and scans of the same table with the same options and columns, run once, as Flink
 * reuses sub-plans and sources. With a `placement` only the subtasks of one thread are made.
 */
export function buildGraph(
  plan: PlannedJob,
  options: JobOptions,
  now: () => number,
  registerTimer: (time: number, vertex: Vertex) => void,
  placement: Placement | undefined = undefined,
): Graph {
  return new GraphBuilder(options, now, registerTimer, placement).build(plan);
}

/** Everything on one thread. */
const HERE: Placement = {
  hosts: () => true,
  outbound: () => never(),
  inbound: () => never(),
  collector: () => never(),
};

function never(): never {
  throw new Error('all subtasks run on this thread');
}

class GraphBuilder {
  private readonly options: JobOptions;
  private readonly parallelism: number;
  private readonly host: VertexHost;
  private readonly memory: MemoryBudget;
  private readonly env: ConnectorEnvironment;
  private readonly functions: JobFunctions;
  private readonly placement: Placement | undefined;
  private readonly exchanges: Exchanges;
  private readonly vertices: Vertex[] = [];
  private readonly sources: SourceTask[] = [];
  private readonly sinks: SinkTask[] = [];
  private readonly pressure: Promise<void>[] = [];
  private readonly built = new Map<Physical, Group>();
  private shared: ReadonlyMap<TableSourceScan, SharedScan> = new Map();
  private readonly sourceOf = new Map<SharedScan, Group>();

  constructor(
    options: JobOptions,
    now: () => number,
    registerTimer: (time: number, vertex: Vertex) => void,
    placement: Placement | undefined,
  ) {
    this.options = options;
    this.parallelism = defaultParallelism(options.options);
    const zone = sessionZone(options.options);
    this.memory = new MemoryBudget(memoryLimit(options.options) / (placement ? this.parallelism : 1));
    this.host = { zone, options: options.options, clock: { now }, registerTimer, memory: this.memory };
    this.env = {
      workingDirectory: options.workingDirectory,
      zone,
      options: options.options,
      now,
      print: options.print,
      notice: options.notice,
      openSink: (table, fields) => this.besideSink(table, fields),
      tests: options.tests,
    };
    this.functions = new JobFunctions(options.options, options);
    this.placement = placement;
    this.exchanges = new Exchanges(
      (id, name, types, inputs) => this.vertex(id, name, types, inputs),
      placement ?? HERE,
    );
  }

  build(plan: PlannedJob): Graph {
    refuseUnsupported(this.options.options, this.options.notice);
    this.shared = sharedScans(plan.sinks);
    for (const sink of plan.sinks) this.sink(sink);
    const { vertices, sources, sinks, memory, pressure } = this;
    return { vertices, sources, sinks, memory, pressure };
  }

  private vertex(id: number, name: string, types: readonly LogicalType[], inputs: number): Vertex {
    const vertex = new Vertex(id, name, types, inputs, this.host);
    this.vertices.push(vertex);
    return vertex;
  }

  private node(node: Physical): Group {
    const known = this.built.get(node);
    if (known) return known;
    const group = this.make(node);
    this.built.set(node, group);
    return group;
  }

  private make(node: Physical): Group {
    const types = node.fields.map((f) => f.type);
    switch (node.kind) {
      case 'Exchange':
        return this.exchange(node);
      case 'TableSourceScan':
        return this.scan(node, types);
      case 'Values':
        // As in Flink, whatever the parallelism (StreamExecValues).
        return this.exchanges.group(node.id, 'Values', types, 1, 1, (vertex) => {
          this.sources.push({
            vertex,
            idleTimeout: 0,
            open: (position) => Promise.resolve(valuesReader(node, position)),
          });
        });
      case 'Sink':
        throw new Error('a sink inside a plan');
      default: {
        const phases =
          node.kind === 'WindowAggregate' && this.parallelism > 1 && windowPhases(node, this.options.options);
        if (phases) return this.windowInPhases(node, phases, types);
        const inputs = this.aligned(node, inputsOf(node));
        const definition = definitionOf(node);
        const parallelism = inputs[0]?.subtasks.length ?? 1;
        const group = this.exchanges.group(node.id, node.kind, types, parallelism, inputs.length, (vertex) => {
          vertex.operator =
            functionOperator(node, vertex, this.functions) ??
            (node.kind === 'LookupJoin' ? lookupJoinOperator(node, vertex, this.env) : operatorFor(node, vertex));
          vertex.definition = definition;
        });
        for (const [i, input] of inputs.entries()) this.exchanges.forward(input, group, i);
        return group;
      }
    }
  }

  /** Slices are aggregated where rows come, and what they gave where its key is. */
  private windowInPhases(node: WindowAggregate, phases: WindowPhases, types: readonly LogicalType[]): Group {
    const { exchange, global, keys, sliceColumn } = phases;
    const input = this.node(exchange.input);
    const inputTypes = exchange.fields.map((f) => f.type);
    const definition = definitionOf(node);
    const name = 'LocalWindowAggregate';
    const local = this.exchanges.group(node.id, name, phases.types, input.subtasks.length, 1, (vertex) => {
      vertex.operator = new LocalWindowAggregateOperator(node, inputTypes, phases.types, vertex);
      vertex.definition = definition;
    });
    this.exchanges.forward(input, local, 0);
    const parted = this.distributed(exchange, local, keys);
    const group = this.exchanges.group(node.id, node.kind, types, parted.subtasks.length, 1, (vertex) => {
      vertex.operator = new WindowAggregateOperator(global, phases.types, vertex, sliceColumn);
      vertex.definition = definition;
    });
    this.exchanges.forward(parted, group, 0);
    return group;
  }

  private exchange(node: Exchange): Group {
    return this.distributed(node, this.node(node.input), node.keys);
  }

  /** `input` as an exchange deals it out, by these columns where it goes by key. */
  private distributed(node: Exchange, input: Group, keys: readonly number[]): Group {
    switch (node.distribution) {
      case 'hash':
        return this.exchanges.byKey(node.id, input, this.parallelism, keys);
      case 'single':
        return this.exchanges.spread(node.id, input, 1, true);
      case 'forward':
        return input;
      case 'broadcast':
        throw new Error('no operator reads a broadcast');
    }
  }

  /** The inputs of a node in equally many subtasks; those of a UNION may differ. */
  private aligned(node: Physical, inputs: readonly Physical[]): Group[] {
    const groups = inputs.map((input) => this.node(input));
    const most = Math.max(...groups.map((group) => group.subtasks.length));
    return groups.map((group, i) => this.exchanges.spread(node.id, group, most, !insertOnly(inputs[i] as Physical)));
  }

  private scan(node: TableSourceScan, types: readonly LogicalType[]): Group {
    const shared = this.shared.get(node) as SharedScan;
    const source = this.source(shared);
    const picked = node.projected.map((column) => shared.projected.indexOf(column));
    let group = source;
    if (picked.length !== shared.projected.length || !picked.every((p, i) => p === i)) {
      group = this.exchanges.group(node.id, 'Project', types, source.subtasks.length, 1, (vertex) => {
        vertex.operator = new PickOperator(picked, vertex);
      });
      this.exchanges.forward(source, group, 0);
    }
    // What follows a source of its own parallelism has the job's (SourceTransformationWrapper).
    if (node.options['scan.parallelism'] === undefined) return group;
    return this.exchanges.spread(node.id, group, this.parallelism, !insertOnly(node));
  }

  private source(shared: SharedScan): Group {
    const known = this.sourceOf.get(shared);
    if (known) return known;
    const { first, projected, fields } = shared;
    const connector = connectorFor(first.options);
    refuseInTest(this.env, connector.identifier, first.table.identifier.name);
    const openSource = connector.openSource;
    if (!openSource) {
      throw validation(
        `Connector '${connector.identifier}' can only be used as a sink. It cannot be used as a source.`,
      );
    }
    const types = fields.map((f) => f.type);
    const idle = this.options.options['table.exec.source.idle-timeout'] ?? '0 ms';
    const name = `Source: ${first.table.identifier.name}`;
    const parallelism = scanParallelism(first, this.options.options);
    const { catalog, database, name: table } = first.table.identifier;
    const definition = JSON.stringify({ connector: connector.identifier, table: [catalog, database, table].join('.') });
    const group = this.exchanges.group(first.id, name, types, parallelism, 1, (vertex) => {
      vertex.definition = definition;
      this.sources.push({
        vertex,
        idleTimeout: first.watermark ? durationMillis(idle) : 0,
        open: (position) =>
          openSource({
            table: first.table,
            options: first.options,
            projected,
            fields,
            ...(first.filters?.length ? { filters: first.filters } : {}),
            ...(first.partitions ? { partitions: first.partitions } : {}),
            ...(first.limit === undefined ? {} : { limit: first.limit }),
            ...(first.watermark ? { watermark: first.watermark } : {}),
            ...(position === undefined ? {} : { position }),
            subtask: { index: vertex.subtask, of: parallelism },
            env: this.env,
          }),
      });
    });
    this.sourceOf.set(shared, group);
    return group;
  }

  private sink(node: Sink): void {
    const input = this.node(node.input);
    const enforced = this.enforced(node, input);
    if (!node.table) {
      this.collect(node, enforced);
      return;
    }
    // A preview's rows come together in one place.
    const parallelism = previews(this.options.options) ? 1 : sinkParallelism(node, input.subtasks.length);
    const parted = this.parted(node, enforced, parallelism);
    this.tableSink(node, node.table, this.materialized(node, parted));
  }

  /** The rows of a SELECT come together in one place. */
  private collect(node: Sink, input: Group): void {
    const types = node.fields.map((f) => f.type);
    if (this.placement) {
      for (const [i, vertex] of hosted(input)) vertex.connect(this.placement.collector(i, vertex), i);
      return;
    }
    const collect = this.options.collect;
    if (!collect) throw new Error('a query job needs a collector');
    const together = this.exchanges.spread(node.id, input, 1, true);
    const group = this.exchanges.group(node.id, 'Sink: collect', types, 1, 1, (vertex) => {
      vertex.operator = sinkOperator((batch) => {
        const slow = collect(batch);
        if (slow) this.pressure.push(slow);
      });
    });
    this.exchanges.forward(together, group, 0);
  }

  private parted(node: Sink, input: Group, parallelism: number): Group {
    const key = node.table?.primaryKey;
    if (key && shufflesByKey(node, parallelism, input.subtasks.length, this.options.options)) {
      return this.exchanges.byKey(node.id, input, parallelism, keyColumns(node, key.columns));
    }
    return this.exchanges.spread(node.id, input, parallelism, !insertOnly(node.input));
  }

  private tableSink(node: Sink, table: NonNullable<Sink['table']>, input: Group): void {
    const openSink = this.sinkOpener(node);
    const fields = sinkFields(node);
    const types = node.fields.map((f) => f.type);
    const parallelism = input.subtasks.length;
    const oneWriter = !previews(this.options.options) && connectorFor(node.options).oneWriter?.(node.options) === true;
    const group = this.exchanges.group(node.id, `Sink: ${table.identifier.name}`, types, parallelism, 1, (vertex) => {
      vertex.definition = JSON.stringify({ connector: node.options.connector });
      const pending: Batch[] = [];
      vertex.operator = sinkOperator((batch) => pending.push(batch), oneWriter);
      this.sinks.push({
        vertex,
        table,
        fields,
        pending,
        open: (restored) =>
          openSink({
            table,
            options: node.options,
            fields,
            staticPartitions: node.staticPartitions,
            overwrite: node.overwrite,
            ...(restored === undefined ? {} : { restored }),
            subtask: { index: vertex.subtask, of: parallelism },
            env: this.env,
          }),
      });
    });
    this.exchanges.forward(input, group, 0);
  }

  /** A table that is written beside the plan, as dead letters are. */
  private besideSink(table: ResolvedTable, fields: readonly RowField[]): Promise<SinkWriter> {
    const { identifier, openSink } = connectorFor(table.options);
    if (!openSink)
      throw validation(`Connector '${identifier}' can only be used as a source. It cannot be used as a sink.`);
    refuseInTest(this.env, identifier, table.identifier.name);
    const { options } = table;
    return openSink({ table, options, fields, staticPartitions: {}, overwrite: false, env: this.env });
  }

  private sinkOpener(node: Sink): NonNullable<Connector['openSink']> {
    const { collect, options } = this.options;
    if (previews(options)) {
      if (!collect) throw new Error('a preview needs a collector');
      return async (request) => (await import('../connectors/preview/preview.ts')).openPreview(request, collect);
    }
    const { identifier, openSink } = connectorFor(node.options);
    refuseInTest(this.env, identifier, node.table?.identifier.name ?? '');
    if (openSink) return openSink;
    throw validation(`Connector '${identifier}' can only be used as a source. It cannot be used as a sink.`);
  }

  private materialized(node: Sink, input: Group): Group {
    const key = node.table?.primaryKey;
    if (!node.upsertMaterialize || !key) return input;
    const types = sinkFields(node).map((field) => field.type);
    const columns = keyColumns(node, key.columns);
    const name = 'SinkMaterializer';
    const group = this.exchanges.group(node.id, name, types, input.subtasks.length, 1, (vertex) => {
      vertex.operator = new SinkUpsertMaterializer(columns, node.upsertKey, types, vertex);
    });
    this.exchanges.forward(input, group, 0);
    return group;
  }

  private enforced(node: Sink, input: Group): Group {
    const fields = sinkFields(node);
    const types = fields.map((f) => f.type);
    if (!new ConstraintEnforcer(fields, new Vertex(node.id, '', types, 1, this.host)).needed) return input;
    const name = 'ConstraintEnforcer';
    const group = this.exchanges.group(node.id, name, types, input.subtasks.length, 1, (vertex) => {
      vertex.operator = new ConstraintEnforcer(fields, vertex);
    });
    this.exchanges.forward(input, group, 0);
    return group;
  }
}

const sinkFields = (node: Sink) =>
  node.fields.map((field, i) => ({ ...field, type: node.columnTypes[i] ?? field.type }));

const keyColumns = (node: Sink, names: readonly string[]) =>
  names.map((name) => node.fields.findIndex((field) => field.name === name));

function insertOnly({ traits: { changelogMode } }: Physical): boolean {
  return !changelogMode.updateBefore && !changelogMode.updateAfter && !changelogMode.delete;
}

/** `watermarks`: also those that come without rows. */
function sinkOperator(take: (batch: Batch) => void, watermarks = false): Operator {
  return {
    process(batch) {
      if (batch.length > 0 || watermarks) take(batch);
    },
    end() {
      // The job flushes and commits the writers when all inputs have ended.
    },
  };
}

/** The session's zone: `table.local-time-zone`, else that of the machine. */
export function sessionZone(options: Readonly<Record<string, string>>): string {
  const zone = options['table.local-time-zone'];
  if (zone === undefined || zone === 'default') return machineZone();
  return zone;
}
