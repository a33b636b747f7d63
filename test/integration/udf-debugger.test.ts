import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEBUG_OPTIONS, debuggerPort } from '../../extension/udf/debugger.ts';
import { root } from '../../scripts/paths.ts';
import { endWithUs } from '../../scripts/run.ts';
import { DapClient, installDebugpy } from '../harness/debugpy.ts';
import { fixtureJar } from '../harness/java-functions.ts';
import { Jdwp } from '../harness/jdwp.ts';
import { installPyFlink, missingForPyFlink } from '../harness/pyflink.ts';
import { missingFor } from '../harness/services.ts';

/** `millrace udf run` as the editor's command Debug starts it. */
function runFunction(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const options = DEBUG_OPTIONS.flatMap((option) => ['--set', option]);
  const child = spawn(process.execPath, [join(root, 'cli', 'main.ts'), 'udf', 'run', ...args, ...options], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const release = endWithUs(child.pid);
  const said = { stdout: '', stderr: '' };
  let hear: () => void = () => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
    hear();
  });
  const ended = new Promise<number | null>((done) => {
    child.once('close', (status) => {
      release();
      hear();
      done(status);
    });
  });
  return {
    said,
    ended,
    stop: () => child.kill('SIGTERM'),
    /** The port on which the functions wait. Throws where they end before. */
    async port(): Promise<number> {
      for (;;) {
        const port = said.stderr
          .split('\n')
          .slice(0, -1)
          .map(debuggerPort)
          .find((each) => each !== undefined);
        if (port !== undefined) return port;
        if (child.exitCode !== null) throw new Error(`it ended before: ${said.stderr}`);
        await new Promise<void>((done) => {
          hear = done;
        });
      }
    },
  };
}

describe.skipIf(missingFor('flink'))('functions that wait for a debugger', { timeout: 60_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-debug-'));
  let jar = '';
  beforeAll(async () => {
    jar = await fixtureJar(work);
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('in Java: the JVM shakes hands, and calls them when the debugger lets it', async () => {
    const running = runFunction([jar, '--class', 'fixtures.Shout', '--row', '["a", 3]'], work);
    const debug = await Jdwp.attach(await running.port());
    // All its threads stand still.
    expect(running.said.stdout).toBe('');
    await debug.resume();
    expect(await running.ended, running.said.stderr).toBe(0);
    expect(running.said.stdout).toBe('["A-3"]\n');
    debug.close();
  });

  it('a command that is stopped while they wait ends, and its JVM with it', async () => {
    const running = runFunction([jar, '--class', 'fixtures.Shout', '--row', '["a", 3]'], work);
    const port = await running.port();
    running.stop();
    await running.ended;
    await expect(Jdwp.attach(port)).rejects.toThrow('the JVM hung up');
  });
});

describe.skipIf(missingForPyFlink())('Python functions that wait for a debugger', { timeout: 90_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-debug-python-'));
  const file = join(work, 'shout.py');
  const args = [file, '--row', '["a", 3]'];
  let python = '';
  let debugpy = '';
  beforeAll(async () => {
    python = (await installPyFlink()).python;
    debugpy = await installDebugpy(python);
    const lines = [
      'from pyflink.table.udf import udf',
      'def shouted(text, count):',
      '    return f"{text.upper()}-{count}"',
      'shout = udf(shouted, input_types=["STRING", "BIGINT"], result_type="STRING")',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
  }, 1_200_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const withPython = () => ['--set', `python.executable=${python}`];

  it('debugpy listens, and they are called when the debugger is attached', async () => {
    const running = runFunction([...args, ...withPython()], work, { PYTHONPATH: debugpy });
    const debug = new DapClient(await running.port());
    await debug.answer(debug.send('initialize', { adapterID: 'debugpy', pathFormat: 'path' }));
    const attach = debug.send('attach', { justMyCode: true });
    await debug.event('initialized');
    expect(running.said.stdout).toBe('');
    await debug.answer(debug.send('configurationDone', {}));
    await debug.answer(attach);
    expect(await running.ended, running.said.stderr).toBe(0);
    expect(running.said.stdout).toBe('["A-3"]\n');
    debug.close();
  });

  it('without debugpy it is told what to install', async () => {
    const running = runFunction([...args, ...withPython()], work);
    expect(await running.ended).toBe(1);
    expect(running.said.stderr).toContain(`debugpy is not installed for ${python}: pip install debugpy`);
  });
});
