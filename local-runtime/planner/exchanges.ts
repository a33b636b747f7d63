import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Receiver, Vertex } from '../job/vertex.ts';
import { UnionOperator } from '../operators/union.ts';
import { ExchangeOperator, type Route } from '../parallel/exchange-operator.ts';
import { type Group, hosted, type Placement } from '../parallel/group.ts';

type MakeVertex = (id: number, name: string, types: readonly LogicalType[], inputs: number) => Vertex;

/** How vertices that only move rows between subtasks are called; they are no operators of the plan. */
export const EXCHANGE = 'Exchange';

/**
 * Connects the subtasks of operators. Where their numbers or keys differ, each sending subtask parts its rows and each receiving one
 * has a gate that takes the least watermark of its channels (PartitionTransformation, StatusWatermarkValve).
 */
export class Exchanges {
  private readonly make: MakeVertex;
  private readonly placement: Placement;
  private count = 0;

  constructor(make: MakeVertex, placement: Placement) {
    this.make = make;
    this.placement = placement;
  }

  /** The instances of an operator that run on this thread. */
  group(
    id: number,
    name: string,
    types: readonly LogicalType[],
    parallelism: number,
    inputs: number,
    prepare: (vertex: Vertex) => void,
  ): Group {
    const subtasks: (Vertex | undefined)[] = [];
    for (let subtask = 0; subtask < parallelism; subtask++) {
      if (!this.placement.hosts(subtask)) {
        subtasks.push(undefined);
        continue;
      }
      const vertex = this.make(id, name, types, inputs);
      vertex.subtask = subtask;
      vertex.parallelism = parallelism;
      prepare(vertex);
      subtasks.push(vertex);
    }
    return { id, types, subtasks };
  }

  /** Each subtask feeds the one of its number. */
  forward(from: Group, to: Group, input: number): void {
    for (const [i, vertex] of hosted(from)) vertex.connect(to.subtasks[i] as Vertex, input);
  }

  /** All rows of `from` in as many subtasks as asked, where rows of one key are together. */
  byKey(id: number, from: Group, parallelism: number, keys: readonly number[]): Group {
    return this.exchange(id, from, parallelism, () => ({ kind: 'hash', keys }));
  }

  /** The same rows in another number of subtasks; `inOrder`: changes of a row may not overtake each other. */
  spread(id: number, from: Group, parallelism: number, inOrder: boolean): Group {
    if (from.subtasks.length === parallelism) return from;
    return this.exchange(id, from, parallelism, (i) =>
      inOrder ? { kind: 'pinned', to: i % parallelism } : { kind: 'rebalance' },
    );
  }

  private exchange(id: number, from: Group, parallelism: number, route: (subtask: number) => Route): Group {
    const channels = from.subtasks.length;
    if (channels === 1 && parallelism === 1) return from;
    const exchange = this.count++;
    const { placement } = this;
    // The senders first, so that vertices stand in the order of the flow.
    const senders: [number, Vertex][] = [];
    for (const [i, vertex] of hosted(from)) {
      if (parallelism === 1) {
        senders.push([i, vertex]);
        continue;
      }
      const sender = this.make(id, EXCHANGE, from.types, 1);
      sender.subtask = i;
      sender.parallelism = channels;
      sender.operator = new ExchangeOperator(route(i), parallelism, sender);
      sender.definition = JSON.stringify(route(i));
      vertex.connect(sender, 0);
      senders.push([i, sender]);
    }
    const gates = this.group(id, EXCHANGE, from.types, parallelism, channels, (vertex) => {
      vertex.operator = new UnionOperator(channels, vertex);
    });
    for (const [i, sender] of senders) {
      for (const [j, gate] of gates.subtasks.entries()) {
        const target: Receiver = gate ?? placement.outbound(exchange, i, j, sender);
        sender.connect(target, i);
      }
    }
    for (const [j, gate] of hosted(gates)) {
      for (const [i, sender] of from.subtasks.entries()) if (!sender) placement.inbound(exchange, i, j, gate);
    }
    return gates;
  }
}
