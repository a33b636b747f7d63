import { parseArgs } from 'node:util';
import {
  FLINK_VERSIONS,
  type FlinkSource,
  flinkVersion,
  type LocalCluster,
  LocalClusters,
  ROLES,
  type Role,
} from '../clusters/index.ts';
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
      docker: { type: 'boolean', default: false },
      image: { type: 'string' },
      slots: { type: 'string', default: DEFAULTS.slots },
      memory: { type: 'string', default: DEFAULTS.memory },
      connector: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const { home, image } = values;
  const own = home !== undefined || image !== undefined;
  if ([home, image, values.flink].filter((value) => value !== undefined).length > 1) {
    throw new UsageError('one of --flink, --home and --image');
  }
  if (home !== undefined && values.docker)
    throw new UsageError('--home is a folder of this machine: no --docker with it');
  const version = values.flink ?? FLINK_VERSIONS[0]?.version ?? '';
  const flink = sourceOf({ home, image, version, docker: values.docker });
  const name = values.name ?? `flink-${own ? 'own' : (flinkVersion(version)?.version ?? version)}`;
  const { signal, release } = abortOnSignal();
  try {
    const started = await new LocalClusters().start({
      name,
      flink,
      slots: Number(values.slots),
      memoryMb: Number(values.memory),
      connectors: values.connector.flatMap((one) => artifactsOf(one, own ? undefined : version)),
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

interface Wanted {
  readonly home: string | undefined;
  readonly image: string | undefined;
  readonly version: string;
  readonly docker: boolean;
}

function sourceOf({ home, image, version, docker }: Wanted): FlinkSource {
  if (home !== undefined) return { home };
  if (image !== undefined) return { image };
  const pinned = flinkVersion(version);
  return docker && pinned ? { image: pinned.image } : { version };
}

/** A connector by its name, or a jar by its coordinate. */
function artifactsOf(one: string, version: string | undefined): readonly string[] {
  if (one.includes(':')) return [one];
  const pinned = version === undefined ? undefined : flinkVersion(version);
  const found = pinned?.connectors.find(({ id }) => id === one);
  if (found) return found.artifacts;
  const known = pinned?.connectors.map(({ id }) => id).join(', ') ?? 'none by name with --home or --image';
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

async function list(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const clusters = new LocalClusters();
  const all = await Promise.all(
    clusters.list().map(async (one) => {
      // Docker may not answer; the others are listed all the same.
      const state = await clusters.alive(one).then(
        (alive) => ({ alive }),
        (error: unknown) => ({ unknown: error instanceof Error ? error.message : String(error) }),
      );
      return { one, ...state };
    }),
  );
  if (values.json) {
    process.stdout.write(`${JSON.stringify(all.map(({ one, ...state }) => ({ ...told(one), ...state })))}\n`);
    return 0;
  }
  if (all.length === 0) process.stdout.write('No cluster runs.\n');
  for (const { one, ...state } of all) process.stdout.write(text(one) + stateText(state));
  return 0;
}

type State = { readonly alive: Readonly<Record<Role, boolean>> } | { readonly unknown: string };

function stateText(state: State): string {
  if ('unknown' in state) return `  not known whether it runs: ${state.unknown}\n`;
  const dead = ROLES.filter((role) => !state.alive[role]);
  return dead.length === 0 ? '' : `  not running: ${dead.join(', ')}\n`;
}

function told(cluster: LocalCluster) {
  const { name, version, gatewayUrl, jobManagerUrl, slots, memoryMb, connectors, started, folder } = cluster;
  const image = 'containers' in cluster ? { image: cluster.containers.image } : {};
  return {
    ...image,
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

function text(cluster: LocalCluster): string {
  const { name, version, gatewayUrl, jobManagerUrl, slots, folder } = cluster;
  const where = 'containers' in cluster ? `, in Docker (${cluster.containers.image})` : '';
  return `${name}: Flink ${version}, ${slots} slots${where}\n  SQL Gateway  ${gatewayUrl}\n  JobManager   ${jobManagerUrl}\n  logs         ${folder}/log\n`;
}
