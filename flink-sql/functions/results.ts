import { findCommonType } from '../types/common-type.ts';
import { withoutTimeAttribute } from '../types/compare.ts';
import { isBinary, isCharacter } from '../types/families.ts';
import { type LogicalType, MAX_LENGTH, types, withNullability } from '../types/logical-type.ts';
import type { CallTypes, ResultType } from './define.ts';

const anyNullable = (call: CallTypes): boolean => call.types.some((type) => type.nullable);

/** A fixed type, nullable if any argument is. */
export const returns =
  (type: LogicalType): ResultType =>
  (call) =>
    withNullability(type, anyNullable(call));

/** A fixed type that may always be NULL. */
export const nullable =
  (type: LogicalType): ResultType =>
  () =>
    withNullability(type, true);

/** A fixed type that is never NULL. */
export const notNull =
  (type: LogicalType): ResultType =>
  () =>
    withNullability(type, false);

/** The type of argument `i`, nullable if any argument is. */
export const argument =
  (i: number): ResultType =>
  (call) => {
    const type = call.types[i];
    return type && withNullability(withoutTimeAttribute(type), anyNullable(call));
  };

/** The type of argument `i` as it is, or forced to be nullable. */
export const exactArgument =
  (i: number, forceNullable = false): ResultType =>
  (call) => {
    const type = call.types[i];
    return type && withNullability(withoutTimeAttribute(type), forceNullable || type.nullable);
  };

/** Argument `i` with CHAR turned into VARCHAR of the same length. */
export const varyingArgument =
  (i: number, forceNullable = false): ResultType =>
  (call) => {
    const type = call.types[i];
    if (!type) return undefined;
    const isNullable = forceNullable || anyNullable(call);
    if (isCharacter(type)) return types.varchar(type.length, isNullable);
    return isBinary(type) ? types.varbinary(type.length, isNullable) : withNullability<LogicalType>(type, isNullable);
  };

/** Lengths added: CHAR only if all are CHAR (`||`). */
export const concatenation: ResultType = (call) => {
  const length = Math.min(
    MAX_LENGTH,
    call.types.reduce((sum, type) => sum + ('length' in type ? type.length : 0), 0),
  );
  const fixed = call.types.every((type) => type.root === 'CHAR' || type.root === 'BINARY');
  const binary = call.types.some(isBinary);
  const isNullable = anyNullable(call);
  if (binary) return fixed ? types.binary(length, isNullable) : types.varbinary(length, isNullable);
  return fixed ? types.char(length, isNullable) : types.varchar(length, isNullable);
};

/** The common type of the arguments from `start`, nullable if any of these is. */
export const commonType =
  (start = 0): ResultType =>
  (call) => {
    const common = findCommonType(call.types.slice(start));
    return common && withoutTimeAttribute(common);
  };

/** `result` made nullable. */
export const orNull =
  (result: ResultType): ResultType =>
  (call) => {
    const type = result(call);
    return type && withNullability(type, true);
  };

/** `result` made NOT NULL. */
export const neverNull =
  (result: ResultType): ResultType =>
  (call) => {
    const type = result(call);
    return type && withNullability(type, false);
  };
