import type { JobOptions } from '../../deployment/index.ts';
import type { DeployChoices } from '../../webviews/deploy/messages.ts';

/** The form's fields as options of the job; what is empty is left out. */
export function optionsOf(choices: DeployChoices, upgrade: boolean): JobOptions {
  const { name, parallelism, checkpoints, restart, attempts, delay, start, savepoint, allowNonRestored } = choices;
  const fixed = restart === 'fixed-delay';
  return {
    name: name.trim(),
    ...(parallelism.trim() === '' ? {} : { parallelism: Number(parallelism) }),
    ...(checkpoints.trim() === '' ? {} : { checkpointInterval: checkpoints.trim() }),
    ...(restart === ''
      ? {}
      : {
          restart: {
            strategy: restart,
            ...(fixed && attempts.trim() !== '' ? { attempts: Number(attempts) } : {}),
            ...(fixed && delay.trim() !== '' ? { delay: delay.trim() } : {}),
          },
        }),
    ...(upgrade || start === 'fresh' ? {} : { startFrom: savepoint.trim() }),
    ...(allowNonRestored && (upgrade || start === 'savepoint') ? { allowNonRestoredState: true } : {}),
  };
}

/** The form as a deployment was made last, for the next one of the name. */
export function choicesOf(
  name: string,
  connection: string,
  options: Omit<JobOptions, 'name' | 'startFrom'> = {},
  parameters: Readonly<Record<string, string>> = {},
): DeployChoices {
  const { parallelism, checkpointInterval, restart } = options;
  const strategy = restart?.strategy;
  return {
    connection,
    name,
    parallelism: parallelism === undefined ? '' : String(parallelism),
    checkpoints: checkpointInterval ?? '',
    restart: strategy === undefined || strategy === 'failure-rate' ? '' : strategy,
    attempts: restart?.attempts === undefined ? '' : String(restart.attempts),
    delay: restart?.delay ?? '',
    start: 'fresh',
    savepoint: '',
    allowNonRestored: options.allowNonRestoredState === true,
    savepointDirectory: '',
    parameters,
  };
}
