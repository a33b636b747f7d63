import type { CreateTable } from '../../flink-sql/syntax/index.ts';
import { parse } from '../../flink-sql/syntax/index.ts';

/** A table of a text that is over a topic. */
export interface TopicTable {
  readonly name: string;
  readonly topics: readonly string[];
  readonly bootstrap: string | undefined;
  /** Offset of the statement. */
  readonly start: number;
}

/** The Kafka tables that a text makes, with their topics. */
export function topicTables(text: string): TopicTable[] {
  if (!/kafka/i.test(text)) return [];
  return parse(text).statements.flatMap(({ node }) => {
    if (node?.kind !== 'CreateTable') return [];
    const options = optionsOf(node);
    if (!/^(upsert-)?kafka$/.test(options.get('connector') ?? '')) return [];
    const topics = (options.get('topic') ?? '')
      .split(';')
      .map((topic) => topic.trim())
      .filter((topic) => topic !== '');
    const name = node.name.parts.map((part) => part.name).join('.');
    return [{ name, topics, bootstrap: options.get('properties.bootstrap.servers'), start: node.start }];
  });
}

function optionsOf({ options }: CreateTable): Map<string, string> {
  return new Map(options.flatMap(({ key, value }) => (value ? [[key.value, value.value] as const] : [])));
}

/** Does a job's name say that it reads or writes one of these tables? Flink names a job by the table that it inserts into. */
export function jobUses(job: string, tables: readonly string[]): boolean {
  return tables.some((table) => {
    const last = table.split('.').at(-1) ?? table;
    return new RegExp(`(^|[^\\w])${last.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[^\\w])`).test(job);
  });
}
