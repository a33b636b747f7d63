// Real servers for tests. In a vitest run of the integration suite they are shared by its files and end with the run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from '../../scripts/paths.ts';
import { type Flink, launchFlink } from './flink.ts';
import { type Kafka, launchKafka } from './kafka.ts';
import { launchMariaDb, type MariaDb } from './mariadb.ts';
import { launchPostgres, type Postgres } from './postgres.ts';
import { runDir, testRun } from './processes.ts';
import { launchRegistry, type Registry } from './registry.ts';

export type { Flink } from './flink.ts';
export type { Kafka } from './kafka.ts';
export type { MariaDb } from './mariadb.ts';
export type { Postgres } from './postgres.ts';
export type { Registry } from './registry.ts';

/** Why this server cannot run here, in one line; undefined when it can. */
export function missingFor(server: 'kafka' | 'flink' | 'registry' | 'postgres' | 'mariadb'): string | undefined {
  if (server === 'postgres' || server === 'mariadb') return missingForDatabase(server);
  const java = missingJava();
  if (java) return java;
  if (!onPath('mvn')) return 'no Maven (mvn) on the PATH';
  if (server === 'flink' && !onPath('pip', 'pip3')) return 'no pip on the PATH';
  if (server !== 'kafka' && !onPath('tar')) return 'no tar on the PATH';
  return undefined;
}

/** A Kafka broker: the run's, else one of its own. `stop` leaves the run's alone. */
export function startKafka(): Promise<Kafka> {
  return shared('kafka', launchKafka);
}

/** A Flink session cluster with a SQL Gateway: the run's, else one of its own. `stop` leaves the run's alone. */
export function startFlink(): Promise<Flink> {
  return shared('flink', launchFlink);
}

/** A schema registry with Confluent's API: the run's, else one of its own. `stop` leaves the run's alone. */
export function startRegistry(): Promise<Registry> {
  return shared('registry', launchRegistry);
}

/** A Postgres server: the run's, else one of its own. `stop` leaves the run's alone. */
export function startPostgres(): Promise<Postgres> {
  return shared('postgres', launchPostgres);
}

/** A MariaDB server, which speaks MySQL's protocol: the run's, else one of its own. `stop` leaves the run's alone. */
export function startMariaDb(): Promise<MariaDb> {
  return shared('mariadb', launchMariaDb);
}

function missingForDatabase(server: 'postgres' | 'mariadb'): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `no ${server} for ${process.platform} ${process.arch}`;
  if (process.getuid?.() === 0 && !onPath('unshare')) return 'root, and no unshare on the PATH to be someone else';
  const tools = server === 'postgres' ? ['npm', 'tar'] : ['java', 'mvn', 'unzip'];
  const absent = tools.find((tool) => !onPath(tool));
  return absent ? `no ${absent} on the PATH` : undefined;
}

async function shared<T extends { stop(): Promise<void> }>(name: string, launch: () => Promise<T>): Promise<T> {
  const run = testRun();
  if (run === undefined) return launch();
  const file = join(runDir, `${run}-shared`, `${name}.json`);
  if (!existsSync(file)) {
    const started = await launch();
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, JSON.stringify(started));
  }
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as T), stop: () => Promise.resolve() };
}

let java: { missing: string | undefined } | undefined;

function missingJava(): string | undefined {
  java ??= { missing: lookForJava() };
  return java.missing;
}

function lookForJava(): string | undefined {
  if (!onPath('java')) return 'no Java on the PATH (17 or newer is needed)';
  const { stdout, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8', timeout: 20_000 });
  const version = /version "(\d+)/.exec(`${stdout}${stderr}`)?.[1];
  if (!version) return 'java -version does not work';
  return Number(version) >= 17 ? undefined : `Java ${version} is too old (17 or newer is needed)`;
}
