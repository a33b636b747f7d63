import { createHash } from 'node:crypto';
import type { Value } from '../../flink-sql/plan/rex.ts';
import { FlinkFault } from '../errors.ts';
import { bound, type FunctionImpl, type FunctionTable, plain } from './impl.ts';
import { murmurOf, stringHash } from './java/hash-order.ts';

interface UrlParts {
  readonly protocol: string;
  readonly authority: string;
  readonly userInfo: string | null;
  readonly host: string;
  readonly path: string;
  readonly query: string | null;
  readonly ref: string | null;
}

const PROTOCOLS = /^(https?|ftp|file|jar|mailto)$/;

/** A URL as java.net.URL takes it apart, or undefined where it throws MalformedURLException. */
function parseUrl(text: string): UrlParts | undefined {
  const m = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text.trim());
  if (!m || !PROTOCOLS.test((m[1] as string).toLowerCase())) return undefined;
  const authority = m[2] ?? '';
  const at = authority.lastIndexOf('@');
  const hostPort = at < 0 ? authority : authority.slice(at + 1);
  const port = /:(\d*)$/.exec(hostPort);
  return {
    protocol: (m[1] as string).toLowerCase(),
    authority,
    userInfo: at < 0 ? null : authority.slice(0, at),
    host: port ? hostPort.slice(0, port.index) : hostPort,
    path: m[3] ?? '',
    query: m[4] ?? null,
    ref: m[5] ?? null,
  };
}

function urlPart(text: string, part: string): string | null {
  const url = parseUrl(text);
  if (!url) return null;
  switch (part) {
    case 'HOST':
      return url.host;
    case 'PATH':
      return url.path;
    case 'QUERY':
      return url.query;
    case 'REF':
      return url.ref;
    case 'PROTOCOL':
      return url.protocol;
    case 'FILE':
      return url.query === null ? url.path : `${url.path}?${url.query}`;
    case 'AUTHORITY':
      return url.authority === '' ? null : url.authority;
    case 'USERINFO':
      return url.userInfo;
    default:
      return null;
  }
}

function queryValue(text: string, part: string, key: string): string | null {
  if (part !== 'QUERY') return null;
  const query = urlPart(text, 'QUERY');
  if (query === null) return null;
  for (const pair of query.split('&')) if (pair.startsWith(`${key}=`)) return pair.slice(key.length + 1);
  return null;
}

const encodeUrl = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

/** URLDecoder.decode; NULL where it throws. */
function decodeUrl(text: string): string | null {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = 0; i < text.length; ) {
    const c = text[i] as string;
    if (c === '%') {
      const digits = text.slice(i + 1, i + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) return null;
      bytes.push(Number.parseInt(digits, 16));
      i += 3;
    } else if (c === '+') {
      bytes.push(32);
      i++;
    } else {
      const point = String.fromCodePoint(text.codePointAt(i) as number);
      bytes.push(...encoder.encode(point));
      i += point.length;
    }
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

const digest = (algorithm: string, value: string | Uint8Array): string =>
  createHash(algorithm).update(value).digest('hex');

const hash = (algorithm: string): FunctionImpl => plain((value: string | Uint8Array) => digest(algorithm, value));

const SHA2 = new Set([224, 256, 384, 512]);

export const urlAndHashFunctions: FunctionTable = {
  PARSE_URL: plain((text: string, part: string, key?: string) =>
    key === undefined ? urlPart(text, part) : queryValue(text, part, key),
  ),
  URL_ENCODE: plain(encodeUrl),
  URL_DECODE: plain(decodeUrl),
  MD5: hash('md5'),
  SHA1: hash('sha1'),
  SHA224: hash('sha224'),
  SHA256: hash('sha256'),
  SHA384: hash('sha384'),
  SHA512: hash('sha512'),
  SHA2: plain((value: string | Uint8Array, bits: number) => {
    if (!SHA2.has(bits)) throw new FlinkFault('RuntimeException', 'Unsupported algorithm.');
    return digest(`sha${bits}`, value);
  }),
  HASH_CODE: bound((site) => {
    const type = site.operandTypes[0];
    if (!type) throw new FlinkFault('CodeGenException', 'HASH_CODE needs an argument.');
    if (type.root === 'DECIMAL') return (value: bigint) => stringHash(value.toString());
    return (value: Value) => murmurOf(value, type);
  }),
};
