import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ClassFile } from '../../udf/class-file.ts';
import { type FunctionKind, findFunctions, type Signature } from '../../udf/find-functions.ts';
import { readClasses, readJar } from '../../udf/jar.ts';
import { pythonFunctions } from '../../udf/python-functions.ts';
import { UsageError } from '../usage.ts';

/** A function in a file, as CREATE FUNCTION names it. */
export interface Found {
  readonly file: string;
  readonly language: 'JAVA' | 'PYTHON';
  readonly className: string;
  readonly kind: FunctionKind;
  readonly signatures: readonly Signature[];
  readonly obstacle: string | undefined;
}

export interface Search {
  readonly functions: readonly Found[];
  /** Jars and classes that could not be read, with the reason. */
  readonly unread: readonly string[];
}

/** Folders that hold copies or other people's code. */
const PASSED_OVER = /^(?:node_modules|__pycache__|\..*)$/;

/** The functions of a jar, a class or a Python module, or of all of these below a folder. */
export function search(path: string): Search {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`${path}: no such file`);
  const files = found.isDirectory() ? filesBelow(path) : [path];
  const functions: Found[] = [];
  const unread: string[] = [];
  const loose: Record<string, Uint8Array> = {};
  const inJars = new Set<string>();
  for (const file of files) {
    if (file.endsWith('.jar')) {
      for (const each of ofJar(file, unread)) {
        functions.push(each);
        inJars.add(each.className);
      }
    } else if (file.endsWith('.class')) loose[file] = readFileSync(file);
    else if (file.endsWith('.py') && !basename(file).startsWith('test_')) {
      const module = basename(file, '.py');
      for (const { name, kind } of pythonFunctions(readFileSync(file, 'utf8'))) {
        functions.push({
          file,
          language: 'PYTHON',
          className: `${module}.${name}`,
          kind,
          signatures: [],
          obstacle: undefined,
        });
      }
    }
  }
  const { classes, unread: bad } = readClasses(loose);
  unread.push(...bad.map(({ name, reason }) => `${name}: ${reason}`));
  // A jar made of the classes beside it has them already.
  const java = ofClasses(path, classes).filter(({ className }) => !inJars.has(className));
  return { functions: [...functions, ...java], unread };
}

function ofJar(file: string, unread: string[]): Found[] {
  try {
    const { classes, unread: bad } = readJar(readFileSync(file));
    unread.push(...bad.map(({ name, reason }) => `${file}!${name}: ${reason}`));
    return ofClasses(file, classes);
  } catch (error) {
    unread.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

const ofClasses = (file: string, classes: readonly ClassFile[]): Found[] =>
  findFunctions(classes).map((each) => ({ file, language: 'JAVA', ...each }));

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return PASSED_OVER.test(entry.name) ? [] : filesBelow(path);
      return entry.isFile() && /\.(?:jar|class|py)$/.test(entry.name) ? [path] : [];
    });
}
