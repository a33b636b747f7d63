import type { RexCall } from '../../flink-sql/plan/rex.ts';
import { asSummaryString } from '../../flink-sql/types/print.ts';
import { FlinkFault } from '../errors.ts';
import { collectionFunctions } from './collection.ts';
import { conditionalFunctions } from './conditional.ts';
import type { FunctionImpl, FunctionTable } from './impl.ts';
import { jsonFunctions } from './json.ts';
import { numericFunctions } from './numeric.ts';
import { regexFunctions } from './regex.ts';
import { stringFunctions } from './string.ts';
import { temporalFunctions } from './temporal.ts';
import { urlAndHashFunctions } from './url-and-hash.ts';

const tables: readonly FunctionTable[] = [
  numericFunctions,
  conditionalFunctions,
  stringFunctions,
  regexFunctions,
  urlAndHashFunctions,
  temporalFunctions,
  collectionFunctions,
  jsonFunctions,
];

const byId = new Map<string, FunctionImpl>();
for (const table of tables) for (const [id, impl] of Object.entries(table)) byId.set(id, impl);

/** The validator takes CURRENT_TIMESTAMP(3) and the like, the code generator has no such calls. */
const PRECISE: ReadonlySet<string> = new Set(['CURRENT_TIMESTAMP', 'LOCALTIMESTAMP', 'LOCALTIME', 'NOW']);

/** The implementation of a call that is no operator; throws Flink's "Unsupported call" where there is none. */
export function functionOf(rex: RexCall): FunctionImpl {
  const impl = byId.get(rex.fn);
  if (impl && !(PRECISE.has(rex.fn) && rex.operands.length > 0)) return impl;
  const types = rex.operands.map((operand) => asSummaryString(operand.type)).join(', ');
  throw new FlinkFault(
    'CodeGenException',
    `Unsupported call: ${rex.fn}(${types})\nIf you think this function should be supported, you can create an issue and start a discussion for it.`,
  );
}

/** Ids of all functions that the runtime can evaluate. */
export const implementedFunctions = (): string[] => [...byId.keys()];

/** Does the function answer the same each time it is asked? Operators do. */
export const isDeterministic = (fn: string): boolean => byId.get(fn)?.deterministic ?? true;
