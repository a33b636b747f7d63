import { type ShownNode, shownLine } from './shown-plan.ts';

interface JsonNode {
  readonly id: number;
  readonly type: string;
  readonly pact: 'Data Source' | 'Operator' | 'Data Sink';
  readonly contents: string;
  readonly parallelism: number;
  readonly predecessors?: readonly { readonly id: number; readonly ship_strategy: string; readonly side: 'second' }[];
}

/** What an operator gets its rows by: the node, through an exchange or not. */
interface Edge {
  readonly id: number;
  readonly ship: string;
}

/**
 * The stream graph of JSON_EXECUTION_PLAN (JSONGenerator): operators with their inputs. Flink counts its ids through the life of a
 * cluster; here they start at 1.
 */
export function jsonPlan(roots: readonly ShownNode[], parallelism: number): string {
  const nodes: JsonNode[] = [];
  let next = 1;
  const visit = (shown: ShownNode): Edge => {
    const inputs = shown.inputs.map(visit);
    const execId = next++;
    if (shown.type === 'Exchange') {
      const distribution = shown.items.find(([key]) => key === 'distribution')?.[1] ?? '';
      return { id: inputs[0]?.id ?? 0, ship: distribution.startsWith('hash') ? 'HASH' : 'GLOBAL' };
    }
    const name = nameOf(shown);
    const pact = inputs.length === 0 ? 'Data Source' : shown.type === 'Sink' ? 'Data Sink' : 'Operator';
    const base = {
      id: next++,
      type: `${name}[${execId}]`,
      pact,
      contents: `[${execId}]:${shownLine(shown)}`,
      parallelism,
    } as const;
    const predecessors = inputs.map(({ id, ship }) => ({ id, ship_strategy: ship, side: 'second' as const }));
    nodes.push(predecessors.length > 0 ? { ...base, predecessors } : base);
    return { id: base.id, ship: 'FORWARD' };
  };
  roots.forEach(visit);
  return spaced({ nodes });
}

function nameOf({ type, node }: ShownNode): string {
  if (node.kind === 'TableSourceScan') return `Source: ${node.table.identifier.name}`;
  if (node.kind === 'Values') return 'Source: Values';
  if (node.kind === 'Sink') return `Sink: ${node.table?.identifier.name ?? 'collect'}`;
  return type;
}

/** JSON as Jackson's default printer lays it out: `"key" : value`, arrays of objects on one line with their braces. */
function spaced(value: unknown, indent = ''): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => spaced(item, indent)).join(', ')} ]`;
  }
  if (typeof value === 'object' && value !== null) {
    const rows = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)} : ${spaced(item, inner)}`);
    return `{\n${rows.join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value);
}
