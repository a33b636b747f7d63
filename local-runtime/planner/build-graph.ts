import type { PlannedJob } from '../../flink-sql/binder/api.ts';
import type { Physical, Sink, TableSourceScan } from '../../flink-sql/plan/physical.ts';
import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Batch } from '../batch/batch.ts';
import type { ConnectorEnvironment } from '../connectors/connector.ts';
import { connectorFor } from '../connectors/registry.ts';
import { validation } from '../errors.ts';
import type { Graph, SinkTask, SourceTask } from '../job/graph.ts';
import type { JobOptions } from '../job/job-api.ts';
import { Vertex, type VertexHost } from '../job/vertex.ts';
import { ConstraintEnforcer } from '../operators/constraint-enforcer.ts';
import type { Operator } from '../operators/operator.ts';
import { PickOperator } from '../operators/pick.ts';
import { SinkUpsertMaterializer } from '../operators/sink-upsert-materializer.ts';
import { durationMillis } from '../time/duration.ts';
import { definitionOf } from './definition.ts';
import { lookupJoinOperator } from './lookup-join.ts';
import { inputsOf, operatorFor } from './operator-for.ts';
import { refuseTtl, refuseUnsupported } from './options.ts';
import { type SharedScan, sharedScans } from './shared-scans.ts';
import { valuesReader } from './values-source.ts';

/**
 * Turns a physical plan into running operators. Exchanges are nothing at parallelism 1. A node that several consumers share, and
 * scans of the same table with the same options and columns, run once, as Flink reuses sub-plans and sources.
 */
export function buildGraph(
  plan: PlannedJob,
  options: JobOptions,
  now: () => number,
  registerTimer: (time: number, vertex: Vertex) => void,
): Graph {
  return new GraphBuilder(options, now, registerTimer).build(plan);
}

class GraphBuilder {
  private readonly options: JobOptions;
  private readonly host: VertexHost;
  private readonly env: ConnectorEnvironment;
  private readonly vertices: Vertex[] = [];
  private readonly sources: SourceTask[] = [];
  private readonly sinks: SinkTask[] = [];
  private readonly pressure: Promise<void>[] = [];
  private readonly built = new Map<Physical, Vertex>();
  private shared: ReadonlyMap<TableSourceScan, SharedScan> = new Map();
  private readonly sourceOf = new Map<SharedScan, Vertex>();

  constructor(options: JobOptions, now: () => number, registerTimer: (time: number, vertex: Vertex) => void) {
    this.options = options;
    const zone = sessionZone(options.options);
    this.host = { zone, options: options.options, clock: { now }, registerTimer };
    this.env = {
      workingDirectory: options.workingDirectory,
      zone,
      options: options.options,
      now,
      print: options.print,
      notice: options.notice,
    };
  }

  build(plan: PlannedJob): Graph {
    refuseUnsupported(this.options.options);
    this.shared = sharedScans(plan.sinks);
    for (const sink of plan.sinks) this.sink(sink);
    return { vertices: this.vertices, sources: this.sources, sinks: this.sinks, pressure: this.pressure };
  }

  private vertex(id: number, name: string, types: readonly LogicalType[], inputs: number): Vertex {
    const vertex = new Vertex(id, name, types, inputs, this.host);
    this.vertices.push(vertex);
    return vertex;
  }

  private node(node: Physical): Vertex {
    const known = this.built.get(node);
    if (known) return known;
    const vertex = this.make(node);
    this.built.set(node, vertex);
    return vertex;
  }

  private make(node: Physical): Vertex {
    refuseTtl(node, this.options.options);
    const types = node.fields.map((f) => f.type);
    switch (node.kind) {
      case 'Exchange':
        return this.node(node.input);
      case 'TableSourceScan':
        return this.scan(node, types);
      case 'Values': {
        const vertex = this.vertex(node.id, 'Values', types, 1);
        this.sources.push({
          vertex,
          idleTimeout: 0,
          open: (position) => Promise.resolve(valuesReader(node, position)),
        });
        return vertex;
      }
      case 'Sink':
        throw new Error('a sink inside a plan');
      default: {
        const inputs = inputsOf(node);
        const from = inputs.map((input) => this.node(input));
        const vertex = this.vertex(node.id, node.kind, types, inputs.length);
        vertex.operator =
          node.kind === 'LookupJoin' ? lookupJoinOperator(node, vertex, this.env) : operatorFor(node, vertex);
        vertex.definition = definitionOf(node);
        for (const [i, v] of from.entries()) v.connect(vertex, i);
        return vertex;
      }
    }
  }

