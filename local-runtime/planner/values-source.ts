import type { ValuesNode } from '../../flink-sql/plan/physical.ts';
import { BatchBuilder } from '../batch/builder.ts';
import type { SourceEvent, SourceReader } from '../connectors/connector.ts';

/** The rows of a VALUES, once (StreamExecValues). */
export function valuesReader(node: ValuesNode, position: unknown): SourceReader {
  let given = position === true;
  return {
    next(): Promise<SourceEvent> {
      if (given || node.rows.length === 0) return Promise.resolve({ kind: 'end' });
      given = true;
      const builder = new BatchBuilder(node.fields.map((f) => f.type));
      for (const row of node.rows) builder.values(row);
      return Promise.resolve({ kind: 'batch', batch: builder.take() });
    },
    position: () => given,
    close: () => Promise.resolve(),
  };
}
