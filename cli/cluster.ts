import { parseArgs } from 'node:util';
import { FLINK_VERSIONS, flinkVersion, type LocalCluster, LocalClusters, ROLES } from '../clusters/index.ts';
import { abortOnSignal } from './interrupt.ts';
import { UsageError } from './usage.ts';

const DEFAULTS = { slots: '4', memory: '512' };

/** `millrace cluster start|stop|list`: Flink session clusters of this machine. They go on when the command has ended. */
export async function cluster(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'start':
      return start(rest);
    case 'stop':
      return stop(rest);
    case 'list':
      return list(rest);
    default:
      throw new UsageError('cluster start, cluster stop NAME or cluster list; see millrace --help');
  }
}

async function start(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      name: { type: 'string' },
      flink: { type: 'string' },
      home: { type: 'string' },
      slots: { type: 'string', default: DEFAULTS.slots },
      memory: { type: 'string', default: DEFAULTS.memory },
      connector: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.home !== undefined && values.flink !== undefined) throw new UsageError('--flink or --home, not both');
  const version = values.flink ?? FLINK_VERSIONS[0]?.version ?? '';
  const flink = values.home === undefined ? { version } : { home: values.home };
  const name =
    values.name ?? `flink-${values.home === undefined ? (flinkVersion(version)?.version ?? version) : 'own'}`;
  const { signal, release } = abortOnSignal();
  try {
    const started = await new LocalClusters().start({
      name,
      flink,
      slots: Number(values.slots),
      memoryMb: Number(values.memory),
      connectors: values.connector.flatMap((one) => artifactsOf(one, values.home === undefined ? version : undefined)),
      cwd: process.cwd(),
      progress: (text) => process.stderr.write(`${text}\n`),
      signal,
    });
    process.stdout.write(values.json ? `${JSON.stringify(told(started))}\n` : text(started));
    return 0;
  } finally {
    release();
  }
}

/** A connector by its name, or a jar by its coordinate. */
function artifactsOf(one: string, version: string | undefined): readonly string[] {
  if (one.includes(':')) return [one];
  const pinned = version === undefined ? undefined : flinkVersion(version);
  const found = pinned?.connectors.find(({ id }) => id === one);
  if (found) return found.artifacts;
  const known = pinned?.connectors.map(({ id }) => id).join(', ') ?? 'none by name with --home';
  throw new UsageError(`--connector ${one}: neither group:artifact:version nor one of ${known}`);
}

async function stop(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0)
    throw new UsageError('cluster stop takes one NAME; see millrace cluster list');
  await new LocalClusters().stop(name);
  process.stdout.write(`${name} has stopped.\n`);
  return 0;
}

function list(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const clusters = new LocalClusters();
  const all = clusters.list();
  if (values.json) {
    process.stdout.write(`${JSON.stringify(all.map((one) => ({ ...told(one), alive: clusters.alive(one) })))}\n`);
    return 0;
  }
  if (all.length === 0) process.stdout.write('No cluster runs.\n');
  for (const one of all) {
    const alive = clusters.alive(one);
    const dead = ROLES.filter((role) => !alive[role]);
    process.stdout.write(text(one) + (dead.length === 0 ? '' : `  not running: ${dead.join(', ')}\n`));
  }
  return 0;
}

function told({
  name,
  version,
  gatewayUrl,
  jobManagerUrl,
  slots,
  memoryMb,
  connectors,
  started,
  folder,
}: LocalCluster) {
  return {
    name,
    version,
    gateway: gatewayUrl,
    jobManager: jobManagerUrl,
    slots,
    memoryMb,
    connectors,
    started,
    folder,
  };
}

function text({ name, version, gatewayUrl, jobManagerUrl, slots, folder }: LocalCluster): string {
  return `${name}: Flink ${version}, ${slots} slots\n  SQL Gateway  ${gatewayUrl}\n  JobManager   ${jobManagerUrl}\n  logs         ${folder}/log\n`;
}
