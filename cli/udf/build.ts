import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { type BuildError, mavenErrors, mavenTestFailures, pythonErrors } from '../../udf/build-errors.ts';
import { UsageError } from '../usage.ts';
import { type Project, projectAt, runTool, type ToolResult } from './tool.ts';

/** `millrace udf build [FOLDER]`: a jar by Maven, or a zip of Python modules; mistakes as file:line:column. */
export async function build(args: readonly string[]): Promise<number> {
  const project = projectOf(args, 'build');
  const failed =
    project.language === 'java'
      ? told(project, await maven(project, 'package', '-DskipTests'))
      : told(project, await compilePython(project));
  if (failed) return 1;
  const made = project.language === 'java' ? jars(project) : [zipPython(project)];
  for (const file of made) process.stdout.write(`${relative(process.cwd(), file) || file}\n`);
  return 0;
}

/** `millrace udf test [FOLDER]`: the project's own tests. */
export async function test(args: readonly string[]): Promise<number> {
  const project = projectOf(args, 'test');
  const result =
    project.language === 'java'
      ? await maven(project, 'test')
      : await runTool(project.tool, ['-m', 'unittest', 'discover', '-s', '.', '-p', 'test_*.py'], project.folder);
  if (told(project, result)) return 1;
  const ran =
    /Tests run: (\d+)(?!.*Tests run)/s.exec(result.output)?.[1] ?? /Ran (\d+) tests?/.exec(result.output)?.[1];
  process.stdout.write(`${ran ?? '0'} tests passed\n`);
  return 0;
}

function projectOf(args: readonly string[], verb: string): Project {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.length > 1) throw new UsageError(`udf ${verb} takes one FOLDER; see millrace --help`);
  return projectAt(positionals[0] ?? '.');
}

const maven = ({ tool, folder }: Project, ...goals: readonly string[]): Promise<ToolResult> =>
  runTool(tool, ['-B', '-ntp', '-Dstyle.color=never', ...goals], folder);

/** Says what went wrong; true where something did. What is not understood is shown as it came. */
function told(project: Project, { status, output }: ToolResult): boolean {
  if (status === 0) return false;
  const errors = project.language === 'java' ? javaErrors(project, output) : pythonErrors(output, isOurs(project));
  for (const { file, line, column, message } of errors) {
    process.stderr.write(
      `${relative(process.cwd(), join(project.folder, inFolder(project, file)))}:${line}:${column}: error: ${message}\n`,
    );
  }
  if (errors.length === 0) process.stderr.write(`${output.trimEnd()}\n`);
  return true;
}

function javaErrors(project: Project, output: string): BuildError[] {
  const errors = mavenErrors(output);
  return errors.length > 0 ? errors : mavenTestFailures(output, (className) => sourceOf(project, className));
}

function sourceOf({ folder }: Project, className: string): string | undefined {
  const tests = join(folder, 'src', 'test', 'java');
  if (!existsSync(tests)) return undefined;
  const found = readdirSync(tests, { recursive: true, encoding: 'utf8' }).find(
    (name) => basename(name) === `${className}.java`,
  );
  return found === undefined ? undefined : join(tests, found);
}

const inFolder = ({ folder }: Project, file: string): string =>
  file.startsWith(folder) ? relative(folder, file) : file;

const isOurs =
  ({ folder }: Project) =>
  (file: string): boolean =>
    !file.includes('site-packages') && !file.includes('.venv') && (file.startsWith(folder) || !file.startsWith('/'));

/** The jars of `target` that Maven made for use: no sources, no documentation, no tests. */
function jars({ folder }: Project): string[] {
  const target = join(folder, 'target');
  return readdirSync(target)
    .filter((name) => name.endsWith('.jar') && !/-(?:sources|javadoc|tests)\.jar$|^original-/.test(name))
    .sort()
    .map((name) => join(target, name));
}

const modules = ({ folder }: Project): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.py') && !name.startsWith('test_'));

function compilePython(project: Project): Promise<ToolResult> {
  return runTool(project.tool, ['-m', 'py_compile', ...modules(project)], project.folder);
}

/** The modules in one zip, for the option python.files. */
function zipPython(project: Project): string {
  const files = Object.fromEntries(
    modules(project).map((name): [string, Uint8Array] => [name, readFileSync(join(project.folder, name))]),
  );
  const dist = join(project.folder, 'dist');
  mkdirSync(dist, { recursive: true });
  const path = join(dist, `${basename(project.folder)}.zip`);
  writeFileSync(path, zipSync(files));
  return path;
}
