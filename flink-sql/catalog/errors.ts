import { SqlError } from '../diagnostics.ts';

/** An error of the catalog in Flink's words; it names no place, the binder puts it on the statement. */
export function catalogError(exception: string, message: string, code: string, causes?: readonly string[]): SqlError {
  return new SqlError({
    severity: 'error',
    code,
    message,
    exception,
    start: 0,
    end: 0,
    placed: false,
    ...(causes ? { causes } : {}),
  });
}

/** `ValidationException`, Flink's exception for most faults. */
export function validationError(message: string, code = 'validation'): SqlError {
  return catalogError('ValidationException', message, code);
}
