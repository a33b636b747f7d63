// npm test: prepares what the suites need, runs them in order, and ends with one line over all: `N passed, N failed[, N skipped]`.
//   node scripts/test.ts [lint] [unit] [conformance] [integration] [workbench] [--update] [--no-build]
import { parseArgs } from 'node:util';
import { missingForDocker } from '../test/harness/docker.ts';
import { installFlink } from '../test/harness/flink.ts';
import { installKafka } from '../test/harness/kafka.ts';
import { installMariaDb } from '../test/harness/mariadb.ts';
import { installPostgres } from '../test/harness/postgres.ts';
import { installRegistry } from '../test/harness/registry.ts';
import { missingFor } from '../test/harness/services.ts';
import { installChromium, missingForWorkbench } from './chromium.ts';
import { installCodeServer } from './code-server.ts';
import { root } from './paths.ts';
import { CommandError, run } from './run.ts';
import { type Outcome, vitest } from './vitest.ts';

interface Suite {
  readonly name: string;
  /** Whole time, in minutes. */
  readonly limit: number;
  /** Why it cannot run here at all, in one line. */
  readonly missing?: () => string | undefined;
  /** Downloads, which need nothing that the suites before it make: they run while those do. */
  readonly prepare?: () => Promise<void>;
  readonly run: (suite: Suite) => Promise<Outcome>;
}

const suites: readonly Suite[] = [
  { name: 'lint', limit: 5, run: lint },
  { name: 'unit', limit: 20, run: tests },
  { name: 'conformance', limit: 15, run: tests },
  {
    name: 'integration',
    limit: 40,
    missing: () => missingFor('kafka'),
    prepare: async () => {
      await installKafka(note);
      const noRegistry = missingFor('registry');
      if (noRegistry) note(`integration: the tests against a schema registry are skipped: ${noRegistry}`);
      else await installRegistry(note);
      const missing = missingFor('flink');
      if (missing) note(`integration: the tests against a real Flink are skipped: ${missing}`);
      else {
        await installFlink(note);
        await installFlink(note, '1.20.3');
        const noDocker = missingForDocker();
        if (noDocker) note(`integration: the tests of clusters in Docker are skipped: ${noDocker}`);
      }
      for (const [server, install] of [
        ['postgres', installPostgres],
        ['mariadb', installMariaDb],
      ] as const) {
        const absent = missingFor(server);
        if (absent) note(`integration: the tests against ${server} are skipped: ${absent}`);
        else await install(note);
      }
    },
    run: tests,
  },
  {
    name: 'workbench',
    limit: 40,
    missing: missingForWorkbench,
    prepare: async () => {
      await installChromium(note);
      await installCodeServer(note);
    },
    run: tests,
  },
];

function note(text: string): void {
  process.stdout.write(`\n── ${text}\n`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { update: { type: 'boolean', default: false }, 'no-build': { type: 'boolean', default: false } },
  });
  const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `no suite is called ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}\n`,
    );
    return 2;
  }
  if (values.update) process.env.UPDATE = '1';
  const wanted = suites.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
  const summary: string[] = [];
  const add = (name: string, { passed, failed, skipped }: Outcome, seconds: number, why = '') => {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    summary.push(`${name}: ${counts({ passed, failed, skipped })} in ${seconds.toFixed(0)} s${why && ` (${why})`}`);
  };

  const built = values['no-build'] || (await build());
  if (!built) add('build', { passed: 0, failed: 1, skipped: 0 }, 0);

  const prepared = new Map<string, Promise<string | undefined>>();
  for (const { name, missing, prepare } of wanted) {
    if (prepare && !missing?.())
      prepared.set(
        name,
        prepare().then(() => undefined, explain),
      );
  }
  for (const suite of wanted) {
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    const missing = suite.missing?.();
    if (missing) {
      note(`${suite.name}: skipped: ${missing}`);
      add(suite.name, { passed: 0, failed: 0, skipped: 1 }, 0, `skipped: ${missing}`);
      continue;
    }
    const problem = await prepared.get(suite.name);
    if (problem) {
      note(`${suite.name}: what it needs could not be installed: ${problem}`);
      add(suite.name, { passed: 0, failed: 1, skipped: 0 }, seconds(), 'not installed');
      continue;
    }
    note(`${suite.name} …`);
    add(suite.name, await suite.run(suite), seconds());
  }
  note('summary');
  process.stdout.write(`${summary.join('\n')}\n\n${counts(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

function counts({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function build(): Promise<boolean> {
  note('build …');
  return command('build', process.execPath, ['scripts/build.ts', '--production'], 5);
}

/** Each tool counts as one test. */
async function lint(suite: Suite): Promise<Outcome> {
  const tools: [name: string, command: string, args: string[]][] = [
    [
      'biome',
      process.execPath,
      ['node_modules/@biomejs/biome/bin/biome', 'check', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.'],
    ],
    ['imports', process.execPath, ['scripts/check-imports.ts']],
    ['types', process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']],
    [
      'types of flink-sql, which knows no Node',
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', 'flink-sql'],
    ],
  ];
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, program, args] of tools) {
    const good = await command(name, program, args, suite.limit);
    outcome[good ? 'passed' : 'failed']++;
    process.stdout.write(`${good ? '✓' : '✗'} ${name}\n`);
  }
  return outcome;
}

async function tests({ name, limit }: Suite): Promise<Outcome> {
  return vitest(name, {
    again: process.env.CI !== undefined,
    note,
    run: (args) => command(name, process.execPath, args, limit),
  });
}

async function command(name: string, program: string, args: readonly string[], minutes: number): Promise<boolean> {
  try {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
    const env = { ...process.env, ...colour };
    await run(program, args, { cwd: root, env, show: true, timeoutMs: minutes * 60_000 });
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stdout.write(`✗ ${name}: ${error.message.split('\n')[0]}\n`);
    return false;
  }
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.exitCode = await main();
