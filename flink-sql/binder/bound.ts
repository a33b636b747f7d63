import type { CatalogCommand } from '../catalog/commands.ts';
import type { ResolvedTable } from '../catalog/model.ts';
import type { PlanHint, Rel } from '../plan/rel.ts';
import type { ExplainDetail, Statement } from '../syntax/ast.ts';
import type { RowField } from '../types/logical-type.ts';
import type { BoundQuery } from './api.ts';

/** INSERT INTO with its query cast to the sink's columns. */
export interface BoundInsert {
  readonly table: ResolvedTable;
  /** The table's options with dynamic ones (hint OPTIONS) merged over them. */
  readonly options: Readonly<Record<string, string>>;
  readonly hints: readonly PlanHint[];
  /** Fields are the sink's physical and persisted metadata columns, in order and type. */
  readonly source: Rel;
  /** Names and types of those columns. */
  readonly columns: readonly RowField[];
  readonly staticPartitions: Readonly<Record<string, string>>;
  readonly overwrite: boolean;
}

/** What a statement means; `kind` tells the session which way to run it. */
export type BoundStatement =
  | { readonly kind: 'query'; readonly query: BoundQuery }
  | { readonly kind: 'insert'; readonly insert: BoundInsert }
  | { readonly kind: 'statementSet'; readonly inserts: readonly BoundInsert[] }
  /** CREATE TABLE … AS: apply the command, then run the insert. */
  | { readonly kind: 'createTableAs'; readonly command: CatalogCommand; readonly insert: BoundInsert }
  /** Apply with `applyCommand`, answer OK. */
  | { readonly kind: 'catalog'; readonly command: CatalogCommand }
  | { readonly kind: 'explain'; readonly details: readonly ExplainDetail[]; readonly statement: BoundStatement }
  /** SHOW, DESCRIBE, SET, RESET, jars, modules, jobs: nothing to bind, the session does them. */
  | { readonly kind: 'utility'; readonly statement: Statement };
