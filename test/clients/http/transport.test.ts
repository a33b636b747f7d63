import { createPrivateKey } from 'node:crypto';
import { createServer } from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HttpError, HttpTransport, type TransportOptions } from '../../../clients/http/index.ts';
import { type Certificates, makeCertificates } from '../../harness/certificates.ts';
import { type ReverseProxyOptions, startForwardProxy, startReverseProxy } from '../../harness/proxies.ts';
import { fakeGateway, type Handler } from '../sql-gateway/fake-gateway.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const get = { method: 'GET', path: '/overview', idempotent: true } as const;

function transport(url: string, options: Partial<TransportOptions> = {}): HttpTransport {
  const made = new HttpTransport({ url, what: 'JobManager', ...options });
  stops.push(() => made.dispose());
  return made;
}

async function serve(handler: Handler) {
  const server = await fakeGateway(handler);
  stops.push(server.stop);
  return server;
}

async function behind(options: Omit<ReverseProxyOptions, 'target'>) {
  const server = await serve((seen) => ({ json: { path: seen.url, body: seen.body } }));
  const proxy = await startReverseProxy({ target: server.url, ...options });
  stops.push(proxy.stop);
  return proxy;
}

async function failure(promise: Promise<unknown>): Promise<HttpError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HttpError);
  return error as HttpError;
}

const madeBy = (run: () => unknown): HttpError => {
  try {
    run();
  } catch (error) {
    return error as HttpError;
  }
  throw new Error('nothing was thrown');
};

