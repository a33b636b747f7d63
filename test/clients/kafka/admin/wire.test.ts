import { Reader, Writer } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { releaseOf } from '../../../../clients/kafka/admin/cluster-info.ts';
import * as groups from '../../../../clients/kafka/admin/group-requests.ts';
import * as topics from '../../../../clients/kafka/admin/topic-requests.ts';
import {
  type Api,
  array,
  type Codec,
  commonVersion,
  int32,
  nullableArray,
  nullableText,
  since,
  struct,
  text,
  wireVersion,
} from '../../../../clients/kafka/admin/wire.ts';

function roundTrip<T>(codec: Codec<T>, value: T, number: number, flexibleFrom?: number): { back: T; length: number } {
  const version = wireVersion(flexibleFrom === undefined ? {} : { flexibleFrom }, number);
  const writer = Writer.create();
  codec.write(writer, value, version);
  const reader = Reader.from(writer);
  const back = codec.read(reader, version);
  expect(reader.remaining).toBe(0);
  return { back, length: writer.length };
}

describe("messages of Kafka's protocol", () => {
  const codec = struct({
    name: text,
    rack: nullableText,
    ids: nullableArray(int32),
    late: since(2, array(text), ['none']),
    gone: since(0, int32, -1, 1),
  });
  const value = { name: 'ä', rack: null, ids: null, late: ['x'], gone: 7 };

  it('leave out what a version does not have', () => {
    expect(roundTrip(codec, value, 1).back).toEqual({ ...value, late: ['none'] });
    expect(roundTrip(codec, value, 2).back).toEqual({ ...value, gone: -1 });
  });

  it('are compact in flexible versions', () => {
    const [plain, flexible] = [roundTrip(codec, value, 2), roundTrip(codec, value, 2, 2)];
    expect(flexible.back).toEqual(plain.back);
    // Lengths of one byte instead of 2 and 4, and a byte for tagged fields.
    expect(plain.length - flexible.length).toBe(1 + 1 + 3 + 3 + 1 - 1);
  });

  // Key, least and greatest version that brokers of these releases offer (ApiVersions), and what we then speak.
  it.each([
    ['Kafka 2.8', topics.metadataApi, [0, 11], 11],
    ['Kafka 2.3', topics.metadataApi, [0, 8], 8],
    ['Kafka 4.3', topics.metadataApi, [0, 13], 12],
    ['Kafka 2.3', topics.describeConfigsApi, [0, 2], 2],
    ['Kafka 2.8', topics.describeConfigsApi, [0, 4], 3],
    ['Kafka 2.3', topics.createTopicsApi, [0, 3], 3],
    ['Kafka 4.3', topics.createTopicsApi, [2, 7], 4],
    ['Kafka 4.3', topics.describeLogDirsApi, [1, 5], 1],
    ['Kafka 2.3', topics.listOffsetsApi, [0, 5], 5],
    ['Kafka 4.3', topics.listOffsetsApi, [1, 11], 5],
    ['Kafka 2.3', groups.listGroupsApi, [0, 2], 2],
    ['Kafka 2.8', groups.listGroupsApi, [0, 4], 4],
    ['Kafka 4.3', groups.listGroupsApi, [0, 5], 5],
    ['Kafka 2.3', groups.describeGroupsApi, [0, 3], 3],
    ['Kafka 2.8', groups.offsetFetchApi, [0, 7], 5],
    ['Kafka 4.3', groups.offsetFetchApi, [1, 10], 5],
    ['Kafka 4.3', groups.offsetCommitApi, [2, 10], 7],
    ['Kafka 4.0', groups.shareGroupDescribeApi, [0, 0], undefined],
    ['Kafka 2.8', groups.consumerGroupDescribeApi, undefined, undefined],
    ['Kafka 4.2', groups.describeShareOffsetsApi, [0, 1], 1],
  ] as const)('%s: the greatest version that both sides know of %o', (_release, api, offered, expected) => {
    expect(commonVersion(api as Pick<Api<unknown, unknown>, 'versions'>, offered)).toBe(expected);
  });

  it('tells a release by what it offers', () => {
    const versions = (...keys: number[]) => new Map(keys.map((key) => [key, [0, 0]] as const));
    expect(releaseOf({ versions: versions(), metadataVersion: 30 })).toBe('4.3');
    expect(releaseOf({ versions: versions(), metadataVersion: 27 })).toBe('4.1');
    expect(releaseOf({ versions: versions(44, 47, 48, 50, 60) })).toBe('2.8');
    expect(releaseOf({ versions: versions(44, 47, 48, 50) })).toBe('2.7');
    expect(releaseOf({ versions: versions(44) })).toBe('2.3');
    expect(releaseOf({ versions: versions() })).toBe('before 2.3');
  });
});
