import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { FLINK_VERSIONS } from '../../clusters/index.ts';
import { JAVA_KINDS } from '../../udf/java-sources.ts';
import { functionNames, isPackage } from '../../udf/names.ts';
import type { Scaffold } from '../../udf/scaffold.ts';
import { javaScaffold } from '../../udf/scaffold-java.ts';
import { PYTHON_KINDS, pythonScaffold } from '../../udf/scaffold-python.ts';
import { UsageError } from '../usage.ts';

/** `millrace udf new NAME`: a project with a function and a test, in a new folder. */
export function newFunction(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      language: { type: 'string', default: 'java' },
      kind: { type: 'string', default: 'scalar' },
      package: { type: 'string', default: 'functions' },
      flink: { type: 'string', default: FLINK_VERSIONS[0]?.version ?? '' },
      dir: { type: 'string' },
    },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError('udf new takes one NAME; see millrace --help');
  const names = functionNames(name);
  if (!names) throw new UsageError(`${name}: a function's name is made of letters, digits, - and _`);
  if (!isPackage(values.package)) throw new UsageError(`--package ${values.package}: no name of a Java package`);
  if (!/^\d+\.\d+\.\d+$/.test(values.flink)) throw new UsageError(`--flink ${values.flink}: no version, as 2.2.1`);
  const folder = values.dir ?? names.artifact;
  if (existsSync(folder)) throw new UsageError(`${folder} exists already`);
  const { files, source } = scaffoldOf();
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  process.stdout.write(`${join(folder, source)}\nNext: millrace udf test ${folder}; millrace udf build ${folder}\n`);
  return 0;

  function scaffoldOf(): Scaffold {
    if (!names) throw new UsageError('a NAME is needed');
    if (values.language === 'java') {
      const kind = oneOf(JAVA_KINDS, values.kind);
      if (kind === 'process' && values.flink.startsWith('1.')) {
        throw new UsageError('process table functions are there from Flink 2.1 on');
      }
      return javaScaffold(names, kind, values.package, values.flink);
    }
    if (values.language === 'python') return pythonScaffold(names, oneOf(PYTHON_KINDS, values.kind), values.flink);
    throw new UsageError(`--language ${values.language}: java or python`);
  }
}

function oneOf<T extends string>(kinds: readonly T[], kind: string): T {
  const found = kinds.find((one) => one === kind);
  if (found === undefined) throw new UsageError(`--kind ${kind}: one of ${kinds.join(', ')}`);
  return found;
}
