import { functionNames } from './names.ts';

export interface Registration {
  /** The name in SQL, which may be qualified. */
  readonly name: string;
  readonly className: string;
  readonly language: 'JAVA' | 'PYTHON';
  /** A path or URL. Not for Python, whose files are those of the option python.files. */
  readonly jar: string | undefined;
  readonly temporary: boolean;
}

/** The statement that registers a function. The name is always quoted: it may be a reserved word. */
export function createFunction({ name, className, language, jar, temporary }: Registration): string {
  const quoted = name.split('.').map((part) => `\`${part.replaceAll('`', '``')}\``);
  const using = jar === undefined ? '' : `\n  USING JAR '${jar.replaceAll("'", "''")}'`;
  const kind = temporary ? 'TEMPORARY FUNCTION' : 'FUNCTION';
  return `CREATE ${kind} ${quoted.join('.')} AS '${className.replaceAll("'", "''")}' LANGUAGE ${language}${using}`;
}

/** The name that a class has in SQL when none is given: `normalize_name` of `functions.NormalizeName`. */
export function sqlName(className: string): string {
  const simple = className.slice(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
  return functionNames(simple)?.sql ?? simple;
}
