import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RuntimeEnvironment } from '../session/engine.ts';
import { SessionManager } from '../session/manager.ts';
import { clusterRoutes } from './cluster-routes.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { checkCaller, checkToken, readBody, send, sendError } from './http.ts';
import { jobRoutes } from './job-routes.ts';
import { metricRoutes } from './metric-routes.ts';
import { internalError, RestError } from './rest-error.ts';
import { Router } from './router.ts';

export interface GatewayOptions {
  /** 0: a free one. */
  readonly port: number;
  /** A loopback address. */
  readonly host?: string;
  /** Bearer token that every request must carry; without it, none is asked for. */
  readonly token?: string;
  readonly environment: RuntimeEnvironment;
}

/** A running gateway: SQL Gateway and JobManager REST on one loopback address. */
export interface Gateway {
  readonly url: string;
  readonly sessions: SessionManager;
  /** How long ago a request came last or was answered last, ms; since the start where none has come. */
  quietFor(): number;
  /** Stops listening and ends all sessions and jobs. */
  close(): Promise<void>;
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/** Starts the gateway; rejects when the address is not a loopback one or is taken. */
export async function startGateway({ port, host = '127.0.0.1', token, environment }: GatewayOptions): Promise<Gateway> {
  if (!LOOPBACK.test(host)) throw new Error(`${host} is not a loopback address: the gateway serves this machine only`);
  const sessions = new SessionManager(environment);
  const router = new Router([
    ...gatewayRoutes(sessions),
    ...jobRoutes(sessions.jobs),
    ...metricRoutes(sessions.jobs),
    ...clusterRoutes(sessions.jobs),
  ]);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 });
  let lastHeard = environment.now();
  const hear = (): void => {
    lastHeard = environment.now();
  };
  server.on('request', (request, response) => {
    hear();
    response.on('close', hear);
    void serve(request, response, router, token, environment);
  });
  await listen(server, port, host);
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    sessions,
    quietFor: () => environment.now() - lastHeard,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sessions.closeAll();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  router: Router,
  token: string | undefined,
  environment: RuntimeEnvironment,
): Promise<void> {
  try {
    checkCaller(request);
    checkToken(request, token);
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const { route, parameters, version } = router.match(request.method ?? 'GET', path);
    const body = await readBody(request);
    send(response, await route.run({ parameters, version, query: new URLSearchParams(query), body }));
  } catch (error) {
    if (response.headersSent || response.destroyed) return;
    sendError(response, error instanceof RestError ? error : unexpected(error, environment));
  }
}

/** A fault of our own: the client gets one clear error, the log the rest. */
function unexpected(error: unknown, environment: RuntimeEnvironment): RestError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  environment.notice(`internal error: ${stack}`);
  const message = error instanceof Error ? error.message : String(error);
  return internalError([{ exception: 'RuntimeException', message }]);
}
