import { splitStatements } from '../../flink-sql/syntax/index.ts';

/** A table whose options are judged, and the statements that make it and use it. */
export interface OptionCase {
  readonly sql: string;
  readonly statements: readonly string[];
}

/**
 * The cases of a file: each statement creates a table that is then read (`src`) or written (`snk`). It is only planned, which is where
 * Flink's factories judge options.
 */
export function optionCases(script: string): OptionCase[] {
  return splitStatements(script).map(({ start, end }) => {
    const sql = script.slice(start, end).trim();
    const name = /^CREATE TABLE (src|snk) /.exec(sql)?.[1];
    if (!name) throw new Error(`not a case: ${sql}`);
    const use =
      name === 'src'
        ? ['EXPLAIN SELECT * FROM src']
        : [
            'DROP TEMPORARY TABLE IF EXISTS rows_in',
            "CREATE TEMPORARY TABLE rows_in WITH ('connector' = 'datagen') LIKE snk (EXCLUDING ALL)",
            'EXPLAIN INSERT INTO snk SELECT * FROM rows_in',
          ];
    return { sql, statements: [`DROP TABLE IF EXISTS ${name}`, sql, ...use] };
  });
}
