import type { LogicalType } from '../../flink-sql/types/logical-type.ts';
import type { Receiver, Vertex } from '../job/vertex.ts';

/** The parallel instances of one operator; those that run on another thread are undefined here. */
export interface Group {
  readonly id: number;
  readonly types: readonly LogicalType[];
  readonly subtasks: readonly (Vertex | undefined)[];
}

/** The instances that run here, with their numbers. */
export function* hosted(group: Group): Generator<readonly [number, Vertex]> {
  for (const [i, vertex] of group.subtasks.entries()) if (vertex) yield [i, vertex];
}

/** Which of two or more threads carries this part of the job, and how it reaches the others. */
export interface Placement {
  /** Does subtask `i` of any operator run on this thread? */
  hosts(subtask: number): boolean;
  /** Where `sender`, subtask `from`, sends rows for subtask `to` behind an exchange, when `to` runs elsewhere. */
  outbound(exchange: number, from: number, to: number, sender: Vertex): Receiver;
  /** Rows that subtask `from`, which runs elsewhere, sends to input `from` of `target`. */
  inbound(exchange: number, from: number, to: number, target: Vertex): void;
  /** Where subtask `from` of the query, `sender`, sends its rows. */
  collector(from: number, sender: Vertex): Receiver;
}
