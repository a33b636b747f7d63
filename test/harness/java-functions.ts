import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { installFlink } from './flink.ts';

/** Installs Flink, whose classes functions run with, and names it to the runtime of this process and those that it starts. */
export async function flinkForFunctions(): Promise<string> {
  await installFlink();
  const home = join(cacheDir('millrace-test'), 'flink-2.2.1');
  process.env.FLINK_HOME = home;
  return home;
}

/** Compiles test/fixtures/udf into a jar in `folder`; gives its path. */
export async function fixtureJar(folder: string): Promise<string> {
  const home = await flinkForFunctions();
  const classes = join(folder, 'classes');
  mkdirSync(classes, { recursive: true });
  const sources = globSync('test/fixtures/udf/fixtures/*.java', { cwd: root }).map((path) => join(root, path));
  await run('javac', ['-nowarn', '-d', classes, '-cp', join(home, 'lib', '*'), ...sources]);
  const jar = join(folder, 'fixtures.jar');
  await run('jar', ['cf', jar, '-C', classes, '.']);
  return jar;
}
