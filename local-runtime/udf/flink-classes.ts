import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FlinkFault } from '../errors.ts';
import type { HostCommand } from './host-process.ts';
import { debugOf } from './settings.ts';

/** Late, so that a start does without child processes. */
const run = (file: string, args: readonly string[], options: { readonly timeout: number }): Promise<unknown> =>
  promisify(execFile)(file, args, options);

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

/** Tells one Java from another: its classes are not those that an archive was made of. */
function identityOf(program: string): string {
  const places = program.includes('/')
    ? [program]
    : (process.env.PATH ?? '').split(delimiter).map((at) => join(at, program));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) return program;
  const path = realpathSync(found);
  return `${path} ${statSync(path).mtimeMs}`;
}

const compiled = new Map<string, Promise<string>>();

/** The host's jar, compiled against Flink's jars once and kept, with the archive beside it. */
function hostClasses(library: Library): Promise<string> {
  const files = globSync('*.java', { cwd: sources() }).sort();
  const hash = createHash('sha256').update(JSON.stringify([library, identityOf(javaHome('java'))]));
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
    const classes = join(part, 'classes');
    const args = ['-nowarn', '-encoding', 'UTF-8', '-d', classes, '-cp', join(library.folder, '*')];
    await run(javaHome('javac'), [...args, ...files.map((file) => join(sources(), file))], { timeout: 120_000 });
    await run(javaHome('jar'), ['--create', '--file', join(part, JAR), '-C', classes, '.'], { timeout: 120_000 });
    rmSync(classes, { recursive: true });
    renameSync(part, folder);
    await archiveClasses(folder, library);
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

const JAR = 'host.jar';
const ARCHIVE = 'classes.jsa';

const classPath = (folder: string, library: Library): string =>
  [join(folder, JAR), join(library.folder, '*')].join(delimiter);

/** What the JVM is started with, also when the archive is made, which fits one collector. */
const COMMON = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=4'] as const;

/** Keeps the classes that every job loads in an archive (AppCDS), which halves the time that a JVM needs to start. */
async function archiveClasses(folder: string, library: Library): Promise<void> {
  const part = join(folder, `${ARCHIVE}.part-${process.pid}`);
  const args = [...COMMON, `-XX:ArchiveClassesAtExit=${part}`, '-cp', classPath(folder, library)];
  try {
    await run(javaHome('java'), [...args, 'millrace.udf.Training'], { timeout: 120_000 });
    renameSync(part, join(folder, ARCHIVE));
  } catch {
    // A Java that makes none runs functions all the same, and only starts slower.
    rmSync(part, { force: true });
  }
}

/** What starts a JVM with Flink's classes and the host, which has no functions yet. Throws FlinkFault where something is not installed. */
export async function javaCommand(options: Readonly<Record<string, string>>): Promise<HostCommand> {
  const library = findLibrary(options['millrace.udf.flink-home']);
  const folder = await hostClasses(library);
  const archive = join(folder, ARCHIVE);
  const debug = debugOf(options);
  const agent = `transport=dt_socket,server=y,suspend=${debug?.waits ? 'y' : 'n'}`;
  return {
    command: javaHome('java'),
    title: 'Java',
    isDebugged: debug !== undefined,
    args: [
      ...COMMON,
      '-Xlog:disable',
      `-Xlog:all=error:${debug ? 'stdout' : 'stderr'}`,
      // One that does not fit is not used.
      '-Xshare:auto',
      ...(existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []),
      ...(debug ? [`-agentlib:jdwp=${agent},address=127.0.0.1:${debug.port}`] : []),
      ...(options['millrace.udf.jvm-options'] ?? '').split(/\s+/).filter((option) => option !== ''),
      '-cp',
      classPath(folder, library),
      'millrace.udf.Host',
      ...(debug ? ['--debug'] : []),
    ],
  };
}
