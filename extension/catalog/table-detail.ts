import { isSecretOption, maskOptions } from '../../environments/secret-options.ts';
import { parse } from '../../flink-sql/syntax/index.ts';

/** What SHOW CREATE tells beside the columns; secrets are masked. */
export interface TableDetail {
  readonly comment: string | undefined;
  readonly primaryKey: readonly string[];
  readonly partitionKeys: readonly string[];
  readonly options: readonly { readonly key: string; readonly value: string }[];
  /** The query of a view. */
  readonly query: string | undefined;
}

const EMPTY: TableDetail = { comment: undefined, primaryKey: [], partitionKeys: [], options: [], query: undefined };

/** Reads a CREATE statement. What it does not understand is left out. */
export function tableDetail(createStatement: string): TableDetail {
  const node = parse(createStatement).statements[0]?.node;
  if (!node) return EMPTY;
  if (node.kind === 'CreateView') {
    const query = createStatement.slice(node.query.start, node.query.end);
    return { ...EMPTY, comment: node.comment?.value, query };
  }
  if (node.kind !== 'CreateTable' && node.kind !== 'CreateMaterializedTable' && node.kind !== 'CreateModel')
    return EMPTY;
  const options = node.options.map(({ key, value }) => ({
    key: key.value,
    value: isSecretOption(key.value) ? '****' : maskOptions(value?.value ?? ''),
  }));
  const elements = node.kind === 'CreateModel' ? [] : (node.elements ?? []);
  const primaryKey = elements.flatMap((element) =>
    element.kind === 'TableConstraint' && element.type === 'PRIMARY KEY' ? element.columns.map(({ name }) => name) : [],
  );
  const partitionKeys = node.kind === 'CreateModel' ? [] : (node.partitionedBy ?? []).map(({ name }) => name);
  return { ...EMPTY, comment: node.comment?.value, primaryKey, partitionKeys, options };
}
