// What `npm start` and `npm test` do first, under whatever Node the machine has: the packages, and with them our own Node.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The Node that runs the project's sources: the npm package `node`. */
export const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

export function note(text) {
  process.stderr.write(`millrace: ${text}\n`);
}

/** Installs the packages, unless every one that package-lock.json names is there in that version. */
export async function ensurePackages() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) stop(`Node ${process.versions.node} is too old to install with; Node 20 or newer is needed`);
  if (installed()) return;
  // Not `npm ci`: it refuses a lock file made where the registry has not every platform's builds, and empties node_modules.
  note('installing packages (npm install) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const began = Date.now();
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = await run(npm, args, { shell: process.platform === 'win32' });
  if (status !== 0) stop('npm install failed; is there a network, and a package registry in it?');
  if (!existsSync(node))
    stop(`no Node for ${process.platform}-${process.arch} was installed; does npm have ignore-scripts on?`);
  note(`packages installed in ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

function installed() {
  try {
    const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
    const wanted = read('package-lock.json');
    const present = read('node_modules/.package-lock.json');
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const locked = { ...wanted[''].dependencies, ...wanted[''].devDependencies };
    const named = { ...manifest.dependencies, ...manifest.devDependencies };
    const same = Object.keys({ ...locked, ...named }).every((name) => locked[name] === named[name]);
    const complete = Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === '' || present[path]?.version === version || (optional && !present[path]),
    );
    return same && complete && existsSync(node);
  } catch {
    return false; // No node_modules, or one that npm did not finish.
  }
}

/** Runs a command in the root with our output, passes signals on, and gives its exit status. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
    child.on('error', (error) => {
      note(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

function stop(text) {
  note(text);
  process.exit(1);
}
