import { aggregateFunctions } from './aggregates.ts';
import type { FunctionDefinition } from './define.ts';
import { arithmeticFunctions } from './scalar-arithmetic.ts';
import { otherFunctions } from './scalar-other.ts';
import { stringFunctions } from './scalar-string.ts';
import { temporalFunctions } from './scalar-temporal.ts';
import { tableFunctions } from './table-functions.ts';

export type { FunctionDefinition, Parameter, Signature } from './define.ts';
export { listedFunctionNames } from './listed-names.ts';

/** Every built-in function that SQL can call by name. */
export const builtInFunctions: readonly FunctionDefinition[] = [
  ...arithmeticFunctions,
  ...stringFunctions,
  ...temporalFunctions,
  ...otherFunctions,
  ...aggregateFunctions,
  ...tableFunctions,
];

const byName = new Map<string, FunctionDefinition>();
for (const definition of builtInFunctions) for (const name of definition.names) byName.set(name, definition);

/** A built-in function by its SQL name, in any case. */
export const findBuiltIn = (name: string): FunctionDefinition | undefined => byName.get(name.toUpperCase());
