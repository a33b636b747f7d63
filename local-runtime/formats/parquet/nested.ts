import type { Value } from '../../../flink-sql/plan/rex.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { types } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { columnBuilder } from '../../batch/builder.ts';
import type { Column } from '../../batch/column.ts';
import { FlinkFault } from '../../errors.ts';
import type { ColumnReader, LeafCursor } from './columns.ts';
import type { SchemaTree } from './library.ts';

/** Reads the next value of a node and moves the cursors of all leaves below it. */
type Assemble = () => Value;

interface Node {
  readonly read: Assemble;
  /** A leaf below, by whose levels one sees what is there. */
  readonly first: LeafCursor;
  /** Moves past an entry in which the node is not there. */
  readonly skip: () => void;
}

/** Makes the cursor of a leaf, for the type it is read as; `depth` is its highest definition level. */
export type OpenLeaf = (tree: SchemaTree, type: LogicalType | undefined, depth: number) => LeafCursor;

/** ARRAY, MAP, MULTISET and ROW put together by repetition and definition levels (NestedColumnReader). */
export class NestedColumn implements ColumnReader {
  private readonly type: LogicalType;
  private readonly node: Node;

  constructor(tree: SchemaTree, type: LogicalType, open: OpenLeaf) {
    this.type = type;
    this.node = nodeOf(tree, type, 0, 0, open);
  }

  read(n: number): Column {
    const out = columnBuilder(this.type);
    for (let i = 0; i < n; i++) out.append(this.node.read());
    return out.take(n);
  }
}

/** `definition` and `repetition` are the levels above the node. */
function nodeOf(tree: SchemaTree, type: LogicalType, definition: number, repetition: number, open: OpenLeaf): Node {
  const optional = tree.element.repetition_type === 'OPTIONAL';
  const here = definition + (optional ? 1 : 0);
  switch (type.root) {
    case 'ROW':
      return rowNode(tree, type.fields, here, repetition, open);
    case 'ARRAY':
      return listNode(tree, type.element, here, repetition, open);
    case 'MAP':
      return mapNode(tree, type.key, type.value, here, repetition, open);
    case 'MULTISET':
      return mapNode(tree, type.element, types.int(false), here, repetition, open);
    default: {
      if (tree.children.length) throw unreadable(tree, type);
      const cursor = open(tree, type, here);
      return { first: cursor, read: () => cursor.take(), skip: () => void cursor.take() };
    }
  }
}

const unreadable = (tree: SchemaTree, type: LogicalType) =>
  new FlinkFault(
    'UnsupportedOperationException',
    `The Parquet column '${tree.path.join('.')}' is not laid out as ${asSummaryString(type)}.`,
  );

function rowNode(
  tree: SchemaTree,
  fields: readonly { readonly name: string; readonly type: LogicalType }[],
  here: number,
  repetition: number,
  open: OpenLeaf,
): Node {
  if (!tree.children.length) throw unreadable(tree, types.row(fields));
  const nodes = fields.map((field) => {
    const child = tree.children.find((c) => c.element.name === field.name);
    return child && nodeOf(child, field.type, here, repetition, open);
  });
  const read = nodes.filter((n) => n !== undefined);
  if (!read.length) read.push(anyLeaf(tree.children[0] as SchemaTree, here, open));
  const first = (read[0] as Node).first;
  const skip = () => {
    for (const node of read) node.skip();
  };
  return {
    first,
    skip,
    read() {
      if (first.definition() < here) {
        skip();
        return null;
      }
      if (!nodes.some((n) => n)) skip();
      return nodes.map((node) => (node ? node.read() : null));
    },
  };
}

/** A leaf that is there for its levels only. */
function anyLeaf(tree: SchemaTree, definition: number, open: OpenLeaf): Node {
  const here = definition + (tree.element.repetition_type === 'REQUIRED' ? 0 : 1);
  const [child] = tree.children;
  if (child) return anyLeaf(child, here, open);
  const cursor = open(tree, undefined, here);
  return { first: cursor, read: () => cursor.take(), skip: () => void cursor.take() };
}

function listNode(tree: SchemaTree, element: LogicalType, here: number, repetition: number, open: OpenLeaf): Node {
  const [repeated] = tree.children;
  if (repeated?.element.repetition_type !== 'REPEATED') throw unreadable(tree, types.array(element));
  const level = repetition + 1;
  // Three levels as the format's specification has them, or the element itself repeated as old writers did.
  const [only] = repeated.children;
  const item =
    only && repeated.children.length === 1 && !(element.root === 'ROW' && repeated.element.name === 'array')
      ? nodeOf(only, element, here + 1, level, open)
      : nodeOf(
          { ...repeated, element: { ...repeated.element, repetition_type: 'REQUIRED' } },
          element,
          here + 1,
          level,
          open,
        );
  return repeatedNode(item.first, [item], here, level, () => {
    const out: Value[] = [];
    return { add: () => void out.push(item.read()), done: () => out };
  });
}

function mapNode(
  tree: SchemaTree,
  keyType: LogicalType,
  valueType: LogicalType,
  here: number,
  repetition: number,
  open: OpenLeaf,
): Node {
  const [entry] = tree.children;
  const [keyTree, valueTree] = entry?.children ?? [];
  if (!keyTree || !valueTree) throw unreadable(tree, types.map(keyType, valueType));
  const key = nodeOf(keyTree, keyType, here + 1, repetition + 1, open);
  const value = nodeOf(valueTree, valueType, here + 1, repetition + 1, open);
  return repeatedNode(key.first, [key, value], here, repetition + 1, () => {
    const keys: Value[] = [];
    const values: Value[] = [];
    return {
      add() {
        keys.push(key.read());
        values.push(value.read());
      },
      done: () => ({ keys, values }),
    };
  });
}

function repeatedNode(
  first: LeafCursor,
  below: readonly Node[],
  here: number,
  level: number,
  collect: () => { add(): void; done(): Value },
): Node {
  const skip = () => {
    for (const node of below) node.skip();
  };
  return {
    first,
    skip,
    read() {
      const definition = first.definition();
      if (definition < here) {
        skip();
        return null;
      }
      const items = collect();
      if (definition === here) skip();
      else {
        do items.add();
        while (first.repetition() === level);
      }
      return items.done();
    },
  };
}
