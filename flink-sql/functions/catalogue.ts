import { aggregateFunctions } from './aggregates.ts';
import type { FunctionDefinition } from './define.ts';
import { listedNameIds } from './listed-names.ts';
import { arithmeticFunctions } from './scalar-arithmetic.ts';
import { otherFunctions } from './scalar-other.ts';
import { stringFunctions } from './scalar-string.ts';
import { temporalFunctions } from './scalar-temporal.ts';
import { tableFunctions } from './table-functions.ts';

export type { FunctionDefinition, Parameter, Signature } from './define.ts';
export { listedFunctionNames, tableApiNames } from './listed-names.ts';

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
export const findBuiltIn = (name: string): FunctionDefinition | undefined =>
  byName.get(name) ?? byName.get(name.toUpperCase());

/** The plan id (`RexCall.fn`) behind a name of SHOW FUNCTIONS; undefined for names that SQL cannot call. */
export const idOfListedName = (name: string): string | undefined => listedNameIds[name] ?? findBuiltIn(name)?.id;
