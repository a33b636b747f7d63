import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FlinkFault } from '../errors.ts';

const run = promisify(execFile);

/** The oldest Flink whose type inference the host's sources fit. */
const OLDEST = [2, 2] as const;

const cache = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace');

interface Library {
  readonly folder: string;
  readonly version: string;
}

/** The `lib` folder of a Flink distribution, or of one that `millrace cluster start` installed; undefined where there is none. */
function libraryOf(home: string): Library | undefined {
  const folder = join(home, 'lib');
  const dist = existsSync(folder) ? readdirSync(folder).find((name) => /^flink-dist.*\.jar$/.test(name)) : undefined;
  const version = dist && /(\d+\.\d+(?:\.\d+)?)/.exec(dist)?.[1];
  return version === undefined ? undefined : { folder, version };
}

function fits({ version }: Library): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Flink's own classes: those that are asked for, then FLINK_HOME, then the newest that is installed for local clusters. */
function findLibrary(wanted: string | undefined): Library {
  const named = wanted ?? process.env.FLINK_HOME;
  if (named !== undefined && named !== '') {
    const found = libraryOf(named);
    const by = wanted === undefined ? 'FLINK_HOME' : `'millrace.udf.flink-home'`;
    if (!found) throw missing(`${by} is ${named}, which has no lib/flink-dist-….jar`);
    if (!fits(found))
      throw missing(`${by} is Flink ${found.version}; functions run here with ${OLDEST.join('.')} or newer`);
    return found;
  }
  const installed = existsSync(cache())
    ? readdirSync(cache())
        .filter((name) => /^flink-\d/.test(name))
        .flatMap((name) => libraryOf(join(cache(), name)) ?? [])
        .filter(fits)
        .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
    : [];
  const [newest] = installed;
  if (!newest) {
    throw missing(
      "no Flink is installed: 'millrace cluster start' installs one, or FLINK_HOME or SET 'millrace.udf.flink-home' names one",
    );
  }
  return newest;
}

const missing = (why: string): FlinkFault =>
  new FlinkFault('ValidationException', `Java functions need Flink's classes to run here: ${why}.`);

/** The host's sources: beside this file, or beside the bundle. */
function sources(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const found = ['host', 'udf-host'].map((name) => join(here, name)).find(existsSync);
  if (found === undefined) throw new Error(`the sources of the Java host are missing beside ${here}`);
  return found;
}

const javaHome = (program: string): string => {
  const home = process.env.JAVA_HOME;
  const own = home ? join(home, 'bin', program) : undefined;
  return own && existsSync(own) ? own : program;
};

const compiled = new Map<string, Promise<string>>();

/** The host's classes, compiled against these jars once and kept. */
function hostClasses(library: Library): Promise<string> {
  const files = globSync('*.java', { cwd: sources() }).sort();
  const hash = createHash('sha256').update(library.version);
  for (const file of files) hash.update(readFileSync(join(sources(), file)));
  const folder = join(cache(), `udf-host-${hash.digest('hex').slice(0, 16)}`);
  const known = compiled.get(folder);
  if (known && existsSync(folder)) return known;
  const made = existsSync(folder) ? Promise.resolve(folder) : compile(library, files, folder);
  compiled.set(folder, made);
  made.catch(() => compiled.delete(folder));
  return made;
}

async function compile(library: Library, files: readonly string[], folder: string): Promise<string> {
  mkdirSync(cache(), { recursive: true });
  const part = mkdtempSync(`${folder}.part-`);
  try {
    const args = ['-nowarn', '-encoding', 'UTF-8', '-d', part, '-cp', join(library.folder, '*')];
    await run(javaHome('javac'), [...args, ...files.map((file) => join(sources(), file))], { timeout: 120_000 });
    renameSync(part, folder);
    return folder;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another process was faster.
    if (existsSync(folder)) return folder;
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') throw missing('there is no javac on the PATH or in JAVA_HOME; install a JDK, 17 or newer');
    throw missing(`their host does not compile against Flink ${library.version}: ${(stderr ?? String(error)).trim()}`);
  }
}

/** What starts a JVM with Flink's classes and the host. Throws FlinkFault where something is not installed. */
export async function javaCommand(
  jars: readonly string[],
  options: Readonly<Record<string, string>>,
): Promise<{ readonly command: string; readonly args: readonly string[]; readonly title: string }> {
  const library = findLibrary(options['millrace.udf.flink-home']);
  const classes = await hostClasses(library);
  const debugged = options['millrace.udf.debug-port'];
  const agent = 'transport=dt_socket,server=y,suspend=n';
  return {
    command: javaHome('java'),
    title: 'Java',
    args: [
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=4',
      '-Xshare:auto',
      ...(debugged === undefined ? [] : [`-agentlib:jdwp=${agent},address=127.0.0.1:${debugged}`]),
      ...(options['millrace.udf.jvm-options'] ?? '').split(/\s+/).filter((option) => option !== ''),
      '-cp',
      [classes, join(library.folder, '*')].join(delimiter),
      'millrace.udf.Host',
      ...jars,
    ],
  };
}
