import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onPath, root } from '../../scripts/paths.ts';
import { run } from '../../scripts/run.ts';
import { packVsix } from '../../scripts/vsix.ts';
import { readYaml, type Yaml } from '../harness/yaml.ts';

// The templates of docs/ci in a repository of somebody: their commands are run as they are written, with the packaged extension.

const absent = ['bash', 'git', 'unzip', 'xargs'].find((tool) => !onPath(tool));

interface Step {
  readonly name: string;
  readonly status: number;
  readonly output: string;
}

/** What a runner of a CI server has before the first step. */
interface Runner {
  readonly env: Readonly<Record<string, string>>;
  readonly shell: readonly string[];
}

const template = (name: string): string => readFileSync(join(root, 'docs', 'ci', name), 'utf8');

const at = (value: Yaml | undefined, ...path: readonly string[]): Yaml => {
  let found: Yaml | undefined = value;
  for (const key of path) found = (found as Record<string, Yaml> | undefined)?.[key];
  if (found === undefined) throw new Error(`the template has no ${path.join('.')}`);
  return found;
};

const list = (value: Yaml): readonly Yaml[] => value as readonly Yaml[];

describe.skipIf(absent)('the CI kit', { timeout: 120_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'millrace-ci-'));
  const repository = join(work, 'repository');
  const tools = join(work, 'tools');
  let vsix = '';

  beforeAll(async () => {
    await run(process.execPath, ['scripts/build.ts', '--production', '--quiet'], { cwd: root });
    vsix = packVsix();
    mkdirSync(tools);
    // A machine of ours is not changed by a test: unzip is there.
    writeFileSync(join(tools, 'apt-get'), '#!/bin/sh\nexit 0\n');
    chmodSync(join(tools, 'apt-get'), 0o755);
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  beforeEach(() => {
    rmSync(repository, { recursive: true, force: true });
    mkdirSync(join(repository, 'ci'), { recursive: true });
    cpSync(join(root, 'examples', 'tests'), join(repository, 'sql'), { recursive: true });
    cpSync(vsix, join(repository, 'ci', 'millrace.vsix'));
    cpSync(join(root, 'docs/ci/millrace-problems.json'), join(repository, 'ci', 'millrace-problems.json'));
    shell({ env: {}, shell: ['sh', '-e'] }, 'git init -q .\ngit add .');
  });

  const shell = ({ env, shell: [command = 'sh', ...args] }: Runner, script: string): Omit<Step, 'name'> => {
    const PATH = [tools, dirname(process.execPath), process.env.PATH].join(delimiter);
    const options = {
      cwd: repository,
      env: { ...process.env, ...env, PATH },
      encoding: 'utf8',
      timeout: 60_000,
    } as const;
    const { status, stdout, stderr, error } = spawnSync(command, [...args, '-c', script], options);
    if (status === null) throw error ?? new Error(`${script} was ended`);
    return { status, output: `${stdout}${stderr}` };
  };
  const edit = (file: string, change: (text: string) => string): void => {
    const path = join(repository, file);
    const text = change(readFileSync(path, 'utf8'));
    writeFileSync(path, text);
    shell({ env: {}, shell: ['sh', '-e'] }, 'git add .');
  };

  /** The steps of a job of GitHub's, until one fails; those for a share of the tests alone. */
  const github = (shard: string): Step[] => {
    const job = at(readYaml(template('github.yml')), 'jobs', 'sql');
    expect(list(at(job, 'strategy', 'matrix', 'shard'))).toContain(shard);
    const temporary = mkdtempSync(join(work, 'runner-'));
    const runner = { env: { RUNNER_TEMP: temporary }, shell: ['bash', '-e'] };
    const steps: Step[] = [];
    for (const step of list(at(job, 'steps')) as readonly Record<string, string>[]) {
      const wanted = /^matrix\.shard == (\d+)$/.exec(step.if ?? '')?.[1];
      if (step.run === undefined || (wanted !== undefined && wanted !== shard)) continue;
      const script = step.run.replaceAll(/\$\{\{ matrix\.shard \}\}/g, shard);
      expect(script).not.toMatch(/\$\{\{/);
      const done = { name: step.name ?? script, ...shell(runner, script) };
      steps.push(done);
      if (done.status !== 0) break;
    }
    return steps;
  };

  /** The lines of a job of GitLab's, in one shell; a share of a parallel job. */
  const gitlab = (job: string, share = { index: '1', of: '1' }): Omit<Step, 'name'> => {
    const jobs = readYaml(template('gitlab.yml'));
    const before = list(at(jobs, String(at(jobs, job, 'extends')), 'before_script'));
    const env = { CI_NODE_INDEX: share.index, CI_NODE_TOTAL: share.of };
    const script = [...before, ...list(at(jobs, job, 'script'))].join('\n');
    return shell({ env, shell: ['bash', '-eo', 'pipefail'] }, script);
  };

  /** The annotations that GitHub makes of an output. */
  const annotations = (output: string): Record<string, string | undefined>[] => {
    const { problemMatcher } = JSON.parse(template('millrace-problems.json')) as {
      problemMatcher: { severity?: string; pattern: ({ regexp: string } & Record<string, number>)[] }[];
    };
    const lines = output.split('\n');
    return problemMatcher.flatMap(({ severity, pattern }) =>
      lines.flatMap((_, first) => {
        const found: Record<string, string | undefined> = severity === undefined ? {} : { severity };
        for (const [i, { regexp, ...groups }] of pattern.entries()) {
          const match = new RegExp(regexp).exec(lines[first + i] ?? '');
          if (!match) return [];
          for (const [name, group] of Object.entries(groups)) found[name] = match[group];
        }
        return [found];
      }),
    );
  };

  const reported = (): string[] =>
    [...readFileSync(join(repository, 'report.xml'), 'utf8').matchAll(/<testcase name="([^"]*)"/g)].map(
      (match) => match[1] ?? '',
    );
  const allTests = readdirSync(join(root, 'examples', 'tests')).flatMap((name) =>
    [...readFileSync(join(root, 'examples', 'tests', name), 'utf8').matchAll(/^-- @test (.*)$/gm)].map(
      (match) => match[1] ?? '',
    ),
  );
  const failed = (steps: readonly Step[]): Step | undefined => steps.find(({ status }) => status !== 0);

  describe('on GitHub', () => {
    it('is green where nothing is wrong, each test in one share', () => {
      const names: string[] = [];
      for (const shard of ['1', '2']) {
        const steps = github(shard);
        expect(failed(steps)).toBeUndefined();
        expect(steps.filter(({ name }) => name === 'Test')).toHaveLength(1);
        const matchers = steps.find(({ name }) => name.includes('add-matcher'))?.output ?? '';
        const file = /^::add-matcher::(.*)$/m.exec(matchers)?.[1] ?? '';
        expect(readFileSync(join(repository, file), 'utf8')).toBe(template('millrace-problems.json'));
        names.push(...reported());
      }
      expect(names.sort()).toEqual(allTests.sort());
    });

    it('tells a file that is not formatted', () => {
      edit('sql/pipeline.sql', (text) => text.replace('SELECT window_start,', 'select   window_start,'));
      const { name, output } = failed(github('1')) ?? {};
      expect([name, output]).toEqual(['Format', 'sql/pipeline.sql\n']);
      expect(failed(github('2'))).toBeUndefined();
    });

    it('tells a mistake, as an annotation', () => {
      edit('sql/pipeline.sql', (text) => text.replace('u.country', 'u.contry').replace('country, SUM', 'contry, SUM'));
      const { name, output = '' } = failed(github('1')) ?? {};
      expect(name).toBe('Check');
      const line = readFileSync(join(repository, 'sql/pipeline.sql'), 'utf8')
        .split('\n')
        .findIndex((each) => each.includes('contry, SUM'));
      expect(annotations(output)).toEqual([
        {
          file: 'sql/pipeline.sql',
          line: String(line + 1),
          column: '22',
          severity: 'error',
          message: expect.stringContaining("Column 'contry' not found"),
        },
      ]);
    });

    it('tells a test that fails, as an annotation and in the report', () => {
      edit('sql/clicks.test.sql', (text) => text.replace('| ann       | 2      |', '| ann       | 3      |'));
      const steps = ['1', '2'].map((shard) => {
        const step = failed(github(shard));
        return step && { ...step, report: readFileSync(join(repository, 'report.xml'), 'utf8') };
      });
      const [{ name, output, report } = { name: '', output: '', report: '' }] = steps.filter((each) => each);
      expect(steps.filter((each) => each)).toHaveLength(1);
      expect(name).toBe('Test');
      const line = readFileSync(join(repository, 'sql/clicks.test.sql'), 'utf8')
        .split('\n')
        .findIndex((each) => each.startsWith('-- @then'));
      const found = annotations(output);
      expect(found).toEqual([
        {
          file: 'sql/clicks.test.sql',
          line: String(line + 1),
          column: '1',
          severity: 'error',
          message: '1 row missing, 1 row not expected.',
        },
      ]);
      expect(report).toContain('failures="1"');
      expect(report).toContain('<failure message="1 row missing, 1 row not expected.">');
    });
  });

  describe('on GitLab', () => {
    it('is green where nothing is wrong, each test in one share', () => {
      const checked = gitlab('sql-check');
      expect([checked.status, annotations(checked.output)]).toEqual([0, []]);
      const names: string[] = [];
      for (const index of ['1', '2']) {
        rmSync(join(repository, '.millrace-ci'), { recursive: true, force: true });
        const { status, output } = gitlab('sql-test', { index, of: '2' });
        expect([status, output]).toEqual([0, expect.stringMatching(/^\d+ passed, 0 failed/)]);
        names.push(...reported());
      }
      expect(names.sort()).toEqual(allTests.sort());
    });

    it.each([
      ['sql-check', 'sql/pipeline.sql', 'SELECT window_start,', 'select   window_start,', 'sql/pipeline.sql\n'],
      ['sql-check', 'sql/pipeline.sql', 'JOIN users AS u', 'JOIN useres AS u', "Object 'useres' not found"],
      ['sql-test', 'sql/clicks.test.sql', '| ann       | 2      |', '| ann       | 3      |', '1 row missing'],
    ])('%s fails for a mistake in %s: %s', (job, file, from, to, said) => {
      edit(file, (text) => text.replace(from, to));
      const { status, output } = gitlab(job);
      expect(status).not.toBe(0);
      expect(output).toContain(said);
    });

    it('a repository that has tests alone has nothing to check', () => {
      edit('sql/pipeline.sql', () => '');
      rmSync(join(repository, 'sql'), { recursive: true });
      edit('ci/millrace-problems.json', (text) => text);
      expect(gitlab('sql-check')).toEqual({ status: 0, output: '' });
    });
  });

  describe('before a commit', () => {
    interface Hook {
      readonly id: string;
      readonly language: string;
      readonly entry: string;
      readonly files: string;
      readonly exclude?: string;
      readonly pass_filenames?: string;
    }
    const hooks = (): Hook[] =>
      (list(at(readYaml(template('pre-commit.yaml')), 'repos')) as readonly Yaml[]).flatMap(
        (repo) => list(at(repo, 'hooks')) as unknown as Hook[],
      );

    /** The hooks that fail, or change files, with what they say; over the files of the index, as pre-commit gives them. */
    const commit = (): Step[] => {
      shell(
        { env: {}, shell: ['sh', '-e'] },
        `unzip -q ci/millrace.vsix 'extension/dist/*' -d '${work}/installed' -x '*.map'`,
      );
      const runner = { env: { MILLRACE: `node ${work}/installed/extension/dist/cli.cjs` }, shell: ['sh'] };
      const staged = shell(runner, 'git diff --cached --name-only').output.trim().split('\n');
      const steps = hooks().flatMap(({ id, language, entry, files, exclude, pass_filenames = 'true' }): Step[] => {
        expect(language).toBe('system');
        const own = staged.filter(
          (file) => new RegExp(files).test(file) && !(exclude && new RegExp(exclude).test(file)),
        );
        if (own.length === 0) return [];
        const names = pass_filenames === 'false' ? [] : own.map((file) => `'${file}'`);
        const { status, output } = shell(runner, [entry, ...names].join(' '));
        const changed = shell(runner, 'git diff --name-only').output;
        return [{ name: id, status: status === 0 && changed !== '' ? 1 : status, output: output + changed }];
      });
      rmSync(join(work, 'installed'), { recursive: true });
      return steps;
    };

    it('all hooks run, and find nothing', () => {
      expect(commit().map(({ name, status }) => [name, status])).toEqual([
        ['millrace-fmt', 0],
        ['millrace-check', 0],
        ['millrace-test', 0],
      ]);
    });

    it('files are formatted', () => {
      edit('sql/pipeline.sql', (text) => text.replace('SELECT window_start,', 'select   window_start,'));
      const { name, output } = failed(commit()) ?? {};
      expect(name).toBe('millrace-fmt');
      expect(output).toContain('sql/pipeline.sql');
    });

    it.each([
      ['millrace-check', 'sql/pipeline.sql', 'JOIN users AS u', 'JOIN useres AS u', "Object 'useres' not found"],
      ['millrace-test', 'sql/clicks.test.sql', '| ann       | 2      |', '| ann       | 3      |', '1 row missing'],
    ])('%s holds a commit up', (hook, file, from, to, said) => {
      edit(file, (text) => text.replace(from, to));
      const { name, output } = failed(commit()) ?? {};
      expect(name).toBe(hook);
      expect(output).toContain(said);
    });

    it('a machine without the command says so', () => {
      const [first] = hooks();
      const { status, output } = shell({ env: { MILLRACE: '' }, shell: ['sh'] }, first?.entry ?? '');
      expect(status).not.toBe(0);
      expect(output).toContain('MILLRACE: names the command');
    });
  });
});
