import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, onPath } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';

const VERSION = '2.2.1';

export interface PyFlink {
  /** The virtual environment. */
  readonly folder: string;
  readonly python: string;
  /** What runs Python functions on a cluster. */
  readonly jar: string;
}

/** Why PyFlink cannot be installed here; undefined when it can. */
export const missingForPyFlink = (): string | undefined =>
  onPath('python3') ? undefined : 'no python3 on the PATH, which PyFlink is installed for';

/** Installs PyFlink from PyPI into a virtual environment, once. */
export async function installPyFlink(): Promise<PyFlink> {
  const folder = join(cacheDir('millrace-test'), `pyflink-${VERSION}`);
  if (!existsSync(folder)) {
    const part = `${folder}.part-${process.pid}`;
    mkdirSync(cacheDir('millrace-test'), { recursive: true });
    try {
      await run('python3', ['-m', 'venv', part], { timeoutMs: 300_000 });
      const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', `apache-flink==${VERSION}`];
      await run(join(part, 'bin', 'python'), pip, { timeoutMs: 900_000 });
      renameSync(part, folder);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  const [jar] = globSync('lib/python3*/site-packages/pyflink/opt/flink-python-*.jar', { cwd: folder });
  if (jar === undefined) throw new Error(`${folder} has no flink-python jar`);
  return { folder, python: join(folder, 'bin', 'python'), jar: join(folder, jar) };
}
