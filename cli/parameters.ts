import { ParameterError, type ParameterValues, parameterValues } from '../environments/parameter-values.ts';
import { readParameters } from '../environments/parameters.ts';
import { StatementError } from './session.ts';
import type { SqlSource } from './source.ts';
import { UsageError } from './usage.ts';

/** `--param NAME=VALUE`, for parseArgs. */
export const paramOption = { param: { type: 'string', multiple: true, default: [] as string[] } } as const;

/** Values by name of what `--param` gives. Throws UsageError. */
export function givenParameters(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text): [string, string] => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`--param ${text}: it should be NAME=VALUE`);
      return [text.slice(0, at).trim(), text.slice(at + 1)];
    }),
  );
}

/**
 * Values of a text's parameters. Throws UsageError where `given` is not theirs, and StatementError with its place where a directive of the
 * text says nothing.
 */
export function parametersOf({ text, file }: SqlSource, given: Readonly<Record<string, string>>): ParameterValues {
  const { parameters, problems } = readParameters(text);
  const [problem] = problems;
  if (problem) throw new StatementError(problem.message, problem);
  for (const name of Object.keys(given)) {
    if (parameters.some((parameter) => parameter.name === name)) continue;
    const known = parameters.map((parameter) => parameter.name).join(', ');
    throw new UsageError(
      `--param ${name}: ${file} has no such parameter${known ? `; it has ${known}` : `; a line names one: -- @param ${name} STRING`}`,
    );
  }
  try {
    return parameterValues(text, given);
  } catch (error) {
    if (error instanceof ParameterError) throw new UsageError(`--param: ${error.message}`);
    throw error;
  }
}
