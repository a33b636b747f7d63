import { isReserved } from '../../flink-sql/syntax/index.ts';

/** A name in SQL, every part in backquotes. */
export function quoteName(path: readonly string[]): string {
  return path.map((part) => `\`${part.replaceAll('`', '``')}\``).join('.');
}

/** A name as a person would write it: backquotes where they are needed, without what is current anyway. */
export function shortName(
  path: readonly string[],
  current?: { readonly catalog: string; readonly database: string },
): string {
  let parts = path;
  if (current && parts.length === 3 && parts[0] === current.catalog) {
    parts = parts[1] === current.database ? parts.slice(2) : parts.slice(1);
  }
  return parts.map((part) => (/^[A-Za-z_]\w*$/.test(part) && !isReserved(part) ? part : quoteName([part]))).join('.');
}
