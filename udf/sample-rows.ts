import type { FunctionKind } from './find-functions.ts';

/** A value of a sample row as an SQL literal; arrays and objects become ARRAY, MAP. Undefined for what SQL has no literal for. */
export function sqlLiteral(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return `'${value.replaceAll("'", "''")}'`;
    case 'number':
      return numberLiteral(value);
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'object': {
      if (value === null) return 'NULL';
      const inner = Array.isArray(value) ? value : Object.entries(value).flat();
      const texts = inner.map(sqlLiteral);
      if (texts.length === 0 || texts.includes(undefined)) return undefined;
      return `${Array.isArray(value) ? 'ARRAY' : 'MAP'}[${texts.join(', ')}]`;
    }
    default:
      return undefined;
  }
}

function numberLiteral(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  return String(value).includes('e') ? String(value).toUpperCase() : String(value);
}

/**
 * The queries that call a function with sample rows, each the SQL of its arguments: one a row for scalar and table functions, whose
 * rows may be for different overloads; one for the value of an aggregate function over all rows. None for kinds that take no such rows.
 */
export function sampleQueries(name: string, kind: FunctionKind, rows: readonly (readonly string[])[]): string[] {
  const quoted = `\`${name.replaceAll('`', '``')}\``;
  const call = (args: readonly string[]): string => `${quoted}(${args.join(', ')})`;
  switch (kind) {
    case 'scalar':
    case 'async-scalar':
      return rows.map((row) => `SELECT ${call(row)}`);
    case 'table':
      return rows.map((row) => `SELECT * FROM LATERAL TABLE(${call(row)})`);
    case 'aggregate': {
      const columns = (rows[0] ?? []).map((_, i) => `a${i}`);
      const values = rows.map((row) => `(${row.join(', ')})`).join(', ');
      return [`SELECT ${call(columns)} FROM (VALUES ${values}) AS t(${columns.join(', ')})`];
    }
    default:
      return [];
  }
}
