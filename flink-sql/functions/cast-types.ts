import { type LogicalType, types } from '../types/logical-type.ts';

/** Targets that a parameter may name after its family and a colon. */
export const castTypes: Readonly<Record<string, LogicalType>> = {
  INT: types.int(),
  BIGINT: types.bigint(),
  DOUBLE: types.double(),
  STRING: types.string(),
};