  private scan(node: TableSourceScan, types: readonly LogicalType[]): Vertex {
    const shared = this.shared.get(node) as SharedScan;
    const source = this.source(shared);
    const picked = node.projected.map((column) => shared.projected.indexOf(column));
    if (picked.length === shared.projected.length && picked.every((p, i) => p === i)) return source;
    const vertex = this.vertex(node.id, 'Project', types, 1);
    vertex.operator = new PickOperator(picked, vertex);
    source.connect(vertex, 0);
    return vertex;
  }

  private source(shared: SharedScan): Vertex {
    const known = this.sourceOf.get(shared);
    if (known) return known;
    const { first, projected, fields } = shared;
    const connector = connectorFor(first.options);
    const openSource = connector.openSource;
    if (!openSource) {
      throw validation(
        `Connector '${connector.identifier}' can only be used as a sink. It cannot be used as a source.`,
      );
    }
    const types = fields.map((f) => f.type);
    const vertex = this.vertex(first.id, `Source: ${first.table.identifier.name}`, types, 1);
    const idle = this.options.options['table.exec.source.idle-timeout'] ?? '0 ms';
    this.sources.push({
      vertex,
      idleTimeout: first.watermark ? durationMillis(idle) : 0,
      open: (position) =>
        openSource({
          table: first.table,
          options: first.options,
          projected,
          fields,
          ...(first.watermark ? { watermark: first.watermark } : {}),
          ...(position === undefined ? {} : { position }),
          env: this.env,
        }),
    });
    this.sourceOf.set(shared, vertex);
    return vertex;
  }

  private sink(node: Sink): void {
    refuseTtl(node, this.options.options);
    const input = this.materialized(node, this.enforced(node, this.node(node.input)));
    const types = node.fields.map((f) => f.type);
    const table = node.table;
    const vertex = this.vertex(node.id, table ? `Sink: ${table.identifier.name}` : 'Sink: collect', types, 1);
    input.connect(vertex, 0);
    if (!table) {
      const collect = this.options.collect;
      if (!collect) throw new Error('a query job needs a collector');
      vertex.operator = sinkOperator((batch) => {
        const slow = collect(batch);
        if (slow) this.pressure.push(slow);
      });
      return;
    }
    const connector = connectorFor(node.options);
    const openSink = connector.openSink;
    if (!openSink)
      throw validation(
        `Connector '${connector.identifier}' can only be used as a source. It cannot be used as a sink.`,
      );
    const fields = node.fields.map((field, i) => ({ ...field, type: node.columnTypes[i] ?? field.type }));
    const pending: Batch[] = [];
    vertex.operator = sinkOperator((batch) => pending.push(batch));
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
          env: this.env,
        }),
    });
  }

  private materialized(node: Sink, input: Vertex): Vertex {
    const key = node.table?.primaryKey;
    if (!node.upsertMaterialize || !key) return input;
    const types = node.fields.map((field, i) => node.columnTypes[i] ?? field.type);
    const vertex = this.vertex(node.id, 'SinkMaterializer', types, 1);
    const columns = key.columns.map((name) => node.fields.findIndex((field) => field.name === name));
    vertex.operator = new SinkUpsertMaterializer(columns, node.upsertKey, types, vertex);
    input.connect(vertex, 0);
    return vertex;
  }

  private enforced(node: Sink, input: Vertex): Vertex {
    const fields = node.fields.map((field, i) => ({ ...field, type: node.columnTypes[i] ?? field.type }));
    const types = fields.map((f) => f.type);
    const vertex = new Vertex(node.id, 'ConstraintEnforcer', types, 1, this.host);
    const enforcer = new ConstraintEnforcer(fields, vertex);
    if (!enforcer.needed) return input;
    vertex.operator = enforcer;
    this.vertices.push(vertex);
    input.connect(vertex, 0);
    return vertex;
  }
}

function sinkOperator(take: (batch: Batch) => void): Operator {
  return {
    process(batch) {
      if (batch.length > 0) take(batch);
    },
    end() {
      // The job flushes and commits the writers when all inputs have ended.
    },
  };
}

/** The session's zone: `table.local-time-zone`, else that of the machine. */
export function sessionZone(options: Readonly<Record<string, string>>): string {
  const zone = options['table.local-time-zone'];
  if (zone === undefined || zone === 'default') return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}
