import { type JobOptions, RESTART_STRATEGIES, type RestartOptions } from '../deployment/index.ts';
import { paramOption } from './parameters.ts';
import { serverOptions } from './servers.ts';
import { UsageError } from './usage.ts';

/** Options of `millrace deploy`, for parseArgs. */
export const deployOptions = {
  ...serverOptions,
  env: { type: 'string' },
  name: { type: 'string' },
  parallelism: { type: 'string' },
  checkpoints: { type: 'string' },
  restart: { type: 'string' },
  from: { type: 'string' },
  'allow-non-restored': { type: 'boolean', default: false },
  set: { type: 'string', multiple: true, default: [] as string[] },
  upgrade: { type: 'boolean', default: false },
  new: { type: 'boolean', default: false },
  'savepoint-dir': { type: 'string' },
  'or-rollback': { type: 'boolean', default: false },
  rollback: { type: 'string' },
  timeout: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  ...paramOption,
} as const;

interface Given {
  readonly parallelism?: string | undefined;
  readonly checkpoints?: string | undefined;
  readonly restart?: string | undefined;
  readonly from?: string | undefined;
  readonly upgrade: boolean;
  readonly new: boolean;
  readonly timeout?: string | undefined;
  readonly 'allow-non-restored': boolean;
  readonly set: readonly string[];
}

/** How the job is to run, as the command line says. Throws UsageError. */
export function jobOptions(values: Given, name: string): JobOptions {
  if (values.upgrade && values.new) throw new UsageError('--upgrade or --new, not both');
  if (values.upgrade && values.from !== undefined) {
    throw new UsageError('--upgrade starts from the savepoint that it takes: it does not go with --from');
  }
  if (values.timeout !== undefined && !(Number(values.timeout) > 0)) {
    throw new UsageError(`--timeout ${values.timeout}: not a number of seconds`);
  }
  return {
    name,
    ...(values.parallelism === undefined ? {} : { parallelism: Number(values.parallelism) }),
    ...(values.checkpoints === undefined ? {} : { checkpointInterval: values.checkpoints }),
    ...(values.restart === undefined ? {} : { restart: restartOf(values.restart) }),
    ...(values.from === undefined ? {} : { startFrom: values.from }),
    ...(values['allow-non-restored'] ? { allowNonRestoredState: true } : {}),
    ...(values.set.length === 0 ? {} : { settings: Object.fromEntries(values.set.map(setting)) }),
  };
}

/** `none`, `exponential-delay`, `fixed-delay:3:10 s`. */
function restartOf(text: string): RestartOptions {
  const [strategy = '', attempts, delay] = text.split(':');
  const known = RESTART_STRATEGIES.find((each) => each === strategy);
  if (!known) throw new UsageError(`--restart ${text}: not one of ${RESTART_STRATEGIES.join(', ')}`);
  if (attempts !== undefined && known !== 'fixed-delay')
    throw new UsageError(`--restart ${text}: only fixed-delay has numbers`);
  return {
    strategy: known,
    ...(attempts === undefined ? {} : { attempts: Number(attempts) }),
    ...(delay === undefined ? {} : { delay }),
  };
}

function setting(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--set ${text}: it should be KEY=VALUE`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