describe('requests', () => {
  test('every method, a GET with a body, raw bytes; JSON keeps its digits', async () => {
    const server = await serve(() => ({ text: '{"n":9007199254740993,"d":1.10}' }));
    const to = transport(`${server.url}/prefix/`);
    expect(await to.json({ ...get, body: { a: 1 } })).toEqual({ n: 9007199254740993n, d: 1.1 });
    await to.call({ method: 'PATCH', path: '/jobs/1?mode=cancel' });
    await to.call({ method: 'PUT', path: '/x', body: [] });
    await to.call({ method: 'POST', path: '/jars', raw: { contentType: 'text/plain', data: Buffer.from('äß') } });
    expect(server.seen.map((s) => [s.method, s.url, s.body, s.headers['content-type']])).toEqual([
      ['GET', '/prefix/overview', '{"a":1}', 'application/json'],
      ['PATCH', '/prefix/jobs/1?mode=cancel', '', undefined],
      ['PUT', '/prefix/x', '[]', 'application/json'],
      ['POST', '/prefix/jars', 'äß', 'text/plain'],
    ]);
  });

  test('credentials of each kind, headers of the person', async () => {
    const server = await serve(() => ({}));
    const sent = async (options: Partial<TransportOptions>, url = server.url): Promise<string | undefined> => {
      await transport(url, options).call(get);
      return server.seen.at(-1)?.headers.authorization;
    };
    expect(await sent({})).toBeUndefined();
    expect(await sent({ auth: { kind: 'bearer', token: 't' } })).toBe('Bearer t');
    const pair = `Basic ${Buffer.from('u:pä:ß').toString('base64')}`;
    expect(await sent({ auth: { kind: 'basic', user: 'u', password: 'pä:ß' } })).toBe(pair);
    expect(await sent({}, server.url.replace('://', '://u:p%C3%A4%3A%C3%9F@'))).toBe(pair);
    expect(await sent({ headers: { Authorization: 'Own x', 'X-Team': 'a' } })).toBe('Own x');
    expect(server.seen.at(-1)?.headers['x-team']).toBe('a');
  });

  test('what does no harm is tried again, what might is not; abort gives its own reason', async () => {
    let count = 0;
    const server = await serve(() => (++count % 3 === 0 ? { json: { ok: true } } : { destroy: true }));
    expect(await transport(server.url).json(get)).toEqual({ ok: true });
    expect(count).toBe(3);
    await failure(transport(server.url).call({ method: 'POST', path: '/run' }));
    expect(count).toBe(4);
    const silent = await serve(() => ({ hang: true }));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(transport(silent.url).call({ ...get, signal: stop.signal })).rejects.toThrow('enough');
  });

  test('an answer that breaks off in the middle is asked for again', async () => {
    let count = 0;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Length': '9' });
      response.write('{"a"');
      if (++count < 3) setTimeout(() => response.destroy(), 5);
      else response.end(': 12}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await transport(`http://127.0.0.1:${port}`).json(get)).toEqual({ a: 12 });
  });
});

describe('failures name server and cause, and no secret', () => {
  test('refused, unknown host, silent, not HTTP', async () => {
    const gone = await fakeGateway(() => ({}));
    await gone.stop();
    const host = new URL(gone.url).host;
    const refused = await failure(transport(gone.url.replace('://', '://u:hunter2@')).call(get));
    expect(refused).toMatchObject({ kind: 'unreachable' });
    expect(refused.message).toBe(`Cannot reach the JobManager at ${host}: connection refused`);
    expect((await failure(transport('http://no-such-host.invalid:1').call(get))).message).toMatch(
      /^Cannot reach the JobManager at no-such-host\.invalid:1: (unknown host|the host name could not be looked up)$/,
    );
    const silent = await serve(() => ({ hang: true }));
    expect(await failure(transport(silent.url, { timeoutMs: 40 }).call(get))).toMatchObject({
      kind: 'timeout',
      message: `${new URL(silent.url).host} did not answer within 40 ms`,
    });
    const ssh = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('SSH-2.0-x\r\n');
    });
    await new Promise<void>((resolve) => ssh.listen(0, '127.0.0.1', resolve));
    stops.push(() => ssh.close());
    const { port } = ssh.address() as AddressInfo;
    expect((await failure(transport(`http://127.0.0.1:${port}`).call(get))).message).toMatch(/not HTTP/);
  });

  test.each([
    [401, '<b>no</b>', 'unauthorized', 'asks for credentials (HTTP 401)'],
    [403, '', 'unauthorized', 'refused the credentials (HTTP 403)'],
    [404, '{"errors":["Not found: /overview"]}', 'no-endpoint', 'has no /overview (HTTP 404): is it a JobManager'],
    [404, '{"errors":["Unable to load requested file /overview."]}', 'no-endpoint', 'has no /overview (HTTP 404)'],
    [404, '<h1>Not Found</h1>', 'no-endpoint', 'has no /overview (HTTP 404)'],
    [404, '{"errors":["Job 12 not found"]}', 'status', 'answered HTTP 404: Job 12 not found'],
    [302, '', 'status', 'sends on to https://login.example (HTTP 302): is there a login before it?'],
    [418, '<b>tea</b> pot', 'status', 'answered HTTP 418: tea pot'],
  ])('HTTP %i %s', async (status, text, kind, words) => {
    const headers = { Location: 'https://login.example/start?token=hunter2' };
    const server = await serve(() => ({ status, text, headers }));
    const error = await failure(transport(server.url).call(get));
    expect(error).toMatchObject({ kind, status });
    expect(error.message).toContain(`${new URL(server.url).host} ${words}`);
    expect(error.message).not.toContain('hunter2');
  });

  test('refused credentials, a page instead of JSON, settings that cannot be', async () => {
    const server = await serve((seen) => (seen.headers.authorization ? { status: 401 } : { text: '<html>' }));
    const auth = { kind: 'basic', user: 'u', password: 'hunter2' } as const;
    expect((await failure(transport(server.url, { auth }).call(get))).message).toMatch(/refused the credentials/);
    expect((await failure(transport(server.url).json(get))).message).toMatch(/did not answer with JSON.*JobManager\?/);
    for (const url of ['ftp://h:hunter2@x', 'http://', '://hunter2']) {
      const error = madeBy(() => transport(url));
      expect(error).toMatchObject({ kind: 'invalid' });
      expect(error.message).not.toContain('hunter2');
    }
    expect(madeBy(() => transport('http://h', { headers: { 'X-A': 'hunter2\n' } })).message).toBe(
      "The header 'X-A' for h has characters that HTTP does not allow",
    );
  });
});

