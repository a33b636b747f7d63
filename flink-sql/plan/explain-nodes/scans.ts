import type { PartitionSpec } from '../../catalog/model.ts';
import { calciteDigest } from '../../types/calcite-digest.ts';
import type { Physical } from '../physical.ts';
import type { Rex } from '../rex.ts';
import { type RexStyle, rexText, valueText } from '../rex-text.ts';
import { type Item, type NodeText, names } from './texts.ts';

/** Conditions that went into a source: joined two by two by the function `and`, as Flink's expressions are. */
function pushedText(filters: readonly Rex[], columns: readonly string[]): string {
  const [first, ...others] = filters.map((condition) => rexText(condition, columns, 'prefix'));
  return others.reduce((all, next) => `and(${all}, ${next})`, first ?? '');
}

/** As Java shows a map. */
const partitionText = (spec: PartitionSpec): string =>
  `{${Object.entries(spec)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')}}`;

const emitStrategy = (options: Readonly<Record<string, string>>): string =>
  (options['scan.watermark.emit.strategy'] ?? 'on-periodic').toLowerCase();

type Node = Extract<Physical, { kind: 'TableSourceScan' | 'Values' }>;

/** Sources. */
export function sourceItems(node: Node, style: RexStyle): NodeText {
  switch (node.kind) {
    case 'TableSourceScan': {
      const { identifier } = node.table;
      const path = [identifier.catalog, identifier.database, identifier.name];
      const pushed = [...path];
      const physical = node.table.columns.flatMap((column, i) => (column.kind === 'physical' ? [i] : []));
      const metadata = node.table.columns.flatMap((column, i) => (column.kind === 'metadata' ? [i] : []));
      const all = [...physical, ...metadata];
      const isProjected = node.projected.length < all.length;
      const columnName = (i: number) => node.table.columns[i]?.name ?? '';
      if (node.partitions) pushed.push(`partitions=[${node.partitions.map(partitionText).join(', ')}]`);
      if (node.filters) {
        pushed.push(`filter=[${pushedText(node.filters, names(node.table.columns))}]`);
      }
      if (isProjected || metadata.length > 0) {
        const read = node.projected.filter((i) => physical.includes(i)).map(columnName);
        const meta = node.projected
          .filter((i) => metadata.includes(i))
          .map((i) => {
            const column = node.table.columns[i];
            return column?.kind === 'metadata' ? (column.key ?? column.name) : '';
          });
        if (isProjected) {
          pushed.push(`project=[${read.join(', ')}]`);
          if (!node.withoutMetadata) pushed.push(`metadata=[${meta.join(', ')}]`);
        } else {
          pushed.push(`metadata=[${meta.join(', ')}]`);
        }
      }
      if (node.watermark) {
        const text = rexText(node.watermark.expr, names(node.fields), 'prefix');
        pushed.push(`watermark=[${text}]`, `watermarkEmitStrategy=[${emitStrategy(node.options)}]`);
      }
      if (node.limit !== undefined) pushed.push(`limit=[${node.limit}]`);
      return {
        type: 'TableSourceScan',
        items: [
          ['table', `[${pushed.join(', ')}]`],
          ['fields', names(node.fields).join(', ')],
        ],
      };
    }
    case 'Values': {
      const rows = node.rows.map(
        (row) => `{ ${row.map((value, i) => valueText(value, node.fields[i]?.type)).join(', ')} }`,
      );
      const tuples: Item = ['tuples', `[${rows.join(', ')}]`];
      const type = node.fields.map((field) => `${calciteDigest(field.type)} ${field.name}`).join(', ');
      return { type: 'Values', items: style === 'prefix' ? [['type', `RecordType(${type})`], tuples] : [tuples] };
    }
  }
}
