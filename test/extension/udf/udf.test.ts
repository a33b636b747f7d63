import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../../../extension/udf/cli-process.ts';
import { functionItems, type ListedFunction, registrations } from '../../../extension/udf/listed-functions.ts';
import { toolMessages } from '../../../extension/udf/tool-messages.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const script = join(root, 'cli', 'main.ts');
const jar = join(root, 'test', 'udf', 'functions.jar');
const folder = mkdtempSync(join(tmpdir(), 'millrace-udf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();

describe('user-defined functions in the editor', { timeout: 60_000 }, () => {
  it('are listed by the command, with the statements that register them', async () => {
    const { status, stdout } = await runCli({ script, cwd: folder, args: ['udf', 'list', jar, '--json'], signal });
    const functions = JSON.parse(stdout) as ListedFunction[];
    expect(status).toBe(0);
    const items = functionItems(functions);
    expect(items.length).toBe(functions.length);
    const firstBad = items.findIndex(({ fn }) => fn.obstacle);
    expect(
      items.slice(Math.max(0, firstBad)).every(({ fn, detail }) => !fn.obstacle || detail.includes(fn.obstacle)),
    ).toBe(true);
    const able = items.filter(({ fn }) => !fn.obstacle);
    expect(able.length).toBeGreaterThan(0);
    const [first] = able;
    expect(first && registrations([first.fn])).toBe(
      `CREATE TEMPORARY FUNCTION \`${first?.label}\` AS '${first?.fn.className}' LANGUAGE JAVA\n  USING JAR '${jar}';`,
    );
  });

  it('of Python are found by an option of the session', () => {
    const fn = (name: string): ListedFunction => ({
      file: `/it's/${name}.py`,
      language: 'PYTHON',
      className: `${name}.${name}`,
      kind: 'scalar',
      signatures: [],
    });
    expect(registrations([fn('a'), fn('b')])).toBe(
      [
        "SET 'python.files' = '/it''s/a.py,/it''s/b.py';",
        "CREATE TEMPORARY FUNCTION `a` AS 'a.a' LANGUAGE PYTHON;",
        "CREATE TEMPORARY FUNCTION `b` AS 'b.b' LANGUAGE PYTHON;",
      ].join('\n'),
    );
  });

  it('have their mistakes where the tool sees them', async () => {
    const project = join(folder, 'project');
    const args = ['udf', 'new', 'tax_rate', '--language', 'python', '--dir', project];
    expect((await runCli({ script, cwd: folder, args, signal })).status).toBe(0);
    writeFileSync(join(project, 'wrong.py'), 'def f(:\n    pass\n');
    const built = await runCli({ script, cwd: project, args: ['udf', 'build', project], signal });
    expect(built.status).toBe(1);
    const { messages } = toolMessages(built.stderr, project);
    expect(messages).toMatchObject([{ file: join(project, 'wrong.py'), line: 1 }]);
    expect(messages[0]?.message).toContain('SyntaxError');
  });

  it('what is no mistake in a file stays text', () => {
    const { messages, rest } = toolMessages('a/B.java:3:14: error: no; such thing\r\nmvn is not installed\n', '/p');
    expect(messages).toEqual([{ file: join('/p', 'a/B.java'), line: 3, column: 14, message: 'no; such thing' }]);
    expect(rest).toBe('mvn is not installed');
  });

  it('a command that is stopped ends', async () => {
    const abort = new AbortController();
    const running = runCli({ script, cwd: folder, args: ['udf', 'list', jar], signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toThrow('Stopped.');
  });

  it('a command that is used wrongly says so', async () => {
    const { status, stderr } = await runCli({ script, cwd: folder, args: ['udf', 'list', 'none.jar'], signal });
    expect(status).toBe(2);
    expect(stderr).toContain('none.jar: no such file');
  });
});
