import { SessionError } from '../session/errors.ts';
import type { SessionManager } from '../session/manager.ts';
import type { FetchedPage } from '../session/operation.ts';
import { shownZone } from '../session/options.ts';
import type { Session } from '../session/session.ts';
import { cellsOf } from './cells.ts';
import { type Answer, json, jsonText } from './http.ts';
import { NotJson } from './json-cells.ts';
import { badBody, badParameter, RestError, serviceError } from './rest-error.ts';
import { notReadyJson, pageJson, type RowFormat } from './results-json.ts';
import type { Request, Route } from './router.ts';

/** What this gateway says it is: clients look at the product and the version of the protocol they know. */
const INFO = { productName: 'Apache Flink', version: '2.2.0' };

/** How long a fetch waits for rows before it answers without any. */
const FETCH_WAIT_MS = 50;

const CONFIGURE = new Set(['Set', 'Reset', 'Use', 'UseModules', 'LoadModule', 'UnloadModule', 'AddJar']);

const CONFIGURE_TYPES =
  'The configureSession API only supports executing statements of type SET, RESET, CREATE TABLE, CREATE VIEW, CREATE DATABASE, CREATE FUNCTION, CREATE TEMPORARY SYSTEM FUNCTION, CREATE CATALOG, CREATE MODEL, CREATE MATERIALIZED TABLE, DROP TABLE, DROP VIEW, DROP DATABASE, DROP FUNCTION, DROP TEMPORARY SYSTEM FUNCTION, DROP CATALOG, DROP MODEL, DROP MATERIALIZED TABLE, ALTER TABLE, ALTER VIEW, ALTER DATABASE, ALTER FUNCTION, ALTER CATALOG SET, ALTER CATALOG RESET, ALTER CATALOG COMMENT, ALTER MODEL, ALTER MODEL, ALTER MATERIALIZED TABLE, USE CATALOG, USE [CATALOG.]DATABASE, USE MODULES, LOAD MODULE, UNLOAD MODULE, ADD JAR.';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The SQL Gateway's REST endpoints. */
export function gatewayRoutes(sessions: SessionManager): Route[] {
  const session = (request: Request): Session => sessions.get(handle(request, 'session_handle'));

  return [
    { method: 'GET', path: '/info', run: () => json(INFO) },
    { method: 'GET', path: '/api_versions', run: () => json({ versions: ['V1', 'V2', 'V3', 'V4'] }) },
    {
      method: 'POST',
      path: '/sessions',
      run: (request) => {
        const body = record(request, 'OpenSessionRequestBody');
        const name = optionalText(body.sessionName, 'OpenSessionRequestBody');
        return service('openSession', 'handler', () => {
          const opened = sessions.open(options(body.properties, 'OpenSessionRequestBody'), name);
          return json({ sessionHandle: opened.handle });
        });
      },
    },
    {
      method: 'GET',
      path: '/sessions/:session_handle',
      run: (request) =>
        service('getSessionConfig', 'handler', () => json({ properties: session(request).properties() })),
    },
    {
      method: 'DELETE',
      path: '/sessions/:session_handle',
      run: (request) =>
        service('closeSession', 'handler', async () => {
          await sessions.close(handle(request, 'session_handle'));
          return json({ status: 'CLOSED' });
        }),
    },
    {
      method: 'POST',
      path: '/sessions/:session_handle/heartbeat',
      run: (request) =>
        service('getSessionConfig', 'handler', () => {
          session(request);
          return json({});
        }),
    },
    {
      method: 'POST',
      path: '/sessions/:session_handle/configure-session',
      since: 2,
      run: (request) => {
        const body = record(request, 'ConfigureSessionRequestBody');
        const statement = optionalText(body.statement, 'ConfigureSessionRequestBody') ?? '';
        return service('configure session', 'internal', async () => {
          const found = session(request);
          await configure(found, statement);
          return json({});
        });
      },
    },
    {
      method: 'GET',
      path: '/sessions/:session_handle/complete-statement',
      since: 2,
      run: (request) => {
        const body = record(request, 'CompleteStatementRequestBody');
        const statement = optionalText(body.statement, 'CompleteStatementRequestBody') ?? '';
        return service('completeStatement', 'internal', async () => {
          const found = session(request);
          const { complete } = await import('../session/complete.ts');
          return json({ candidates: complete(found, statement, Number(body.position ?? statement.length)) });
        });
      },
    },
    {
      method: 'POST',
      path: '/sessions/:session_handle/statements',
      run: (request) => {
        const body = record(request, 'ExecuteStatementRequestBody');
        const statement = optionalText(body.statement, 'ExecuteStatementRequestBody') ?? '';
        const config = options(body.executionConfig, 'ExecuteStatementRequestBody');
        return service('execute statement', 'internal', () => {
          if (Number(body.executionTimeout ?? 0) > 0) {
            const message = "SqlGatewayService doesn't support timeout mechanism now.";
            throw new SessionError([{ exception: 'UnsupportedOperationException', message }]);
          }
          return json({ operationHandle: session(request).submit(statement, config).handle });
        });
      },
    },
    {
      method: 'GET',
      path: '/sessions/:session_handle/operations/:operation_handle/status',
      run: (request) =>
        service('getOperationInfo', 'handler', () => {
          const operation = session(request).operation(handle(request, 'operation_handle'));
          return json({ status: operation.status });
        }),
    },
    ...(['POST', 'DELETE'] as const).map(
      (method): Route => ({
        method,
        path: '/sessions/:session_handle/operations/:operation_handle/cancel',
        run: (request) =>
          service('cancelOperation', 'handler', async () => {
            await session(request).operation(handle(request, 'operation_handle')).cancel();
            return json({ status: 'CANCELED' });
          }),
      }),
    ),
    {
      method: 'DELETE',
      path: '/sessions/:session_handle/operations/:operation_handle/close',
      run: (request) =>
        service('closeOperation', 'handler', async () => {
          await session(request).closeOperation(handle(request, 'operation_handle'));
          return json({ status: 'CLOSED' });
        }),
    },
    {
      method: 'GET',
      path: '/sessions/:session_handle/operations/:operation_handle/result/:token',
      run: (request) => fetchResults(request, session),
    },
  ];
}

