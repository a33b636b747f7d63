import http from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import type { ProxyAccess } from './access.ts';
import { connectionReason, HttpError, tlsReason } from './errors.ts';

/** A proxy to go through. */
export interface ProxyServer {
  readonly url: URL;
  /** Value of Proxy-Authorization. */
  readonly authorization: string | undefined;
}

/** The proxy for an address, or undefined for a direct connection. Throws HttpError where a setting is no address. */
export function proxyFor(
  target: URL,
  setting: ProxyAccess | 'none' | undefined,
  env: NodeJS.ProcessEnv = process.env,
): ProxyServer | undefined {
  if (setting === 'none') return undefined;
  if (setting) {
    const except = setting.except ?? '';
    return isExcepted(target, except) ? undefined : parseProxy(setting.url, setting.user, setting.password);
  }
  if (isLoopback(target.hostname)) return undefined;
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
  const url = read(`${target.protocol.slice(0, -1)}_proxy`) || read('all_proxy');
  if (url === '' || isExcepted(target, read('no_proxy'))) return undefined;
  return parseProxy(url, undefined, undefined);
}

/** Whether a host stands in a list of the form of NO_PROXY: names with their subdomains, `*`, `host:port`, addresses, CIDR. */
export function isExcepted(target: URL, list: string): boolean {
  const host = bare(target.hostname);
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const network = /^(.+)\/(\d+)$/.exec(entry);
      if (network) return inNetwork(host, network[1] ?? '', Number(network[2]));
      const ported = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry);
      if (ported && ported[2] !== port) return false;
      const name = bare(ported?.[1] ?? entry).replace(/^\*?\./, '');
      return host === name || host.endsWith(`.${name}`);
    });
}

/** A tunnel through the proxy to `host:port`. Errors name the proxy. */
export function openTunnel(proxy: ProxyServer, host: string, port: number, timeoutMs: number): Promise<Socket> {
  const shown = proxy.url.host;
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const request = http.request({
      ...connectionTo(proxy),
      method: 'CONNECT',
      path: authority,
      agent: false,
      headers: { Host: authority, ...proxyHeaders(proxy) },
    });
    const timer = setTimeout(() => {
      request.destroy(new HttpError(`The proxy ${shown} did not answer within ${timeoutMs} ms`, { kind: 'timeout' }));
    }, timeoutMs);
    const failed = (error: unknown): void => {
      clearTimeout(timer);
      reject(error instanceof HttpError ? error : proxyFailure(proxy, error));
    };
    request.on('error', failed);
    request.on('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      clearTimeout(timer);
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(proxyRefusal(proxy, statusCode, authority));
    });
    // A proxy that does not know CONNECT answers as to any request.
    request.on('response', (response) => {
      response.resume();
      failed(proxyRefusal(proxy, response.statusCode ?? 0, authority));
    });
    request.end();
  });
}

/** Where a connection to the proxy itself goes, as options of http.request. */
export function connectionTo({ url }: ProxyServer): http.RequestOptions {
  const host = bare(url.hostname);
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  if (!secure) return { host, port };
  const servername = isIP(host) ? '' : host;
  return { host, port, createConnection: () => tls.connect({ host, port, servername }) };
}

/** The headers that the proxy wants. */
export function proxyHeaders({ authorization }: ProxyServer): Record<string, string> {
  return authorization === undefined ? {} : { 'Proxy-Authorization': authorization };
}

/** What a failed connection to the proxy is told as. */
export function proxyFailure({ url }: ProxyServer, error: unknown): HttpError {
  const words = tlsReason(error) ?? connectionReason(error);
  return new HttpError(`Cannot reach the proxy ${url.host}: ${words}`, { kind: 'proxy', cause: error });
}

function proxyRefusal({ url }: ProxyServer, status: number, authority: string): HttpError {
  if (status === 407) {
    return new HttpError(`The proxy ${url.host} refused the credentials (HTTP 407)`, { kind: 'unauthorized', status });
  }
  const message = `The proxy ${url.host} did not connect to ${authority} (HTTP ${status})`;
  return new HttpError(message, { kind: 'proxy', status });
}

function parseProxy(text: string, user: string | undefined, password: string | undefined): ProxyServer {
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    // Without the text: it may hold credentials.
    throw new HttpError('The address of the proxy must be an http or https URL', { kind: 'invalid' });
  }
  const name = user ?? decodeURIComponent(url.username);
  const pair = `${name}:${password ?? decodeURIComponent(url.password)}`;
  return { url, authorization: name === '' ? undefined : `Basic ${Buffer.from(pair).toString('base64')}` };
}

function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host.endsWith('.localhost') || inNetwork(host, '127.0.0.0', 8) || host === '::1';
}

function inNetwork(host: string, network: string, bits: number): boolean {
  const family = isIP(host);
  if (family === 0 || isIP(network) !== family || bits > (family === 4 ? 32 : 128)) return false;
  const name = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, bits, name);
  return list.check(host, name);
}

/** A host name of a URL without the brackets of IPv6. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}
