#!/usr/bin/env node
// Runs the CLI of this clone: npm run -s millrace -- ARGUMENTS. Builds it first when a source file is newer than the bundle.
// Under the project's own Node the CLI runs in this very process, so that nothing stands between it and its signals.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const [major, minor] = process.versions.node.split('.').map(Number);

if (!existsSync(node)) fail('the packages are not installed; run: npm install');
if (major > 22 || (major === 22 && minor >= 15)) here();
else elsewhere();

function here() {
  const apart = [
    'kafka-client',
    'postgres-client',
    'mysql-client',
    'faker-library',
    'parquet-library',
    'protobuf-library',
  ];
  for (const bundle of ['cli', 'job-thread', ...apart]) if (!fresh(bundle)) build(bundle);
  module.enableCompileCache(join(root, 'node_modules', '.cache', 'millrace'));
  endWithNpm();
  // npm runs scripts in the root; a file's name is meant from where the user is.
  if (process.env.npm_lifecycle_event === 'millrace' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  process.argv[1] = join(root, 'dist', 'cli.cjs');
  module.createRequire(import.meta.url)('../dist/cli.cjs');
}

/** Is the bundle made of the files as they are now? */
function fresh(bundle) {
  try {
    const { files } = JSON.parse(readFileSync(join(root, 'dist', `${bundle}.inputs.json`), 'utf8'));
    return files.every(([path, mtime, size]) => {
      const stat = statSync(join(root, path), { throwIfNoEntry: false });
      return stat !== undefined && stat.size === size && stat.mtimeMs === mtime;
    });
  } catch {
    return false; // Never built, or half of an older layout: build it.
  }
}

function build(bundle) {
  const args = [join(root, 'scripts', 'build.ts'), '--production', '--quiet', '--only', bundle];
  // The build's words go to stderr: stdout belongs to the command.
  const { status } = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail('the build failed');
}

/** Under another Node: a child with our own, which gets our signals and whose end is ours. */
function elsewhere() {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** npm passes signals on but cannot when it is killed; a server must not outlive the npm that started it. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event !== 'millrace' || process.platform === 'win32') return;
  const owner = [process.ppid, parentOf(process.ppid)];
  setInterval(() => {
    if (process.ppid !== owner[0] || parentOf(process.ppid) !== owner[1]) process.kill(process.pid, 'SIGTERM');
  }, 1000).unref();
}

/** The parent of a process (npm, when the process is its shell); undefined where the system does not tell cheaply. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined; // No /proc (macOS): there the shell is replaced by its command, and the parent is npm itself.
  }
}

function fail(text) {
  process.stderr.write(`millrace: ${text}\n`);
  process.exit(1);
}
