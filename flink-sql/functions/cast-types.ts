import { type LogicalType, types } from '../types/logical-type.ts';

/** Targets that a parameter's `>` may name. */
export const castTypes: Readonly<Record<string, LogicalType>> = {
  INT: types.int(),
  BIGINT: types.bigint(),
  DOUBLE: types.double(),
  STRING: types.string(),
};
