import type { BindContext } from '../../../flink-sql/binder/index.ts';
import type { LogicalType } from '../../../flink-sql/types/logical-type.ts';
import { asSummaryString } from '../../../flink-sql/types/print.ts';
import { type CompletionItem, written } from './item.ts';
import type { Probe } from './probe.ts';

/** A column as an item; `table` tells whose it is. */
export function columnItem(name: string, type: LogicalType | undefined, rank: number, table?: string): CompletionItem {
  const attribute = type && 'attribute' in type && type.attribute ? ` *${type.attribute}*` : '';
  const detail = [
    type ? asSummaryString(type).replace(' *ROWTIME*', '').replace(' *PROCTIME*', '') + attribute : '',
    table ?? '',
  ]
    .filter(Boolean)
    .join(' · ');
  const insert = written(name);
  return { label: name, kind: 'column', rank, ...(detail ? { detail } : {}), ...(insert === name ? {} : { insert }) };
}

export const isTime = (type: LogicalType): boolean => 'attribute' in type && type.attribute !== undefined;

export const isTimestamp = (type: LogicalType): boolean =>
  type.root === 'TIMESTAMP_WITHOUT_TIME_ZONE' || type.root === 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';

/**
 * Columns in sight, those that fit first. `fits` tells which do; a name that several relations have is written with its relation.
 */
export function scopeColumns({ scope }: Probe, fits: ((type: LogicalType) => boolean) | undefined): CompletionItem[] {
  const counts = new Map<string, number>();
  for (const r of scope.relations) for (const f of r.fields) counts.set(f.name, (counts.get(f.name) ?? 0) + 1);
  const several = scope.relations.length > 1;
  return scope.relations.flatMap((r) =>
    r.fields.map((f): CompletionItem => {
      const item = columnItem(f.name, f.type, !fits || fits(f.type) ? 0 : 2, several ? r.name : undefined);
      if ((counts.get(f.name) ?? 0) < 2 || !r.name) return item;
      return { ...item, label: `${r.name}.${f.name}`, insert: `${written(r.name)}.${written(f.name)}` };
    }),
  );
}

/** Columns of all tables, before FROM is written: those that more of the written columns belong to come first. */
export function columnsOfTables(context: BindContext, words: ReadonlySet<string>): CompletionItem[] {
  const { catalog } = context;
  const objects = catalog.objects(catalog.currentCatalog, catalog.currentDatabase);
  const score = (columns: readonly { readonly name: string }[]): number =>
    columns.filter((c) => words.has(c.name)).length;
  const best = Math.max(0, ...objects.map((o) => score(o.columns)));
  return objects.flatMap((o) => {
    const rank = best > 0 && score(o.columns) === best ? 0 : 2;
    return o.columns.map((c) => columnItem(c.name, c.type, rank, o.identifier.name));
  });
}
