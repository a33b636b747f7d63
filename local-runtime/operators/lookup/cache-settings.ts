import { durationMillis } from '../../time/duration.ts';

/** How long found rows serve other keys' rows (LookupOptions); undefined: every key is asked for each time. */
export interface CacheSettings {
  readonly maxRows: number;
  /** ms since the key was last asked for, and since its rows were found; Infinity is never. */
  readonly expireAfterAccess: number;
  readonly expireAfterWrite: number;
  /** Whether a key without rows is kept, too. */
  readonly keepsMisses: boolean;
}

/**
 * The settings of `'lookup.cache' = 'PARTIAL'`; jdbc takes `FULL` and keeps nothing, as Flink's does. Also by the older names `lookup.cache.max-rows` and `lookup.cache.ttl`.
 */
export function cacheSettings(options: Readonly<Record<string, string>>): CacheSettings | undefined {
  const kind = options['lookup.cache']?.toUpperCase();
  const legacyRows = options['lookup.cache.max-rows'];
  const legacyTtl = options['lookup.cache.ttl'];
  const isLegacy = kind === undefined && legacyRows !== undefined && legacyTtl !== undefined && legacyRows !== '-1';
  if (kind !== 'PARTIAL' && !isLegacy) return undefined;
  const duration = (name: string): number => {
    const text = options[name];
    return text === undefined ? Number.POSITIVE_INFINITY : durationMillis(text);
  };
  const rows = options['lookup.partial-cache.max-rows'] ?? legacyRows;
  const misses = options['lookup.partial-cache.cache-missing-key'] ?? options['lookup.cache.caching-missing-key'];
  return {
    maxRows: rows === undefined ? Number.POSITIVE_INFINITY : Number(rows),
    expireAfterAccess: duration('lookup.partial-cache.expire-after-access'),
    expireAfterWrite: isLegacy ? durationMillis(legacyTtl) : duration('lookup.partial-cache.expire-after-write'),
    keepsMisses: misses === undefined || misses.toLowerCase() === 'true',
  };
}
