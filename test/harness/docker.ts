import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onPath } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { installFlink } from './flink.ts';
import { ServerProcess } from './processes.ts';

/** Why no test can use Docker here, in one line; undefined when a daemon runs, or one can be started. */
export function missingForDocker(): string | undefined {
  if (process.platform !== 'linux') return `no Docker is started on ${process.platform}`;
  const absent = ['docker', 'java', 'tar'].find((tool) => !onPath(tool));
  if (absent) return `no ${absent} on the PATH`;
  if (answers()) return undefined;
  if (!onPath('dockerd') || !onPath('docker-proxy'))
    return 'no daemon of Docker runs, and there is no dockerd on the PATH';
  return process.getuid?.() === 0 ? undefined : 'no daemon of Docker runs, and only root can start one';
}

/** A daemon of Docker: the machine's, else one of its own, which DOCKER_HOST of this process names. */
export interface DockerDaemon {
  stop(): Promise<void>;
}

/** Uses the machine's daemon, or starts one that changes nothing of the machine's network but a bridge a network. */
export async function startDocker(): Promise<DockerDaemon> {
  if (answers()) return { stop: async () => undefined };
  const work = mkdtempSync(join(tmpdir(), 'millrace-docker-'));
  const socket = `unix://${join(work, 'docker.sock')}`;
  const folders = [
    '--data-root',
    join(work, 'data'),
    '--exec-root',
    join(work, 'exec'),
    '--pidfile',
    join(work, 'pid'),
  ];
  const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
  const args = ['-H', socket, ...folders, ...network];
  const server = new ServerProcess({ name: 'dockerd', command: 'dockerd', args, logFile: join(work, 'log') });
  process.env.DOCKER_HOST = socket;
  const stop = async (): Promise<void> => {
    await server.stop();
    delete process.env.DOCKER_HOST;
    rmSync(work, { recursive: true, force: true });
  };
  try {
    await server.waitUntil(async () => answers(), 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function answers(): boolean {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 }).status === 0;
}

/**
 * An image with what Flink's own images have of what is used of them: Flink in /opt/flink with its gateway in `opt`, and `java` on the PATH. It is
 * made of this machine's Java and the Flink of the tests, since no registry of images is reached.
 */
export async function makeFlinkImage(name: string): Promise<void> {
  const { lib, plugins, gateway } = await installFlink();
  const root = mkdtempSync(join(tmpdir(), 'millrace-image-'));
  try {
    for (const folder of ['bin', 'tmp', 'etc', 'opt/flink/opt']) mkdirSync(join(root, folder), { recursive: true });
    cpSync(lib, join(root, 'opt/flink/lib'), { recursive: true });
    cpSync(plugins, join(root, 'opt/flink/plugins'), { recursive: true });
    // As the product looks for it, by the name that Flink's image has.
    for (const jar of gateway) copyFileSync(jar, join(root, 'opt/flink/opt/flink-sql-gateway-2.2.1.jar'));
    const java = dirname(dirname(realpathSync(which('java'))));
    mkdirSync(join(root, 'opt/java'));
    await run('cp', ['-r', ...['bin', 'conf', 'lib'].map((part) => join(java, part)), join(root, 'opt/java')]);
    // Debian's Java links to settings elsewhere; some other links lead nowhere.
    for (const part of ['conf', 'lib/security']) {
      const copy = ['-rL', '--remove-destination', join(java, part), join(root, 'opt/java', dirname(part))];
      await run('cp', copy);
    }
    const libraries = readdirSync(join(java, 'lib'))
      .filter((file) =>
        /^lib(java|net|nio|zip|jli|management|management_ext|instrument|extnet|verify|jimage)\.so$/.test(file),
      )
      .map((file) => join(java, 'lib', file));
    const programs = [
      realpathSync(which('ls')),
      join(java, 'bin/java'),
      join(java, 'lib/server/libjvm.so'),
      ...libraries,
    ];
    copyFileSync(which('ls'), join(root, 'bin/ls'));
    for (const library of new Set((await Promise.all(programs.map(needs))).flat())) {
      const target = join(root, library);
      mkdirSync(dirname(target), { recursive: true });
      if (!existsSync(target)) copyFileSync(library, target);
    }
    await importFolder(root, name);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function which(program: string): string {
  const folder = (process.env.PATH ?? '').split(':').find((one) => existsSync(join(one, program)));
  if (folder === undefined) throw new Error(`there is no ${program} on the PATH`);
  return join(folder, program);
}

/** The shared libraries that a program is linked with, by the paths that its loader gives. */
async function needs(program: string): Promise<string[]> {
  const said = await run('ldd', [program]);
  return [...said.matchAll(/(?:=> )?(\/\S+) \(0x/g)]
    .map(([, path = '']) => path)
    .filter((path) => !path.includes('/jvm/'));
}

async function importFolder(folder: string, name: string): Promise<void> {
  const tar = spawn('tar', ['c', '-C', folder, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const changes = ['--change', 'ENV PATH=/opt/java/bin:/bin', '--change', 'WORKDIR /opt/flink'];
  const docker = spawn('docker', ['import', ...changes, '-', name], { stdio: [tar.stdout, 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    docker.on('error', reject);
    docker.on('close', resolve);
  });
  if (code !== 0) throw new Error(`docker import ended with ${code}`);
}
