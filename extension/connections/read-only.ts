import type { Statement } from '../../flink-sql/syntax/index.ts';
import { parse } from '../../flink-sql/syntax/index.ts';
import { t } from '../../webviews/shared/l10n.ts';

/** What a read-only connection refuses; nothing was sent. */
export class ReadOnlyError extends Error {
  override readonly name = 'ReadOnlyError';
}

/** Throws ReadOnlyError when `what` ("Cancelling a job") may not be done on a connection. For writes that are no SQL. */
export function assertWritable(connection: { readonly label: string; readonly readOnly: boolean }, what: string): void {
  if (connection.readOnly)
    throw new ReadOnlyError(t('{0} is refused: the connection {1} is read-only', what, connection.label));
}

/** Throws ReadOnlyError when a text holds a statement that is not known to read only. Session settings count as reading. */
export function assertReads(text: string, connection: string): void {
  const { statements } = parse(text);
  for (const { node } of statements) {
    const refused = node === undefined ? UNREAD : writeIn(node);
    if (refused === undefined) continue;
    throw new ReadOnlyError(
      refused === UNREAD
        ? t(
            'This statement is refused: the connection {0} is read-only, and what cannot be parsed is not sent',
            connection,
          )
        : t('{0} is refused: the connection {1} is read-only', refused, connection),
    );
  }
}

/** Stands for what a statement that cannot be parsed would do. */
const UNREAD = '';

/** Statements that change nothing outside the session. */
const READS: ReadonlySet<string> = new Set<Statement['kind']>([
  'QueryStatement',
  'Explain',
  'ShowObjects',
  'ShowCurrent',
  'ShowCreate',
  'ShowPartitions',
  'Describe',
  'DescribeStatement',
  'DescribeJob',
  'Set',
  'Reset',
  'Use',
  'UseModules',
  'LoadModule',
  'UnloadModule',
  'ClientCommand',
]);

/** What a statement would do, in SQL's words; undefined when it only reads. */
function writeIn(node: Statement | { readonly kind: 'Invalid' }): string | undefined {
  if (READS.has(node.kind)) return undefined;
  if (node.kind === 'ExecuteStatement') return writeIn(node.statement);
  // Gone with the session, and without them nothing outside a catalog could be read.
  if (node.kind === 'CreateTable' && node.temporary && node.asQuery === undefined) return undefined;
  if (node.kind === 'CreateView' && node.temporary) return undefined;
  if ((node.kind === 'DropTable' || node.kind === 'DropView') && node.temporary) return undefined;
  if (node.kind === 'Invalid') return UNREAD;
  return node.kind.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();
}
