/** A place in a source that a build tool complains of. */
export interface BuildError {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; 1 where the tool names none. */
  readonly column: number;
  readonly message: string;
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** What Maven's compiler plugin and surefire say, each place once. */
export function mavenErrors(output: string): BuildError[] {
  const lines = output.replaceAll(ANSI, '').split(/\r?\n/);
  const found: BuildError[] = [];
  lines.forEach((line, i) => {
    const match = /^\[ERROR\] (.+?\.java):\[(\d+)(?:,(\d+))?\] (?:error: )?(.*)$/.exec(line);
    if (!match) return;
    const [, file = '', at, column, message = ''] = match;
    // "cannot find symbol" goes on in lines that are set in.
    const details: string[] = [];
    for (const more of lines.slice(i + 1)) {
      const detail = /^(?:\[ERROR\])?\s{2,}(\S.*)$/.exec(more)?.[1];
      if (detail === undefined) break;
      details.push(detail);
    }
    found.push({ file, line: Number(at), column: Number(column ?? 1), message: [message, ...details].join('; ') });
  });
  return unique(found);
}

/** Tests that failed, as surefire names them: `[ERROR]   ClassTest.method:12 message`. */
export function mavenTestFailures(output: string, fileOf: (className: string) => string | undefined): BuildError[] {
  const found: BuildError[] = [];
  for (const line of output.replaceAll(ANSI, '').split(/\r?\n/)) {
    const match = /^\[ERROR\] {3}(\w+)\.(\w+)(?:->.*)?:(\d+) (.*)$/.exec(line);
    const file = match ? fileOf(match[1] ?? '') : undefined;
    if (match && file !== undefined) {
      found.push({ file, line: Number(match[3]), column: 1, message: `${match[2]}: ${match[4]}` });
    }
  }
  return unique(found);
}

/** The places of Python's tracebacks: of each the innermost line in one of our files. */
export function pythonErrors(output: string, isOurs: (file: string) => boolean): BuildError[] {
  const found: BuildError[] = [];
  let place: { file: string; line: number } | undefined;
  let column = 1;
  for (const line of output.split(/\r?\n/)) {
    const at = /^\s+File "(.+)", line (\d+)/.exec(line);
    const caret = /^ {4}( *)\^/.exec(line);
    const message = /^((?:\w+\.)*\w*(?:Error|Exception|Warning)\b.*)$/.exec(line)?.[1];
    if (at) {
      const [, file = '', number] = at;
      if (isOurs(file)) place = { file, line: Number(number) };
      column = 1;
    } else if (caret) column = (caret[1] as string).length + 1;
    else if (message !== undefined && place) {
      found.push({ ...place, column, message });
      place = undefined;
      column = 1;
    }
  }
  return unique(found);
}

const unique = (errors: readonly BuildError[]): BuildError[] => [
  ...new Map(errors.map((one) => [`${one.file}:${one.line}:${one.column}:${one.message}`, one])).values(),
];
