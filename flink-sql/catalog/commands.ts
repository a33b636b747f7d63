import type { ObjectIdentifier, ResolvedFunction, ResolvedModel, ResolvedTable, ResolvedView } from './model.ts';

type Options = Readonly<Record<string, string>>;

/**
 * A change of the catalog as the DDL binder resolved it; `applyCommand` (apply.ts) carries it out on a CatalogStore.
 * One kind a Flink Operation (CreateTableOperation, DropTableOperation, …).
 */
export type CatalogCommand =
  | {
      readonly kind: 'CreateTable';
      readonly table: ResolvedTable;
      readonly ignoreIfExists: boolean;
      readonly replace: boolean;
    }
  | { readonly kind: 'CreateView'; readonly view: ResolvedView; readonly ignoreIfExists: boolean }
  | {
      readonly kind: 'DropObject';
      readonly object: 'TABLE' | 'VIEW' | 'MATERIALIZED TABLE';
      readonly identifier: ObjectIdentifier;
      readonly temporary: boolean;
      readonly ifExists: boolean;
    }
  /** The whole new table or view in place of the old one. */
  | { readonly kind: 'AlterTable'; readonly table: ResolvedTable }
  | { readonly kind: 'AlterView'; readonly view: ResolvedView }
  | { readonly kind: 'RenameTable'; readonly identifier: ObjectIdentifier; readonly to: ObjectIdentifier }
  | {
      readonly kind: 'AddPartitions';
      readonly identifier: ObjectIdentifier;
      readonly partitions: readonly Options[];
      readonly ignoreIfExists: boolean;
    }
  | {
      readonly kind: 'DropPartitions';
      readonly identifier: ObjectIdentifier;
      readonly partitions: readonly Options[];
      readonly ifExists: boolean;
    }
  | {
      readonly kind: 'CreateDatabase';
      readonly catalog: string;
      readonly database: string;
      readonly comment?: string;
      readonly options: Options;
      readonly ignoreIfExists: boolean;
    }
  | {
      readonly kind: 'DropDatabase';
      readonly catalog: string;
      readonly database: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | { readonly kind: 'AlterDatabase'; readonly catalog: string; readonly database: string; readonly options: Options }
  | {
      readonly kind: 'CreateCatalog';
      readonly catalog: string;
      readonly comment?: string;
      readonly options: Options;
      readonly ignoreIfExists: boolean;
    }
  | { readonly kind: 'DropCatalog'; readonly catalog: string; readonly ifExists: boolean }
  | {
      readonly kind: 'AlterCatalog';
      readonly catalog: string;
      readonly set?: Options;
      readonly reset?: readonly string[];
      readonly comment?: string;
    }
  | {
      readonly kind: 'CreateFunction';
      readonly fn: ResolvedFunction;
      /** A temporary system function has no identifier. */
      readonly system: boolean;
      readonly ignoreIfExists: boolean;
    }
  | { readonly kind: 'AlterFunction'; readonly fn: ResolvedFunction; readonly ifExists: boolean }
  | {
      readonly kind: 'DropFunction';
      readonly name: string;
      readonly identifier?: ObjectIdentifier;
      readonly temporary: boolean;
      readonly system: boolean;
      readonly ifExists: boolean;
    }
  | { readonly kind: 'CreateModel'; readonly model: ResolvedModel; readonly ignoreIfExists: boolean }
  | { readonly kind: 'AlterModel'; readonly model: ResolvedModel }
  | { readonly kind: 'RenameModel'; readonly identifier: ObjectIdentifier; readonly to: ObjectIdentifier }
  | {
      readonly kind: 'DropModel';
      readonly identifier: ObjectIdentifier;
      readonly temporary: boolean;
      readonly ifExists: boolean;
    }
  | { readonly kind: 'UseCatalog'; readonly catalog: string }
  | { readonly kind: 'UseDatabase'; readonly catalog: string; readonly database: string }
  /** Nothing to do: `IF EXISTS` of something that is not there. */
  | { readonly kind: 'Nothing' };
