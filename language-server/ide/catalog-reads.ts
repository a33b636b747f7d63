import type { CatalogStore } from '../../flink-sql/catalog/store.ts';

type Key = keyof CatalogStore;

/** One call on a catalog (or a property's value, without `args`), with what it gave. */
interface Read {
  readonly key: Key;
  readonly args: readonly unknown[] | undefined;
  readonly result: unknown;
  /** What was read of a clone. */
  readonly inside?: readonly Read[];
}

/** Calls that change nothing. All others are only allowed on a clone. */
const PURE = new Set<Key>([
  'qualify',
  'catalogNames',
  'databaseNames',
  'object',
  'temporaryObject',
  'permanentObject',
  'resolve',
  'objects',
  'function',
  'temporaryFunction',
  'permanentFunction',
  'systemFunction',
  'userFunctions',
  'model',
  'temporaryModel',
  'permanentModel',
  'models',
]);
/** What these give is held against the later one by whether it is there. */
const CONTAINERS = new Set<Key>(['catalog', 'database']);

/**
 * What the binding of a statement reads of its catalog: a statement means the same in another catalog that answers all these reads
 * alike, so that it need not be bound again when a table that it does not use has changed.
 */
export class CatalogReads {
  readonly #reads: Read[] = [];
  #unknown = false;

  /** The catalog, with its reads noted here. */
  watch(catalog: CatalogStore): CatalogStore {
    return this.#watched(catalog, this.#reads, false);
  }

  /** Whether another catalog answers all reads as the first one did. False, too, where something was done that cannot be compared. */
  sameIn(catalog: CatalogStore): boolean {
    return !this.#unknown && replay(this.#reads, catalog);
  }

  #watched(catalog: CatalogStore, into: Read[], own: boolean): CatalogStore {
    return new Proxy(catalog, {
      get: (target, property) => {
        const key = property as Key;
        const value = Reflect.get(target, property, target) as unknown;
        if (typeof value !== 'function') {
          into.push({ key, args: undefined, result: value });
          return value;
        }
        return (...args: unknown[]) => this.#call(target, key, value as (...a: unknown[]) => unknown, args, into, own);
      },
    });
  }

  #call(
    target: CatalogStore,
    key: Key,
    method: (...args: unknown[]) => unknown,
    args: readonly unknown[],
    into: Read[],
    own: boolean,
  ): unknown {
    if (key === 'clone') {
      const inside: Read[] = [];
      into.push({ key, args, result: undefined, inside });
      return this.#watched(target.clone(), inside, true);
    }
    if (!own && !PURE.has(key) && !CONTAINERS.has(key)) this.#unknown = true;
    let result: unknown;
    try {
      result = method.apply(target, [...args]);
    } catch (error) {
      this.#unknown = true;
      throw error;
    }
    into.push({ key, args, result: CONTAINERS.has(key) ? result !== undefined : result });
    return CONTAINERS.has(key) && result ? this.#closed(result) : result;
  }

  /** A container whose content may differ the next time: looking into it ends the comparing. */
  #closed(container: object): unknown {
    return new Proxy(container, {
      get: (target, property) => {
        this.#unknown = true;
        return Reflect.get(target, property);
      },
    });
  }
}

function replay(reads: readonly Read[], catalog: CatalogStore): boolean {
  for (const { key, args, result, inside } of reads) {
    if (inside) {
      if (!replay(inside, catalog.clone())) return false;
      continue;
    }
    const member = catalog[key] as unknown;
    if (!args) {
      if (member !== result) return false;
      continue;
    }
    const now = (member as (...a: unknown[]) => unknown).apply(catalog, [...args]);
    if (CONTAINERS.has(key) ? (now !== undefined) !== result : !same(result, now)) return false;
  }
  return true;
}

/** Identical, or lists and identifiers of identical parts. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => each === b[i]);
  if (!isIdentifier(a) || !isIdentifier(b)) return false;
  return a.catalog === b.catalog && a.database === b.database && a.name === b.name;
}

interface Identifier {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
}

const isIdentifier = (value: unknown): value is Identifier =>
  typeof value === 'object' &&
  value !== null &&
  'catalog' in value &&
  'database' in value &&
  'name' in value &&
  Object.keys(value).length === 3;
