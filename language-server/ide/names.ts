import { isReserved } from '../../flink-sql/syntax/index.ts';

/** A name as it can be written: between back quotes where it is a reserved word or has signs that no plain name has. */
export const written = (name: string): string =>
  /^[A-Za-z_][\w$]*$/.test(name) && !isReserved(name) ? name : `\`${name.replaceAll('`', '``')}\``;
