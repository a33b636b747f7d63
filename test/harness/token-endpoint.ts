import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenEndpoint {
  /** Gives a token to who knows the secret. */
  readonly url: string;
  /** Answers, but with no token. */
  readonly emptyUrl: string;
  /** Seconds that tokens are good for; they may have run out before they are given. */
  lifetime: number;
  stop(): void;
}

/** Gives unsigned tokens, which brokers of tests take, by the client credentials grant. */
export async function startTokenEndpoint(subject: string, id: string, secret: string): Promise<TokenEndpoint> {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const wanted = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== wanted) {
      response.writeHead(401).end('{"error":"invalid_client"}');
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    const token = `${part({ alg: 'none' })}.${part({ sub: subject, iat: now - 7200, exp: now + endpoint.lifetime })}.`;
    response.end(request.url === '/token' ? JSON.stringify({ access_token: token }) : `nothing but ${secret}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint: TokenEndpoint = {
    url: `${origin}/token`,
    emptyUrl: `${origin}/nothing`,
    lifetime: 3600,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return endpoint;
}
