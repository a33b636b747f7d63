import { SqlError } from '../../diagnostics.ts';

/** A half-open range of the source. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** An error of Calcite's validator, whose message names the place. */
export const invalid = (place: Place, code: string, message: string): SqlError =>
  error(place, code, 'SqlValidatorException', message, true);

/** An error of a later stage of Flink's planner: no place in Flink's own message. */
export const refused = (place: Place, code: string, message: string, exception = 'ValidationException'): SqlError =>
  error(place, code, exception, message, false);

export const error = (place: Place, code: string, exception: string, message: string, placed: boolean): SqlError =>
  new SqlError({ severity: 'error', code, message, exception, start: place.start, end: place.end, placed });
