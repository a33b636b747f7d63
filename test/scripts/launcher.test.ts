import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundles } from '../../scripts/bundles.ts';
import { root } from '../../scripts/paths.ts';

// A clone with a small CLI: the launcher's own behaviour, whatever the real CLI does.
const clone = mkdtempSync(join(tmpdir(), 'millrace-launcher-'));

beforeAll(() => {
  cpSync(join(root, 'scripts'), join(clone, 'scripts'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, name), join(clone, name));
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  // Bundles beside the CLI are built, too: here there is nothing in them.
  for (const { entry } of bundles) {
    mkdirSync(join(clone, entry, '..'), { recursive: true });
    writeFileSync(join(clone, entry), 'export {};');
  }
  writeCli('first');
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

function writeCli(version: string): void {
  const source = `
    const [command, ...rest] = process.argv.slice(2);
    process.on('SIGTERM', () => { console.log('ended'); process.exit(7); });
    console.log(JSON.stringify({ version: '${version}', command, rest, cwd: process.cwd() }));
    if (command === 'fail') process.exitCode = 3;
    if (command === 'wait') setInterval(() => {}, 1000);
  `;
  writeFileSync(join(clone, 'cli', 'main.ts'), source);
}

function launch(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(clone, 'scripts', 'millrace.mjs'), ...args], { encoding: 'utf8' });
}

test('builds when there is nothing, then when a source is newer; stdout is the command alone', {
  timeout: 60_000,
}, () => {
  expect(JSON.parse(launch('run', 'a b', '--jsonl').stdout)).toEqual({
    version: 'first',
    command: 'run',
    rest: ['a b', '--jsonl'],
    cwd: process.cwd(),
  });
  expect(JSON.parse(launch('run').stdout)).toMatchObject({ version: 'first' });
  writeCli('second');
  expect(JSON.parse(launch('run').stdout)).toMatchObject({ version: 'second' });
});

test('under npm, works where the user is and not in the root', () => {
  const env = { ...process.env, npm_lifecycle_event: 'millrace', INIT_CWD: join(clone, 'cli') };
  const { stdout } = spawnSync(process.execPath, [join(clone, 'scripts', 'millrace.mjs'), 'run'], {
    env,
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toMatchObject({ cwd: join(clone, 'cli') });
});

test("the exit status is the command's", () => {
  expect(launch('fail').status).toBe(3);
});

test('a source that does not build is said, with its place', () => {
  writeFileSync(join(clone, 'cli', 'main.ts'), 'const = 1;');
  const { status, stdout, stderr } = launch('run');
  writeCli('third');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/cli\/main\.ts:1:7: /);
});

test('a signal reaches the command', async () => {
  const child = spawn(process.execPath, [join(clone, 'scripts', 'millrace.mjs'), 'wait']);
  await output(child, /"wait"/);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(7);
});

// The parent of a process is only cheap to see in /proc.
test.runIf(process.platform === 'linux')('ends when the npm that started it is killed', async () => {
  const launcher = `"${process.execPath}" "${join(clone, 'scripts', 'millrace.mjs')}" wait; true`;
  // npm starts a shell, the shell starts the launcher.
  const script = `const c = require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(launcher)}], { stdio: 'inherit' });`;
  const npm = spawn(process.execPath, ['-e', script], { env: { ...process.env, npm_lifecycle_event: 'millrace' } });
  await output(npm, /"wait"/);
  const ended = output(npm, /ended/);
  npm.kill('SIGKILL');
  await ended;
});

function output(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (wanted.test(text)) resolve(text);
    });
    child.stdout?.on('close', () => reject(new Error(`the output ended without ${wanted}: ${text}`)));
  });
}
