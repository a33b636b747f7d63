import { SessionError, type Throwable, traceText } from '../session/errors.ts';

/** An answer other than 200, with the texts of Flink's `{"errors": […]}`. */
export class RestError extends Error {
  readonly status: number;
  readonly errors: readonly string[];

  constructor(status: number, errors: readonly string[]) {
    super(errors[0] ?? `HTTP ${status}`);
    this.name = 'RestError';
    this.status = status;
    this.errors = errors;
  }
}

const REST_HANDLER = 'org.apache.flink.runtime.rest.handler.RestHandlerException';
const GATEWAY = 'SqlGatewayException';

/** No such path. */
export const notFound = (path: string): RestError => new RestError(404, [`Not found: ${path}`]);

/** A request that cannot be understood (HandlerRequestException). */
export function badParameter(kind: 'path' | 'query', key: string, value: string): RestError {
  const message = `Cannot resolve ${kind} parameter (${key}) from value "${value}".`;
  return new RestError(400, [
    traceText([
      { exception: REST_HANDLER, message: `Bad request, could not parse parameters: ${message}` },
      { exception: 'org.apache.flink.runtime.rest.handler.HandlerRequestException', message },
    ]),
  ]);
}

/** A body that is no JSON of the expected shape. */
export function badBody(expected: string): RestError {
  const message = `Request did not match expected format ${expected}.`;
  return new RestError(400, [traceText([{ exception: REST_HANDLER, message }])]);
}

/** A failure of the service as `Internal server error.` with the trace between marks (uncaught in Flink's handler). */
export function internalError(chain: readonly Throwable[]): RestError {
  const trace = `<Exception on server side:\n${traceText(chain)}\nEnd of exception on server side>`;
  return new RestError(500, ['Internal server error.', trace]);
}

/** A failed call of the service, e.g. `Failed to fetchResults.`, around its cause. */
export function serviceError(call: string, error: unknown, wrap: 'internal' | 'handler' | 'fetch'): RestError {
  if (!(error instanceof SessionError)) throw error;
  const failed = { exception: GATEWAY, message: `Failed to ${call}.` };
  switch (wrap) {
    case 'internal':
      return internalError([failed, ...error.chain]);
    case 'fetch': {
      const outer = {
        exception: GATEWAY,
        message: `org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to ${call}.`,
      };
      return internalError([outer, failed, ...error.chain]);
    }
    case 'handler':
      return new RestError(500, [
        traceText([{ exception: REST_HANDLER, message: `Failed to ${call}.` }, failed, ...error.chain]),
      ]);
  }
}
