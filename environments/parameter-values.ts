import type { VariableLookup } from './expand.ts';
import { type Parameter, parameterFault, readParameters } from './parameters.ts';

/** Values of a text's parameters: what the person has chosen counts before the environment, what the text says after it. */
export interface ParameterValues {
  readonly chosen: ReadonlyMap<string, string>;
  readonly fallbacks: ReadonlyMap<string, string>;
}

export const noParameters: ParameterValues = { chosen: new Map(), fallbacks: new Map() };

/** What is wrong with a text's parameters, with its place in the text. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
  readonly range: { readonly start: number; readonly end: number };

  constructor(message: string, { start, end }: { readonly start: number; readonly end: number }) {
    super(message);
    this.range = { start, end };
  }
}

/**
 * Values for running a text whose parameters a person has given `chosen` values, by name; those of other names are left out. Throws
 * ParameterError where one does not fit its parameter, or a directive says nothing.
 */
export function parameterValues(text: string, chosen: Readonly<Record<string, string>> = {}): ParameterValues {
  const { parameters, problems } = readParameters(text);
  const [problem] = problems;
  if (problem) throw new ParameterError(problem.message, problem);
  for (const parameter of parameters) {
    const own = chosenFor(parameter, chosen);
    const fault = own === undefined ? undefined : parameterFault(parameter, own);
    if (fault !== undefined) throw new ParameterError(fault, parameter);
  }
  return valuesOf(parameters, chosen);
}

/** The same for parameters that are known to be right. */
export function valuesOf(
  parameters: readonly Parameter[],
  chosen: Readonly<Record<string, string>> = {},
): ParameterValues {
  const values = { chosen: new Map<string, string>(), fallbacks: new Map<string, string>() };
  for (const parameter of parameters) {
    const own = chosenFor(parameter, chosen);
    if (own !== undefined) values.chosen.set(parameter.name, own);
    else if (parameter.fallback !== undefined) values.fallbacks.set(parameter.name, parameter.fallback);
  }
  return values;
}

/** Where a variable's value comes from, the text's parameters among them. */
export function withParameters(outside: VariableLookup, { chosen, fallbacks }: ParameterValues): VariableLookup {
  return (name) => {
    const own = chosen.get(name);
    if (own !== undefined) return { value: own, secret: false };
    const fallback = fallbacks.get(name);
    return outside(name) ?? (fallback === undefined ? undefined : { value: fallback, secret: false });
  };
}

function chosenFor({ name }: Parameter, chosen: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(chosen, name) ? chosen[name] : undefined;
}