describe('TLS', () => {
  let made: Certificates;
  beforeAll(() => {
    made = makeCertificates();
  });

  test('an own authority; without it, or for another host, the reason in words', async () => {
    const proxy = await behind({ tls: made.server });
    expect(await transport(proxy.url, { tls: { ca: made.ca } }).json(get)).toMatchObject({ path: '/overview' });
    const untrusted = await failure(transport(proxy.url).call(get));
    expect(untrusted).toMatchObject({ kind: 'tls' });
    expect(untrusted.message).toMatch(/TLS: its certificate comes from an authority that is not trusted/);
    const other = await behind({ tls: made.otherHost });
    expect((await failure(transport(other.url, { tls: { ca: made.ca } }).call(get))).message).toMatch(
      /TLS: its certificate is for another host name/,
    );
    const named = transport(other.url, { tls: { ca: made.ca, serverName: 'other.test' } });
    expect(await named.json(get)).toMatchObject({ path: '/overview' });
  });

  test('unchecked certificates only when told, and told to others', async () => {
    const proxy = await behind({ tls: made.stranger });
    const lax = transport(proxy.url, { tls: { acceptAnyCertificate: true } });
    expect(await lax.json(get)).toMatchObject({ path: '/overview' });
    expect([lax.insecure, transport(proxy.url).insecure]).toEqual([true, false]);
  });

  test('client certificates: PEM, with passphrase, PKCS #12; none or a stranger is refused in words', async () => {
    const proxy = await behind({ tls: { ...made.server, ca: made.ca } });
    const { ca, client, encryptedKey, pfx, passphrase, stranger } = made;
    const answers = (tls: object) => transport(proxy.url, { tls: { ca, ...tls } }).json({ ...get, body: { b: 1 } });
    expect(await answers(client)).toMatchObject({ body: '{"b":1}' });
    expect(await answers({ cert: client.cert, key: encryptedKey, passphrase })).toMatchObject({ path: '/overview' });
    expect(await answers({ pfx, passphrase })).toMatchObject({ path: '/overview' });
    const none = await failure(answers({}));
    expect(none).toMatchObject({ kind: 'tls' });
    expect(none.message).toMatch(/TLS: it asks for a client certificate/);
    expect((await failure(answers(stranger))).message).toMatch(
      /closed without an answer; does it want another client certificate\?$/,
    );
  });

  test('keys that cannot be used are told before anything is sent', async () => {
    const { client, server, encryptedKey, pfx } = made;
    const words = (tls: object): string => madeBy(() => transport('https://h:1', { tls })).message;
    expect(words({ cert: client.cert, key: server.key })).toBe(
      'TLS settings of h:1: the key does not belong to the client certificate',
    );
    expect(words({ cert: client.cert, key: encryptedKey, passphrase: 'hunter2' })).toBe(
      'TLS settings of h:1: the passphrase of the key is wrong',
    );
    expect(words({ cert: client.cert, key: encryptedKey })).toBe('TLS settings of h:1: the key needs a passphrase');
    expect(words({ pfx, passphrase: 'hunter2' })).toBe('TLS settings of h:1: the passphrase of the key store is wrong');
    expect(words({ pfx: Buffer.from('x') })).toMatch(/the key store is not PKCS #12/);
    expect(words({ cert: 'x', key: 'y' })).toBe('TLS settings of h:1: certificate or key is not PEM text');
  });

  test('a wrong passphrase that decrypts to noise is told as a wrong passphrase, not as a text that is no key', () => {
    const plain = createPrivateKey(made.client.key);
    const code = (key: string): unknown => {
      try {
        return createSecureContext({ key, passphrase: 'hunter2' });
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    };
    let key = '';
    // One of about 250 salts makes such a key.
    for (let tries = 0; tries < 20_000 && code(key) !== 'ERR_OSSL_UNSUPPORTED'; tries++) {
      key = plain
        .export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: made.passphrase })
        .toString();
    }
    const words = madeBy(() =>
      transport('https://h:1', { tls: { cert: made.client.cert, key, passphrase: 'hunter2' } }),
    ).message;
    expect(words).toBe('TLS settings of h:1: the passphrase of the key is wrong');
  });

  test('an editor that puts its own agent in the place of ours loses no certificate, and no proxy of the settings', async () => {
    const proxy = await behind({ tls: { ...made.server, ca: made.ca } });
    const patched = https as typeof https & { __vscodeOriginal?: typeof https };
    const { request } = https;
    let taken = 0;
    patched.__vscodeOriginal = { ...https };
    patched.request = ((options: https.RequestOptions, answer: () => void) => {
      taken++;
      return request({ ...options, agent: new https.Agent() }, answer);
    }) as typeof https.request;
    stops.push(() => {
      patched.request = request;
      delete patched.__vscodeOriginal;
    });
    const tls = { ca: made.ca, ...made.client };
    expect(await transport(proxy.url, { tls }).json(get)).toMatchObject({ path: '/overview' });
    expect(taken).toBe(1);
    expect(await transport(proxy.url, { tls, proxy: 'none' }).json(get)).toMatchObject({ path: '/overview' });
    expect(taken).toBe(1);
  });

  test('http to a TLS server and TLS to an http server', async () => {
    const proxy = await behind({ tls: made.server });
    const plain = await failure(transport(proxy.url.replace('https', 'http')).call(get));
    expect(plain.message).toMatch(/is the address https\?$/);
    const server = await serve(() => ({}));
    const secure = await failure(transport(server.url.replace('http', 'https')).call(get));
    expect(secure).toMatchObject({ kind: 'tls' });
    expect(secure.message).toMatch(/it does not speak TLS there; is the address http\?/);
  });

  test('through a forward proxy: a tunnel for TLS, whole addresses without', async () => {
    const proxy = await startForwardProxy(`Basic ${Buffer.from('me:hunter2').toString('base64')}`);
    stops.push(proxy.stop);
    const access = { url: proxy.url, user: 'me', password: 'hunter2' };
    const secure = await behind({ tls: { ...made.server, ca: made.ca } });
    const through = transport(secure.url, { proxy: access, tls: { ca: made.ca, ...made.client } });
    expect(await through.json(get)).toMatchObject({ path: '/overview' });
    expect(await through.json({ method: 'POST', path: '/run', body: 1 })).toMatchObject({ body: '1' });
    const plain = await serve((seen) => ({ json: { url: seen.url, proxy: seen.headers['proxy-authorization'] } }));
    expect(await transport(plain.url, { proxy: access }).json(get)).toEqual({ url: '/overview' });
    const direct = { ...access, except: '127.0.0.0/8' };
    expect(await transport(plain.url, { proxy: direct }).json(get)).toEqual({ url: '/overview' });
    const authority = new URL(secure.url).host;
    expect(proxy.seen).toEqual([`CONNECT ${authority}`, `CONNECT ${authority}`, `GET ${plain.url}/overview`]);

    const wrong = { ...access, password: 'x' };
    for (const url of [secure.url, plain.url]) {
      const error = await failure(transport(url, { proxy: wrong, tls: { ca: made.ca } }).call(get));
      expect(error).toMatchObject({ kind: 'unauthorized' });
      expect(error.message).toBe(`The proxy ${new URL(proxy.url).host} refused the credentials (HTTP 407)`);
    }
    await proxy.stop();
    for (const url of [secure.url, plain.url]) {
      expect((await failure(transport(url, { proxy: access }).call(get))).message).toBe(
        `Cannot reach the proxy ${new URL(proxy.url).host}: connection refused`,
      );
    }
  });
});
