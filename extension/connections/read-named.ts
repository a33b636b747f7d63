import { t } from '../../webviews/shared/l10n.ts';
/** Entries of a setting that can be used, and one line for each that cannot. */
export interface NamedEntries<T> {
  readonly entries: readonly T[];
  readonly problems: readonly string[];
}

/** Reads a setting that is a list of things with names of their own; `read` gives an entry, or what is wrong with it in one line. */
export function readNamed<T extends { readonly name: string }>(
  value: unknown,
  setting: string,
  read: (entry: unknown, where: string) => T | string,
): NamedEntries<T> {
  if (value === undefined) return { entries: [], problems: [] };
  if (!Array.isArray(value)) return { entries: [], problems: [t('{0} is not a list', setting)] };
  const entries = new Map<string, T>();
  const problems: string[] = [];
  for (const [i, entry] of value.entries()) {
    const where = `${setting}[${i}]`;
    const one = read(entry, where);
    if (typeof one === 'string') problems.push(one);
    else if (entries.has(one.name)) problems.push(t('{0} repeats the name {1}', where, one.name));
    else entries.set(one.name, one);
  }
  return { entries: [...entries.values()], problems };
}
