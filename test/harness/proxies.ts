// Proxies in this process: what stands before gateways in real places.
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface RunningProxy {
  readonly url: string;
  /** `METHOD target` of each request, in order. */
  readonly seen: string[];
  /** Breaks all connections, in the middle of what they carry. */
  cut(): void;
  /** How many connections were broken. */
  readonly cuts: number;
  stop(): Promise<void>;
  /** Listens again where it did before it was stopped. */
  restart(): Promise<void>;
}

export interface ReverseProxyOptions {
  /** The server behind. */
  readonly target: string;
  /** TLS when given; `ca` asks for a client certificate of that authority. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** Value of Authorization that is let through. */
  readonly authorization?: string;
}

/** A reverse proxy with TLS, client certificates and a check of Authorization, which it does not pass on. */
export async function startReverseProxy({ target, tls, authorization }: ReverseProxyOptions): Promise<RunningProxy> {
  const seen: string[] = [];
  const answer = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    seen.push(`${request.method} ${request.url}`);
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response
        .writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' })
        .end('<html>401 Authorization Required</html>');
      return;
    }
    const { host: _host, ...headers } = request.headers;
    // A login that the proxy has checked is not the server's business.
    if (authorization !== undefined) delete headers.authorization;
    const onward = http.request(
      new URL(request.url ?? '/', target),
      // A kept connection may have died unseen, and what was not idempotent would be lost with it.
      { method: request.method, headers, agent: false },
      (incoming) => {
        response.writeHead(incoming.statusCode ?? 502, incoming.headers);
        incoming.on('error', () => response.destroy());
        incoming.pipe(response);
      },
    );
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end('Bad Gateway')));
    request.pipe(onward);
  };
  const server = tls
    ? https.createServer(
        { ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined },
        answer,
      )
    : http.createServer(answer);
  return running(server, seen, tls ? 'https' : 'http');
}

/** A forward proxy: CONNECT for TLS, whole addresses for plain HTTP. */
export async function startForwardProxy(authorization?: string): Promise<RunningProxy> {
  const seen: string[] = [];
  const allowed = (request: http.IncomingMessage): boolean =>
    authorization === undefined || request.headers['proxy-authorization'] === authorization;
  const server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (!allowed(request)) {
      response.writeHead(407, { 'Proxy-Authenticate': 'Basic' }).end();
      return;
    }
    const { 'proxy-authorization': _own, ...headers } = request.headers;
    const onward = http.request(request.url ?? '', { method: request.method, headers }, (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, incoming.headers);
      incoming.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connect', (request: http.IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (!allowed(request)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.on('error', () => onward.destroy());
  });
  return running(server, seen, 'http');
}

async function running(server: http.Server, seen: string[], scheme: string): Promise<RunningProxy> {
  const sockets = new Set<Socket | TLSSocket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  let cuts = 0;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    seen,
    stop,
    restart: () => listen(port),
    cut: () => {
      cuts += sockets.size;
      for (const socket of sockets) socket.destroy();
    },
    get cuts() {
      return cuts;
    },
  };
}
