import { readFileSync } from 'node:fs';
import { parse } from '../../flink-sql/syntax/index.ts';

/** A script that tests use: what it defines, and its INSERTs by the table that they write to. */
export interface UsedScript {
  readonly path: string;
  readonly text: string;
  readonly definitions: readonly string[];
  readonly inserts: ReadonlyMap<string, string>;
}

/** Statements that define something or set it; others of a script are not run. */
const DEFINES = /^(?:Create|Alter|Drop|Use|Set|Reset|AddJar|LoadModule|UnloadModule)/;

/** Takes a text apart. Throws an Error with the first mistake and its line. */
export function usedScript(text: string, file: string): UsedScript {
  const { statements } = parse(text);
  const definitions: string[] = [];
  const inserts = new Map<string, string>();
  for (const { start, end, node, errors } of statements) {
    const [error] = errors;
    if (error || !node) {
      const line = text.slice(0, error?.start ?? start).split('\n').length;
      throw new Error(`${file}:${line}: ${error?.message ?? 'not understood'}`);
    }
    const sql = text.slice(start, end);
    if (node.kind === 'Insert') inserts.set(targetOf(node.table.parts), sql);
    else if (node.kind === 'StatementSet') {
      for (const each of node.inserts) {
        if (each.kind === 'Insert') inserts.set(targetOf(each.table.parts), text.slice(each.start, each.end));
      }
    } else if (DEFINES.test(node.kind)) definitions.push(sql);
  }
  return { path: file, text, definitions, inserts };
}

/** Reads a script. */
export const readScript = (path: string): UsedScript => usedScript(readFileSync(path, 'utf8'), path);

const targetOf = (parts: readonly { readonly name: string }[]): string => parts.map(({ name }) => name).join('.');
