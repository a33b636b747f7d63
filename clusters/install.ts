import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath, runProgram } from './commands.ts';
import type { FlinkVersion } from './versions.ts';

/** What a cluster runs: the folders of a distribution, and the jars beside it. */
export interface FlinkHome {
  readonly lib: string;
  readonly plugins: string;
  /** The SQL Gateway's jar, or those of `opt`. */
  readonly gateway: readonly string[];
}

export interface InstallOptions {
  /** Where downloads are kept. */
  readonly cache: string;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Why Flink cannot be installed or run here, in one line; undefined when it can. */
export async function missingForFlink(java: number, download: boolean): Promise<string | undefined> {
  if (process.platform === 'win32') return 'A local Flink cluster needs Linux, macOS or WSL';
  if (!onPath('java')) return `There is no Java on the PATH: Flink needs Java ${java} or newer`;
  const found = Number(/version "(?:1\.)?(\d+)/.exec(await runProgram('java', ['-version']))?.[1]);
  if (found < java) return `Java ${found} is too old: this version of Flink needs Java ${java} or newer`;
  if (!download) return undefined;
  if (!onPath('mvn')) return 'There is no Maven (mvn) on the PATH, which downloads the jars';
  if (!onPath('pip3', 'pip')) return 'There is no pip on the PATH, which downloads Flink';
  return onPath('tar') ? undefined : 'There is no tar on the PATH';
}

/** Installs a pinned version, once: its libraries from PyPI (the only complete package in a registry), the gateway from Maven Central. */
export async function installFlink(
  flink: FlinkVersion,
  { cache, progress, signal }: InstallOptions,
): Promise<FlinkHome> {
  const home = join(cache, `flink-${flink.version}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const part = mkdtempSync(`${home}.part-`);
    try {
      progress(`Downloading Flink ${flink.version} (400 MB, once)…`);
      const what = ['--no-deps', '--no-binary', ':all:', '--no-cache-dir', `apache-flink-libraries==${flink.version}`];
      const pip = onPath('pip3', 'pip') ?? 'pip';
      await runProgram(pip, ['download', '-q', '--disable-pip-version-check', ...what, '-d', join(part, 'sdist')], {
        signal,
      });
      const archive = readdirSync(join(part, 'sdist')).find((name) => name.endsWith('.tar.gz'));
      if (!archive) throw new Error('pip gave no source archive of apache-flink-libraries');
      progress('Unpacking…');
      const from = join(part, 'sdist', archive);
      await runProgram('tar', ['xzf', from, '-C', part, '--no-same-owner', '--strip-components=1'], { signal });
      for (const folder of ['lib', 'plugins']) {
        cpSync(join(part, 'deps', folder), join(part, 'home', folder), { recursive: true });
      }
      renameSync(join(part, 'home'), home);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  const gateway = await installJars([`org.apache.flink:flink-sql-gateway:${flink.gateway}`], {
    cache,
    progress,
    signal,
  });
  return { lib: join(home, 'lib'), plugins: join(home, 'plugins'), gateway };
}

/** The parts of a distribution that a person has unpacked. Throws where the folder is none. */
export function distribution(folder: string): FlinkHome {
  const list = (name: string): string[] => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);
  const isFlink = list('lib').some((jar) => /^flink-dist.*\.jar$/.test(jar));
  const gateway = ['opt', 'lib']
    .flatMap((name) => list(name).map((jar) => join(folder, name, jar)))
    .filter((jar) => /flink-sql-(gateway|client)[^/]*\.jar$/.test(jar));
  if (!isFlink) throw new Error(`${folder} is no Flink distribution: it has no lib/flink-dist-….jar`);
  if (gateway.length === 0) throw new Error(`${folder} has no SQL Gateway: there is no opt/flink-sql-gateway-….jar`);
  return { lib: join(folder, 'lib'), plugins: join(folder, 'plugins'), gateway };
}

/** The version that a distribution's flink-dist jar names. */
export function versionOf(folder: string): string {
  return versionOfJars(readdirSync(join(folder, 'lib'))) ?? 'unknown';
}

/** The version that the flink-dist jar among these names; undefined where there is none. */
export function versionOfJars(jars: readonly string[]): string | undefined {
  const jar = jars.find((name) => /^flink-dist.*\.jar$/.test(name));
  return jar === undefined ? undefined : (/(\d+\.\d+(?:\.\d+)?)/.exec(jar)?.[1] ?? 'unknown');
}

const COORDINATE = /^[\w.-]+:[\w.-]+:[\w.-]+$/;

/** Jars by `group:artifact:version` from Maven Central, without what they depend on; each is downloaded once. Gives their paths. */
export async function installJars(
  artifacts: readonly string[],
  { cache, progress, signal }: InstallOptions,
): Promise<string[]> {
  const wrong = artifacts.find((coordinate) => !COORDINATE.test(coordinate));
  if (wrong !== undefined) throw new Error(`'${wrong}' is no coordinate of a jar (group:artifact:version)`);
  const pathOf = (coordinate: string): string => join(cache, 'jars', `${coordinate.replaceAll(':', '_')}.jar`);
  const absent = artifacts.filter((coordinate) => !existsSync(pathOf(coordinate)));
  if (absent.length > 0) {
    mkdirSync(join(cache, 'jars'), { recursive: true });
    const work = mkdtempSync(join(cache, 'jars', '.part-'));
    try {
      progress(`Downloading ${absent.map((coordinate) => coordinate.split(':')[1]).join(', ')}…`);
      writeFileSync(join(work, 'pom.xml'), pomOf(absent));
      const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
      const args = ['-B', '-ntp', '-q', plugin, '-DincludeScope=runtime', `-DoutputDirectory=${join(work, 'jars')}`];
      await runProgram('mvn', args, { cwd: work, signal });
      for (const coordinate of absent) {
        const [, artifact, version] = coordinate.split(':');
        renameSync(join(work, 'jars', `${artifact}-${version}.jar`), pathOf(coordinate));
      }
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return artifacts.map(pathOf);
}

function pomOf(artifacts: readonly string[]): string {
  const exclusions = '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
  const dependencies = artifacts.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(':');
    const name = `<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`;
    return `<dependency>${name}${exclusions}</dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}
