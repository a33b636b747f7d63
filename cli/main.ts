import { UsageError } from './usage.ts';
import { VERSION } from './version.ts';

const HELP = `Usage: millrace COMMAND [OPTIONS]

  millrace run FILE [--jsonl] [--url URL] [--env NAME] [--param NAME=VALUE]... [--preview]
                                              run the statements of a SQL file or notebook, print results live
  millrace check FILE... [--jsonl] [--env NAME] [--param NAME=VALUE]...
                                              report mistakes without running anything
  millrace test [PATH...] [--filter PATTERN | --name NAME...] [--update] [--watch] [--junit FILE] [--shard I/N] [--coverage] [--env NAME] [--json]
                                              run the tests in *.test.sql files; on a cluster with --gateway URL or --connection NAME
                                              [--rows-dir DIRECTORY that the cluster sees, too]
  millrace fmt FILE... [--check]              format files in place; --check only names those that would change
  millrace gateway [--port N] [--host ADDRESS] [--no-token]
                                              serve the Flink SQL Gateway REST API on this machine

  millrace deploy FILE [--dry-run] [--upgrade] [DEPLOY OPTIONS]
                                              run its INSERTs as one job on a cluster; wait until it runs and has a checkpoint
  millrace jobs [--all]                       jobs of a cluster
  millrace savepoint JOB [--dir DIRECTORY] [--format canonical|native]
  millrace stop JOB [--dir DIRECTORY] [--drain] [--or-cancel | --cancel]
                                              end a job with a savepoint; --cancel without one, --or-cancel where it fails

  millrace cluster start [--flink VERSION [--docker] | --home DIRECTORY | --image IMAGE] [--name NAME] [--slots N] [--memory MB] [--connector NAME|G:A:V]...
  millrace cluster list | stop NAME           Flink session clusters of this machine

  millrace udf new NAME [--language java|python] [--kind scalar|table|aggregate|async|process] [--package NAME] [--flink VERSION] [--dir DIRECTORY]
                                              a project with a user-defined function and a test of it
  millrace udf build | test [FOLDER]          by Maven or Python; mistakes as file:line:column
  millrace udf list PATH... [--json]          the functions in jars and folders, with their signatures
  millrace udf run PATH [--class NAME] --row JSON... [--set KEY=VALUE...]
  millrace udf register PATH [--class NAME] [--name SQL_NAME] [--in CATALOG.DATABASE] [--temporary | --url URL]
                                              print CREATE FUNCTION, or run it on a gateway

  --jsonl      one JSON object a line instead of tables
  --url URL    a Flink SQL Gateway to run on, instead of the local runtime; MILLRACE_TOKEN is sent as bearer token
  --preview    INSERTs touch no sink: the rows are shown as they would be written
  --env NAME   an environment of millrace.json, which maps hosts, table options and variables; default: the one it chooses
  --param NAME=VALUE
               a value for a parameter of the text, which a line names: -- @param NAME TYPE DEFAULT
  --port N     default 8083; 0 takes a free one
  --no-token   serve clients that cannot send a bearer token; else it is MILLRACE_TOKEN, or a new one that is printed
  --update     of test: writes the rows that came in the place of those expected
  --json       of deploy, jobs, savepoint, stop: one JSON value instead of text; of test: one object a test
  --gateway URL, --jobmanager URL, --connection NAME
               the cluster (of the workspace's settings); MILLRACE_TOKEN, or MILLRACE_USER and MILLRACE_PASSWORD are sent
  --help, --version

Deploy options: --name NAME, --env NAME, --param NAME=VALUE, --parallelism N, --checkpoints INTERVAL, --restart none|exponential-delay|fixed-delay:N:DELAY,
  --set KEY=VALUE, --from SAVEPOINT, --allow-non-restored, --timeout SECONDS; with --upgrade the job that runs under the name is
  stopped with a savepoint (--savepoint-dir DIRECTORY) and the new text goes on from there; --or-rollback starts the version before
  again when that fails, as --rollback NAME does later; --new pays no heed to a job that the record says runs elsewhere. What runs where is kept in .millrace/deployments. JOB is an id, a name, or
  the name of a deployment.

FILE may be - for standard input. Exit status: 0 done, 1 a statement failed or a check found something, 2 wrong usage.
`;

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === '--version' || command === '-v') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  if (command === '--help' || command === '-h' || command === 'help' || rest.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  switch (command) {
    case 'run':
      return (await import('./run.ts')).run(rest);
    case 'check':
      return (await import('./check.ts')).check(rest);
    case 'fmt':
      return (await import('./fmt.ts')).fmt(rest);
    case 'test':
      return (await import('./test.ts')).test(rest);
    case 'gateway':
      return (await import('./gateway.ts')).gateway(rest);
    case 'deploy':
      return (await import('./deploy.ts')).deploy(rest);
    case 'jobs':
      return (await import('./job-verbs.ts')).jobs(rest);
    case 'savepoint':
      return (await import('./job-verbs.ts')).savepoint(rest);
    case 'stop':
      return (await import('./job-verbs.ts')).stop(rest);
    case 'udf':
      return (await import('./udf.ts')).udf(rest);
    case 'cluster':
      return (await import('./cluster.ts')).cluster(rest);
    case undefined:
      process.stderr.write(HELP);
      return 2;
    default:
      process.stderr.write(`millrace: unknown command '${command}'; see millrace --help\n`);
      return 2;
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    // Not exit(): what is still on its way to a pipe would be lost.
    process.exitCode = status;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`millrace: ${message}\n`);
    process.exitCode = isUsage(error) ? 2 : 1;
  },
);

function isUsage(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_PARSE_ARGS');
}
