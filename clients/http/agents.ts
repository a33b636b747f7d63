import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { TlsAccess } from './access.ts';
import { HttpError } from './errors.ts';
import { keyReason } from './key-reason.ts';
import { openTunnel, type ProxyServer } from './proxy.ts';

type Connected = (error: Error | null, stream: Duplex) => void;

/** TLS through a proxy's tunnel. */
class TunnelAgent extends https.Agent {
  readonly #proxy: ProxyServer;
  readonly #timeoutMs: number;

  constructor(options: https.AgentOptions, proxy: ProxyServer, timeoutMs: number) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: https.RequestOptions, connected?: Connected): Duplex | null | undefined {
    const host = options.host ?? options.hostname ?? '';
    openTunnel(this.#proxy, host, Number(options.port), this.#timeoutMs).then(
      (socket) => connected?.(null, tls.connect({ ...(options as tls.ConnectionOptions), socket })),
      // With an error there is no stream, whatever the declaration says.
      (error: Error) => (connected as ((error: Error) => void) | undefined)?.(error),
    );
    return undefined;
  }
}

/** The agent of one server; `secure` are the options of tlsOptions. */
export function agentFor(
  target: URL,
  secure: https.AgentOptions,
  proxy: ProxyServer | undefined,
  keepAlive: boolean,
  connectTimeoutMs: number,
): http.Agent {
  const options = { keepAlive, maxSockets: 16 };
  if (target.protocol !== 'https:') return new http.Agent(options);
  const all = { ...options, ...secure };
  return proxy ? new TunnelAgent(all, proxy, connectTimeoutMs) : new https.Agent(all);
}

/** TLS of a connection in Node's words. Throws HttpError when certificate, key or passphrase cannot be used. */
export function tlsOptions(target: URL, access: TlsAccess): https.AgentOptions {
  const { ca, cert, key, pfx, passphrase, serverName, acceptAnyCertificate } = access;
  const context = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx) }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  try {
    tls.createSecureContext(context);
  } catch (cause) {
    throw new HttpError(`TLS settings of ${target.host}: ${keyReason(cause, access)}`, { kind: 'invalid', cause });
  }
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const name = serverName ?? (isIP(host) ? undefined : host);
  return {
    ...context,
    rejectUnauthorized: acceptAnyCertificate !== true,
    ...(name === undefined ? {} : { servername: name }),
    // For an address Node would check the address; the person has named what the certificate says.
    ...(serverName === undefined
      ? {}
      : {
          checkServerIdentity: (_host: string, seen: tls.PeerCertificate) => tls.checkServerIdentity(serverName, seen),
        }),
  };
}
