import type { FunctionKind } from './find-functions.ts';

export interface PythonFunction {
  readonly name: string;
  readonly kind: FunctionKind;
  /** 1-based. */
  readonly line: number;
}

const KINDS: Readonly<Record<string, FunctionKind>> = {
  udf: 'scalar',
  udtf: 'table',
  udaf: 'aggregate',
  udtaf: 'table-aggregate',
};

/** The functions of a Python module: `name = udf(…)`, and functions under `@udf(…)`, also over several lines. */
export function pythonFunctions(source: string): PythonFunction[] {
  const found: PythonFunction[] = [];
  const pattern =
    /^(?:(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*(udf|udtf|udaf|udtaf)\(|@(udf|udtf|udaf|udtaf)\b(?:[^\n]*\n(?!def\b))*?[^\n]*\n(?:async[ \t]+)?def[ \t]+(\w+))/gm;
  for (const match of source.matchAll(pattern)) {
    const [text, assigned, byCall, byDecorator, defined] = match;
    const name = assigned ?? defined ?? '';
    const kind = KINDS[byCall ?? byDecorator ?? ''];
    if (!kind) continue;
    const end = match.index + (assigned === undefined ? text.length : 0);
    found.push({ name, kind, line: source.slice(0, end).split('\n').length });
  }
  return found;
}
