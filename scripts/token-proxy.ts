import { randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { createConnection, type Socket } from 'node:net';

export interface TokenProxy {
  /** The address without the token. */
  readonly origin: string;
  /** The address to open: it has the token, which a cookie carries from then on. */
  url(params?: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

/**
 * Serves what listens on a Unix socket on a loopback port, to those who know the token: a port is open to every user of the
 * machine and to every web page, a private socket is not.
 * @param port 0 for a free one
 * @param opened told when a window has connected after its address was opened; not when it is reloaded or reconnects
 */
export async function startTokenProxy(
  socketPath: string,
  port: number,
  opened: () => void = () => undefined,
): Promise<TokenProxy> {
  const token = randomBytes(24).toString('base64url');
  let cookie = '';
  let awaited = false;

  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (same(url.searchParams.get('token'), token)) {
      awaited = true;
      url.searchParams.delete('token');
      response.writeHead(302, {
        location: url.pathname + url.search,
        'set-cookie': `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict`,
      });
      response.end();
      return;
    }
    if (!allowed(request)) {
      response.writeHead(403, { 'content-type': 'text/plain' });
      response.end('This workbench opens with the address that `npm start` printed.\n');
      return;
    }
    const { method, headers } = request;
    const onward = http.request({ socketPath, path: request.url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', (error) => {
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' });
      response.end(`The workbench does not answer: ${error.message}\n`);
    });
    request.pipe(onward);
    response.on('close', () => onward.destroy());
  });

  const sockets = new Set<Socket>();
  server.on('upgrade', (request, client: Socket, head: Buffer) => {
    if (!allowed(request)) {
      client.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    if (awaited) opened();
    awaited = false;
    const onward = createConnection(socketPath);
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2)
      lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    onward.write(`${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    onward.pipe(client).pipe(onward);
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });

  function allowed(request: http.IncomingMessage): boolean {
    const given = (request.headers.cookie ?? '').split('; ').find((one) => one.startsWith(`${cookie}=`));
    return same(given?.slice(cookie.length + 1), token);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  // Cookies do not know ports: the name keeps two workbenches apart.
  cookie = `millrace-${address.port}`;
  return {
    origin,
    url: (params = {}) => `${origin}/?${new URLSearchParams({ ...params, token })}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function same(given: string | null | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
