import { describe, expect, test } from 'vitest';
import { isExcepted, proxyFor } from '../../../clients/http/proxy.ts';

describe('which proxy', () => {
  test.each([
    ['http://flink.example:8083', 'example', true],
    ['http://flink.example:8083', '.example', true],
    ['http://flink.example:8083', '*.example', true],
    ['http://flink.example:8083', 'link.example', false],
    ['http://flink.example:8083', 'flink.example:8083', true],
    ['http://flink.example:8083', 'flink.example:80', false],
    ['https://flink.example', 'FLINK.example:443', true],
    ['http://10.1.2.3', '192.168.0.0/16, 10.0.0.0/8', true],
    ['http://11.1.2.3', '10.0.0.0/8', false],
    ['http://[fd00::1]:80', 'fd00::/8', true],
    ['http://[fd00::1]:80', '[fd00::1]:80', true],
    ['http://anything', '*', true],
    ['http://anything', '', false],
  ])('%s with except %s: direct %s', (url, list, direct) => {
    expect(isExcepted(new URL(url), list)).toBe(direct);
  });

  test('of the environment, as curl and Go read it', () => {
    const env = { HTTPS_PROXY: 'http://u:p@proxy:1', http_proxy: 'plain:2', NO_PROXY: 'inside' };
    const of = (url: string): string | undefined => proxyFor(new URL(url), undefined, env)?.url.host;
    expect(of('https://far')).toBe('proxy:1');
    expect(of('http://far')).toBe('plain:2');
    expect(of('http://a.inside')).toBeUndefined();
    for (const near of ['http://127.0.0.1:8083', 'https://localhost', 'http://[::1]']) expect(of(near)).toBeUndefined();
    expect(proxyFor(new URL('https://far'), 'none', env)).toBeUndefined();
    expect(proxyFor(new URL('https://far'), undefined, env)?.authorization).toBe('Basic dTpw');
  });

  test('an address that is none is refused without showing it', () => {
    const run = (): unknown => proxyFor(new URL('http://far'), { url: 'socks5://hunter2' }, {});
    expect(run).toThrow('The address of the proxy must be an http or https URL');
  });
});
