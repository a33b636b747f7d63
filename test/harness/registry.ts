import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { downloadJars } from './maven.ts';
import { answersOk, freePorts, ServerProcess, workDir } from './processes.ts';

// The last line that runs on Java 17; it holds its data in memory.
const version = '2.6.13.Final';
const home = join(cacheDir('millrace-test'), `apicurio-registry-${version}`);
// What a Flink needs to talk to it, in a folder of its own: tests add it with ADD JAR.
const flinkFormat = '2.2.0';
const flinkJars = join(cacheDir('millrace-test'), `flink-avro-confluent-${flinkFormat}`);

export interface Registry {
  /** Address of Confluent's API, without a slash at the end. */
  readonly url: string;
  /** Jars of Flink's formats `avro` and `avro-confluent`. */
  readonly flinkJars: readonly string[];
  stop(): Promise<void>;
}

/** Downloads Apicurio Registry, which speaks Confluent's API, and Flink's formats for it from Maven Central, once. */
export async function installRegistry(note: (text: string) => void = () => undefined): Promise<void> {
  if (!existsSync(flinkJars)) {
    const artifacts = [`org.apache.flink:flink-sql-avro-confluent-registry:${flinkFormat}`];
    await downloadJars(flinkJars, { artifacts, transitive: false });
  }
  if (existsSync(home)) return;
  note(`downloading Apicurio Registry ${version} from Maven Central …`);
  mkdirSync(cacheDir('millrace-test'), { recursive: true });
  const part = mkdtempSync(`${home}.part-`);
  try {
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
    const artifact = `-Dartifact=io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;
    await run('mvn', ['-B', '-ntp', '-q', plugin, artifact, `-DoutputDirectory=${join(part, 'archive')}`], {
      cwd: part,
    });
    const archive = readdirSync(join(part, 'archive')).find((name) => name.endsWith('.tar.gz'));
    if (!archive) throw new Error('Maven gave no archive of Apicurio Registry');
    mkdirSync(join(part, 'home'));
    await run('tar', ['xzf', join(part, 'archive', archive), '-C', join(part, 'home'), '--no-same-owner']);
    renameSync(join(part, 'home'), home);
    note(`Apicurio Registry ${version} downloaded`);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Starts an empty registry on a free loopback port. */
export async function launchRegistry(): Promise<Registry> {
  await installRegistry();
  const work = workDir('registry');
  const [port] = await freePorts(1);
  const jar = readdirSync(home).find((name) => name.endsWith('runner.jar'));
  if (!jar) throw new Error(`no runner in ${home}`);
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const server = new ServerProcess({
    name: 'registry',
    command: 'java',
    args: [
      '-Xmx384m',
      '-XX:TieredStopAtLevel=1',
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${port}`,
      '-Dregistry.rest.artifact.deletion.enabled=true',
      // Ids of schemas count from 1, as Confluent's do.
      '-Dregistry.ccompat.legacy-id-mode.enabled=true',
      '-jar',
      join(home, jar),
    ],
    logFile: join(work, 'server.log'),
  });
  const stop = async () => {
    await server.stop();
    rmSync(work, { recursive: true, force: true });
  };
  try {
    await server.waitUntil(() => answersOk(`${url}/subjects`), 120_000);
  } catch (error) {
    await stop();
    throw error;
  }
  const jars = readdirSync(flinkJars).map((name) => join(flinkJars, name));
  return { url, flinkJars: jars, stop };
}
