import { basename } from 'node:path';
import { pythonFunctions } from '../../udf/python-functions.ts';
import { t } from '../../webviews/shared/l10n.ts';

/** A function in a source file that can be run with sample rows. */
export interface RunnableFunction {
  readonly className: string;
  /** From 0: of the method of a Java class, of a Python function. */
  readonly line: number;
}

/** Kinds of Java functions that are called row by row, or over rows. */
const FUNCTION = /^(?:\w+\.)*(?:ScalarFunction|TableFunction|AggregateFunction)$/;
const CLASS =
  /^[ \t]*(?:(?:public|private|protected|static|final|abstract)\s+)*class\s+(\w+)(?:<[^{]*?>)?(?:\s+extends\s+([\w.]+))?/gm;
const METHOD = /^[ \t]*public\s+(?:final\s+)?[\w<>[\],.?@ ]+\s+(?:eval|accumulate)\s*\(/gm;
const PYTHON_KINDS = new Set(['scalar', 'table', 'aggregate']);

/** The functions of a Java or Python source, each at its methods; none where the file has no functions of Flink. */
export function runnableFunctions(path: string, source: string): RunnableFunction[] {
  if (path.endsWith('.py')) {
    if (basename(path).startsWith('test_')) return [];
    const module = basename(path, '.py');
    return pythonFunctions(source)
      .filter(({ kind }) => PYTHON_KINDS.has(kind))
      .map(({ name, line }) => ({ className: `${module}.${name}`, line: line - 1 }));
  }
  const packageName = /^[ \t]*package\s+([\w.]+)\s*;/m.exec(source)?.[1];
  const classes = [...source.matchAll(CLASS)].map((match) => ({
    name: match[1] ?? '',
    isFunction: FUNCTION.test(match[2] ?? ''),
    at: match.index,
    end: endOfBlock(source, match.index),
  }));
  const [first] = classes;
  return [...source.matchAll(METHOD)].flatMap((method): RunnableFunction[] => {
    const own = classes.findLast(({ at, end }) => at < method.index && method.index < end);
    if (!own?.isFunction) return [];
    // A class in the file's class is `Outer$Inner` to Flink.
    const outer = first && first !== own ? `${first.name}$` : '';
    const className = `${packageName === undefined ? '' : `${packageName}.`}${outer}${own.name}`;
    const start = method.index + (/^\s*/.exec(method[0])?.[0].length ?? 0);
    return [{ className, line: source.slice(0, start).split('\n').length - 1 }];
  });
}

/** After the brace that closes the first block from an offset on; braces in texts and comments are none. */
function endOfBlock(source: string, from: number): number {
  const tokens = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}]/g;
  tokens.lastIndex = from;
  let depth = 0;
  for (let match = tokens.exec(source); match; match = tokens.exec(source)) {
    if (match[0] === '{') depth++;
    else if (match[0] === '}' && --depth === 0) return tokens.lastIndex;
  }
  return source.length;
}

/** What a person types as sample rows: one array of arguments, or several with blanks between. Throws Error. */
export function sampleRows(text: string): string[] {
  const wrapped = `[${text.trim().replace(/\]\s*,?\s*\[/g, '],[')}]`;
  let rows: unknown;
  try {
    rows = JSON.parse(wrapped);
  } catch {
    throw new Error(t('Rows are arrays of arguments as JSON: [1, "a"] [2, "b"]'));
  }
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(Array.isArray)) {
    throw new Error(t('Rows are arrays of arguments as JSON: [1, "a"] [2, "b"]'));
  }
  return rows.map((row) => JSON.stringify(row));
}
