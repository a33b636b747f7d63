import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { downloadJars } from './maven.ts';
import { workDir } from './processes.ts';

// The newest in Maven Central; Flink's 2.2.1 takes them.
const version = '2.2.0';
// What flink-protobuf of that version was built with.
const protobuf = '4.32.1';
const parquet = '1.15.2';
const hadoop = '3.3.6';

const folderOf = (name: string): string => join(cacheDir('millrace-test'), `flink-${name}-${version}`);
const jarsIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

/** Jars of Flink's format `parquet`, for ADD JAR; downloaded once. */
export async function parquetJars(): Promise<string[]> {
  const folder = folderOf('parquet');
  if (!existsSync(folder)) {
    const parts = ['hadoop', 'column', 'common', 'encoding', 'format-structures'];
    const artifacts = [
      `org.apache.flink:flink-parquet:${version}`,
      ...parts.map((part) => `org.apache.parquet:parquet-${part}:${parquet}`),
      `org.apache.parquet:parquet-jackson:${parquet}`,
      `org.apache.hadoop:hadoop-client-api:${hadoop}`,
      `org.apache.hadoop:hadoop-client-runtime:${hadoop}`,
    ];
    await downloadJars(folder, { artifacts, transitive: false });
  }
  return jarsIn(folder);
}

/** Why there is no compiler of protobuf's schemas; undefined where there is one. */
export const missingProtoc =
  process.platform === 'linux' && process.arch === 'x64' ? undefined : `no protoc for ${process.platform}`;

/** Jars of Flink's format `protobuf` and of the classes of test/fixtures/proto/everything.proto, for ADD JAR. */
export async function protobufJars(): Promise<string[]> {
  const folder = folderOf('protobuf');
  if (!existsSync(folder)) {
    const artifacts = [`org.apache.flink:flink-protobuf:${version}`, `com.google.protobuf:protobuf-java:${protobuf}`];
    await downloadJars(folder, { artifacts, transitive: false });
  }
  return [...jarsIn(folder), await compiledMessages(folder)];
}

async function protoc(): Promise<string> {
  const folder = join(cacheDir('millrace-test'), `protoc-${protobuf}`);
  const name = `protoc-${protobuf}-linux-x86_64.exe`;
  if (!existsSync(folder)) {
    mkdirSync(cacheDir('millrace-test'), { recursive: true });
    const part = mkdtempSync(`${folder}.part-`);
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
    const artifact = `-Dartifact=com.google.protobuf:protoc:${protobuf}:exe:linux-x86_64`;
    try {
      await run('mvn', ['-B', '-ntp', '-q', plugin, artifact, `-DoutputDirectory=${part}`], { cwd: part });
      chmodSync(join(part, name), 0o755);
      renameSync(part, folder);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  return join(folder, name);
}

/** Flink reads and writes messages by the Java classes that protoc makes of a schema. */
async function compiledMessages(libraries: string): Promise<string> {
  const work = workDir('protobuf');
  const [sources, classes, jar] = ['java', 'classes', 'messages.jar'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(sources);
  mkdirSync(classes);
  const proto = join(root, 'test', 'fixtures', 'proto');
  // Google's own schemas lie in its library.
  const library = join(libraries, `protobuf-java-${protobuf}.jar`);
  await run('jar', ['--extract', '--file', library, 'google/protobuf/timestamp.proto'], { cwd: work });
  const places = [`--proto_path=${proto}`, `--proto_path=${work}`];
  await run(await protoc(), [...places, `--java_out=${sources}`, 'everything.proto', 'common.proto']);
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.java'));
  const paths = files.map((name) => join(sources, name));
  await run('javac', ['-nowarn', '-cp', join(libraries, '*'), '-d', classes, ...paths], { timeoutMs: 120_000 });
  await run('jar', ['--create', '--file', jar, '-C', classes, '.']);
  return jar;
}
