import { UsageError } from '../usage.ts';
import type { Found } from './find.ts';

/** Those that can be registered; a class that was asked for and cannot be is an error. */
export function choose(found: readonly Found[], wanted: string | undefined, path: string): readonly Found[] {
  const named = wanted === undefined ? found : found.filter(({ className }) => className === wanted);
  const able = named.filter(
    ({ obstacle, language, file }) => obstacle === undefined && (language === 'PYTHON' || file.endsWith('.jar')),
  );
  if (able.length > 0) return able;
  const what = wanted ?? 'no function';
  const [one] = named;
  if (one?.obstacle !== undefined) throw new UsageError(`${one.className}: ${one.obstacle}`);
  if (one) throw new UsageError(`${one.className}: CREATE FUNCTION needs a jar: millrace udf build makes it`);
  throw new UsageError(wanted === undefined ? `${path}: ${what} there` : `${path}: no function ${what} there`);
}
