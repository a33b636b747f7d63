import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionError } from '../../local-runtime/session/errors.ts';
import { SessionManager } from '../../local-runtime/session/manager.ts';
import { fixtureJar } from '../harness/java-functions.ts';
import { eventually } from '../harness/job-protocol.ts';
import { missingFor } from '../harness/services.ts';

/** What a debugger and a JVM say to each other first (JDWP). */
const HANDSHAKE = 'JDWP-Handshake';

/** Command 6 of set 1, VirtualMachine.Dispose: a packet of 11 bytes, numbered 1, after which the JVM goes on by itself. */
const DISPOSE = Buffer.from([0, 0, 0, 11, 0, 0, 0, 1, 0, 1, 6]);

/** Says it on a port, and gives what comes back; then is gone. */
function shakeHands(port: number): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(HANDSHAKE));
    let said = '';
    let disposed = false;
    socket.setTimeout(60_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data) => {
      said += data.toString('latin1');
      if (disposed || said.length < HANDSHAKE.length) return;
      disposed = true;
      socket.write(DISPOSE);
    });
    socket.on('error', fail);
    socket.on('close', () => done(said.slice(0, HANDSHAKE.length)));
  });
}

describe.skipIf(missingFor('flink'))('functions that are debugged', { timeout: 120_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-debug-'));
  let jar = '';
  beforeAll(async () => {
    jar = await fixtureJar(work);
  }, 300_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** Runs statements one after the other, hearing what is told. */
  async function inSession<T>(
    notice: (text: string) => void,
    work: (run: (sql: string) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const sessions = new SessionManager({
      workingDirectory: tmpdir(),
      print: () => undefined,
      notice,
      now: Date.now,
    });
    try {
      const session = sessions.open({});
      return await work(async (sql) => {
        const operation = session.submit(sql);
        await operation.outcome().catch((error: unknown) => {
          throw error instanceof SessionError ? new Error(error.chain.map(({ message }) => message).join('\n')) : error;
        });
        await session.closeOperation(operation.handle);
      });
    } finally {
      await sessions.closeAll();
    }
  }

  it('a JVM tells the free port that it took, waits for a debugger there, and goes on when one has been', async () => {
    let tell: (port: number) => void = () => undefined;
    const told = new Promise<number>((done) => {
      tell = done;
    });
    const notice = (text: string): void => {
      const port = /^Java functions wait for a debugger on 127\.0\.0\.1:(\d+)$/.exec(text)?.[1];
      if (port !== undefined) tell(Number(port));
    };
    await inSession(notice, async (run) => {
      await run(`CREATE TEMPORARY FUNCTION shout AS 'fixtures.Shout' USING JAR '${jar}'`);
      await run(`SET 'millrace.udf.debug-port' = '0'`);
      await run(`SET 'millrace.udf.debug-wait' = 'true'`);
      let isOver = false;
      const query = run(`SELECT shout('a', 1)`).finally(() => {
        isOver = true;
      });
      const port = await Promise.race([told, query.then(() => 0)]);
      expect(port).toBeGreaterThan(0);
      expect(isOver).toBe(false);
      expect(await shakeHands(port)).toBe(HANDSHAKE);
      await query;
    });
  });

  it('a Python has debugpy listen, and tells the port', async () => {
    // In place of debugpy, which PyFlink does not bring along.
    writeFileSync(
      join(work, 'debugpy.py'),
      `import sys
def listen(at):
    print("debugpy would listen on", at)
    return at[0], 41999
def wait_for_client():
    print("debugpy waits", flush=True)
`,
    );
    writeFileSync(join(work, 'rates.py'), 'rate = 1\n');
    const python = join(work, 'python');
    writeFileSync(python, `#!/bin/sh\nPYTHONPATH='${work}' exec python3 "$@"\n`);
    chmodSync(python, 0o755);
    const said: string[] = [];
    await inSession(
      (text) => said.push(text),
      async (run) => {
        await run(`SET 'python.executable' = '${python}'`);
        await run(`SET 'python.files' = '${join(work, 'rates.py')}'`);
        await run(`SET 'millrace.udf.debug-port' = '0'`);
        await run(`SET 'millrace.udf.debug-wait' = 'true'`);
        await run(`CREATE TEMPORARY FUNCTION rate AS 'rates.rate' LANGUAGE PYTHON`);
        await expect(run(`SELECT rate('a')`)).rejects.toThrow('PyFlink is not installed');
        // What it prints comes by another way than what it answers.
        await eventually(
          async () => said.join('\n'),
          (text) => text.includes('debugpy waits'),
        );
      },
    );
    const all = said.join('\n');
    expect(all).toContain("debugpy would listen on ('127.0.0.1', 0)");
    expect(all).toContain('Python functions wait for a debugger on 127.0.0.1:41999');
    expect(all).toContain('debugpy waits');
  });

  it.each([
    ['port', 'any', "'millrace.udf.debug-port' must be a port, or 0 for any: 'any'"],
    ['port', '70000', "'millrace.udf.debug-port' must be a port, or 0 for any: '70000'"],
  ])('%s %s is refused', async (_, port, message) => {
    await inSession(
      () => undefined,
      async (run) => {
        await run(`CREATE TEMPORARY FUNCTION shout AS 'fixtures.Shout' USING JAR '${jar}'`);
        await run(`SET 'millrace.udf.debug-port' = '${port}'`);
        await expect(run(`SELECT shout('a', 1)`)).rejects.toThrow(message);
      },
    );
  });
});
