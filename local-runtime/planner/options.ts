import { validation } from '../errors.ts';
import { OPTION_EFFECTS } from './option-effects.ts';

/**
 * Refuses, by name, options that would change a job's answers and that this runtime does not carry out; those that would change no more
 * than the changes on the way are told by `notice`. Nothing is ignored silently.
 */
export function refuseUnsupported(options: Readonly<Record<string, string>>, notice: (text: string) => void): void {
  for (const [name, value] of Object.entries(options)) {
    const effect = OPTION_EFFECTS[name];
    if (effect === 'told' && value.trim().toLowerCase() === 'true') {
      notice(
        `'${name}' has no effect on the local runtime: the changes on the way to a result may differ from Flink's.`,
      );
    }
    if (!Array.isArray(effect) || effect.includes(value.trim().toLowerCase())) continue;
    throw validation(
      `The local runtime does not support '${name}' = '${value}' yet. Reset the option or run on a Flink cluster.`,
    );
  }
}
