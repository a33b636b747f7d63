import { ProtocolError } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { readAssignment } from '../../../../clients/kafka/admin/assignment.ts';
import { inUse } from '../../../../clients/kafka/admin/groups.ts';
import { target } from '../../../../clients/kafka/admin/reset.ts';
import { mappedBroker } from '../../../../clients/kafka/brokers.ts';
import { explain } from '../../../../clients/kafka/explain.ts';

const connection = {
  bootstrap: ['here:9092'],
  clientId: 'test',
  timeoutMs: 1,
  retryMs: 1,
  deliveryMs: 1,
  sasl: { mechanism: 'PLAIN', username: 'alice', password: 'very-secret' },
} as const;

describe('what people are told', () => {
  it.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'DENIED'],
    ['GROUP_AUTHORIZATION_FAILED', 'DENIED'],
    ['CLUSTER_AUTHORIZATION_FAILED', 'DENIED'],
    ['GROUP_ID_NOT_FOUND', 'UNKNOWN_GROUP'],
    ['NON_EMPTY_GROUP', 'GROUP_IN_USE'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC'],
    ['TOPIC_ALREADY_EXISTS', 'INVALID'],
    ['UNSUPPORTED_VERSION', 'UNSUPPORTED'],
  ])('%s is %s, with server and cause and without secrets', (id, code) => {
    const error = explain(new ProtocolError(id, "the broker's own words"), 'doing it', connection);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/here:9092.*doing it.*the broker's own words/);
    expect(error.message).not.toContain('secret');
  });

  it('names who is alive in a group', () => {
    const member = (n: number) => ({ id: `${n}`, instanceId: null, clientId: `c${n}`, host: `/h${n}`, assignment: [] });
    expect(inUse('g', 'Stable', [member(1)], 'reset')).toBe(
      "The group 'g' cannot be reset while a member is alive (c1 at /h1; state Stable): stop them first.",
    );
    expect(inUse('g', 'Stable', [1, 2, 3, 4, 5].map(member), 'deleted')).toContain(
      'while 5 members are alive (c1 at /h1, c2 at /h2, c3 at /h3 and 2 more; state Stable)',
    );
  });

  it.each([
    [{ at: 'earliest' }, undefined, { to: 10n }],
    [{ at: 'latest' }, 15n, { to: 20n }],
    [{ at: 'offset', offset: 12n }, undefined, { to: 12n }],
    [{ at: 'offset', offset: 20n }, undefined, { to: 20n }],
    [{ at: 'offset', offset: 9n }, undefined, { to: 10n, clipped: '9 is before the first offset 10' }],
    [{ at: 'shift', by: -3n }, 15n, { to: 12n }],
    [{ at: 'shift', by: 9n }, 15n, { to: 20n, clipped: '24 is after the end 20' }],
    [{ at: 'timestamp', timestamp: 5 }, 15n, { to: 13n }],
  ] as const)('a reset to %o of an offset of %s', (to, from, expected) => {
    expect(target({ to }, from, 10n, 20n, 13n)).toEqual(expected);
  });

  it('goes to where brokers are reached', () => {
    const hosts = { 'kafka:9092': 'localhost:29092', other: '10.0.0.1' };
    expect(mappedBroker({ host: 'kafka', port: 9092 }, hosts)).toEqual({ host: 'localhost', port: 29092 });
    expect(mappedBroker({ host: 'kafka', port: 9093 }, hosts)).toEqual({ host: 'kafka', port: 9093 });
    expect(mappedBroker({ host: 'other', port: 7 }, hosts)).toEqual({ host: '10.0.0.1', port: 7 });
  });

  it('reads what a classic member is assigned, and nothing of what is another thing', () => {
    const bytes = Buffer.concat([
      Buffer.from([0, 1, 0, 0, 0, 1, 0, 1]),
      Buffer.from('t'),
      Buffer.from([0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 255, 255, 255, 255]),
    ]);
    expect(readAssignment(bytes)).toEqual([{ topic: 't', partitions: [1, 3] }]);
    expect(readAssignment(Buffer.of())).toEqual([]);
    expect(readAssignment(Buffer.from([0, 1, 0, 0, 0, 9, 0, 77]))).toEqual([]);
  });
});
