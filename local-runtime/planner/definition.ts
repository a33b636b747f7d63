import type { Physical } from '../../flink-sql/plan/physical.ts';

/** What links a node to others or is derived from them, and says nothing about its own state. */
const APART = new Set(['id', 'input', 'inputs', 'left', 'right', 'traits', 'fields', 'range']);

/** The settings of a node as text: two nodes of one definition over inputs of the same types keep the same state. */
export function definitionOf(node: Physical): string {
  // Whether -U goes out depends on who reads it; a group's accumulators do not.
  const isOutput = (key: string): boolean => node.kind === 'GroupAggregate' && key === 'generateUpdateBefore';
  const own = Object.entries(node).filter(([key, value]) => !APART.has(key) && !isOutput(key) && value !== undefined);
  return JSON.stringify(Object.fromEntries(own), (key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value instanceof Map) return [...value];
    if (key === 'options' && isTableOptions(value)) return { connector: value.connector };
    return key === 'traits' ? undefined : value;
  });
}

/**
 * A table source inside a node (a lookup) is known by its name and connector: its other options say where and how it is read, which
 * may change from one start to the next, and may be secrets, which no snapshot holds.
 */
const isTableOptions = (value: unknown): value is { readonly connector: string } =>
  typeof value === 'object' && value !== null && 'connector' in value;
