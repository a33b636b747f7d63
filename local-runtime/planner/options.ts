import { validation } from '../errors.ts';

/** Refuses, by name, options that would change a job's answers and that this runtime does not carry out; nothing is ignored silently. */
export function refuseUnsupported(options: Readonly<Record<string, string>>): void {
  if (options['table.exec.mini-batch.enabled']?.toLowerCase() === 'true')
    refuse('table.exec.mini-batch.enabled', 'true');
}

function refuse(name: string, value: string): never {
  throw validation(
    `The local runtime does not support '${name}' = '${value}' yet. Reset the option or run on a Flink cluster.`,
  );
}
