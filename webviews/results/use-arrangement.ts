import { useCallback, useMemo, useState } from 'react';
import type { Arrangement, SortKey } from '../messages.ts';

const NO_SORT: readonly SortKey[] = [];

/** What a press on a column's head makes of the sorting: ascending, descending, not at all. */
export function nextSort(sort: readonly SortKey[], column: number, more: boolean): readonly SortKey[] {
  const held = sort.find((key) => key.column === column);
  const next = !held ? { column, descending: false } : held.descending ? undefined : { column, descending: true };
  if (!more) return next ? [next] : NO_SORT;
  const rest = sort.filter((key) => key.column !== column);
  if (!next) return rest;
  return held ? sort.map((key) => (key === held ? next : key)) : [...sort, next];
}

/** Sorting, filter and clock of a result, as one object that is the same as long as nothing changes. */
export function useArrangement(): {
  readonly arrange: Arrangement;
  readonly sort: readonly SortKey[];
  readonly setSort: (how: (before: readonly SortKey[]) => readonly SortKey[]) => void;
  readonly setFilter: (filter: string) => void;
  readonly setZone: (zone: string | undefined) => void;
} {
  const [sort, setSort] = useState<readonly SortKey[]>(NO_SORT);
  const [filter, setFilter] = useState('');
  const [zone, setZone] = useState<string>();
  const arrange = useMemo(
    () => ({ ...(sort.length > 0 && { sort }), ...(filter !== '' && { filter }), ...(zone && { zone }) }),
    [sort, filter, zone],
  );
  const change = useCallback((how: (before: readonly SortKey[]) => readonly SortKey[]) => setSort(how), []);
  return { arrange, sort, setSort: change, setFilter, setZone };
}