async function fetchResults(request: Request, session: (request: Request) => Session): Promise<Answer> {
  const [sessionHandle, operationHandle] = [handle(request, 'session_handle'), handle(request, 'operation_handle')];
  const text = request.parameters.token ?? '';
  if (!/^-?\d{1,18}$/.test(text)) throw badParameter('path', 'token', text);
  const format = rowFormat(request);
  const uri = (token: number): string => {
    const path = `/v${request.version}/sessions/${sessionHandle}/operations/${operationHandle}/result/${token}`;
    return request.version === 1 ? path : `${path}?rowFormat=${format}`;
  };
  return service('fetchResults', 'fetch', async () => {
    const found = session(request);
    const page = await found.operation(operationHandle).fetch(Number(text), FETCH_WAIT_MS);
    return pageAnswer(found, page, Number(text), format, uri);
  });
}

async function pageAnswer(
  session: Session,
  page: FetchedPage,
  token: number,
  format: RowFormat,
  uri: (token: number) => string,
): Promise<Answer> {
  if ('kind' in page) return jsonText(notReadyJson(uri(token)));
  const { result, fetched } = page;
  const next = fetched.kind === 'PAYLOAD' ? uri(fetched.next) : undefined;
  if (format === 'ARROW') {
    const { arrowPage } = await import('./results-arrow.ts');
    const { textOf } = cellsOf(session.properties());
    const slices = fetched.kind === 'PAYLOAD' ? fetched.slices : [];
    return {
      status: 200,
      body: arrowPage(result.rows.columns, slices, () => shownZone(session.properties()), textOf),
      headers: {
        'content-type': 'application/vnd.apache.arrow.stream',
        'x-flink-result-type': fetched.kind,
        'x-flink-is-query-result': String(result.isQuery),
        'x-flink-result-kind': result.resultKind,
        ...(result.jobId !== undefined && { 'x-flink-job-id': result.jobId }),
        ...(next !== undefined && { 'x-flink-next-result-uri': next }),
      },
    };
  }
  const { json: jsonOf, plain } = cellsOf(session.properties());
  try {
    return jsonText(pageJson(result, fetched, format, format === 'JSON' ? jsonOf : plain, next));
  } catch (error) {
    if (error instanceof NotJson) throw new RestError(500, ['Internal server error. Could not map response to JSON.']);
    throw error;
  }
}

async function configure(session: Session, statement: string): Promise<void> {
  const { parseSingle } = await import('../session/parse.ts');
  const operation = session.submit(statement, {}, () => {
    const { kind } = parseSingle(statement);
    if (CONFIGURE.has(kind) || /^(?:Create|Drop|Alter)/.test(kind)) return;
    const message = `Unsupported statement for configuring session: ${statement}\n${CONFIGURE_TYPES}`;
    throw new SessionError([{ exception: 'UnsupportedOperationException', message }]);
  });
  try {
    await operation.outcome();
  } finally {
    await session.closeOperation(operation.handle);
  }
}

type Wrap = Parameters<typeof serviceError>[2];

/** Runs a call of the service; its failure is answered as Flink's handlers do. */
async function service(call: string, wrap: Wrap, work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SessionError) throw serviceError(call, error, wrap);
    throw error;
  }
}

function handle(request: Request, key: 'session_handle' | 'operation_handle'): string {
  const text = request.parameters[key] ?? '';
  if (!UUID.test(text)) throw badParameter('path', key, text);
  return text.toLowerCase();
}

function rowFormat(request: Request): RowFormat {
  const text = request.query.get('rowFormat');
  if (text === null || request.version === 1) return 'JSON';
  const format = text.toUpperCase();
  if (format === 'JSON' || format === 'PLAIN_TEXT' || format === 'ARROW') return format;
  throw badParameter('query', 'rowFormat', text);
}

/** The body as an object; none at all counts as an empty one, as in Flink. */
function record(request: Request, name: string): Readonly<Record<string, unknown>> {
  if (request.body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    throw badBody(name); // The text is no JSON.
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw badBody(name);
  return value as Readonly<Record<string, unknown>>;
}

function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw badBody(name);
}

function options(value: unknown, name: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw badBody(name);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]));
}
