import type { Property, SyntaxNode } from '../../flink-sql/syntax/ast.ts';
import { walk } from '../../flink-sql/syntax/index.ts';
import type { AnalyzedText } from './program.ts';

/** A place of a text that leads to a file or a page. Paths are as written: relative ones are relative to the workspace's folder. */
export interface DocumentLink {
  readonly start: number;
  readonly end: number;
  readonly target: string;
  readonly isFile: boolean;
}

/** Options whose value is a path. */
const PATHS = /^(path|.*\.(location|keytab|keystore|truststore)|.*-file|.*\.file|avro-schema-path)$/;

/** Files of jars, plans and tables, and addresses of pages in options and comments. */
export function documentLinks({ source: { text }, statements }: AnalyzedText): DocumentLink[] {
  const found: DocumentLink[] = [];
  const add = (start: number, value: string, isPath: boolean): void => {
    if (value === '' || value.includes('${')) return;
    const end = start + value.length;
    if (/^https?:\/\/\S+$/.test(value)) found.push({ start, end, target: value, isFile: false });
    else if (isPath && !/^[a-z][\w+.-]+:/i.test(value.replace(/^file:/, '')))
      found.push({ start, end, target: value.replace(/^file:(\/\/)?/, ''), isFile: true });
  };
  for (const { node } of statements) {
    if (!node) continue;
    walk(node as SyntaxNode, (n) => {
      switch (n.kind) {
        case 'AddJar':
        case 'RemoveJar':
        case 'ExecutePlan':
          add(n.path.start + 1, n.path.value, true);
          break;
        case 'CreateFunction':
          for (const r of n.resources) add(r.path.start + 1, r.path.value, true);
          break;
        case 'Property':
          ofOption(n, add);
          break;
        default:
      }
    });
  }
  for (const m of text.matchAll(/(?:--[^\n]*|\/\*[\s\S]*?\*\/)/g))
    for (const link of m[0].matchAll(/https?:\/\/[^\s)>"'`]+/g)) {
      const value = link[0].replace(/[.,;:]+$/, '');
      add(m.index + link.index, value, false);
    }
  return found.sort((a, b) => a.start - b.start);
}

function ofOption({ key, value }: Property, add: (start: number, value: string, isPath: boolean) => void): void {
  if (value) add(value.start + 1, value.value, PATHS.test(key.value));
}
