import {
  type Api,
  array,
  bool,
  bytes,
  int16,
  int32,
  int64,
  nullableArray,
  nullableText,
  since,
  struct,
  text,
  uuid,
} from './wire.ts';

/* Requests about groups. Classic groups in versions that brokers from 2.3 to 4.x know; the others where the broker has them. */

const api = <Q, A>(of: Api<Q, A>): Api<Q, A> => of;

export const listGroupsApi = api({
  name: 'ListGroups',
  key: 16,
  versions: [1, 5],
  flexibleFrom: 3,
  request: struct({ states: since(4, array(text), []), types: since(5, array(text), []) }),
  response: struct({
    throttleMs: int32,
    errorCode: int16,
    groups: array(
      struct({ id: text, protocol: text, state: since(4, text, 'Unknown'), type: since(5, text, 'classic') }),
    ),
  }),
});

export const describeGroupsApi = api({
  name: 'DescribeGroups',
  key: 15,
  versions: [3, 4],
  request: struct({ groups: array(text), withOperations: bool }),
  response: struct({
    throttleMs: int32,
    groups: array(
      struct({
        errorCode: int16,
        id: text,
        state: text,
        protocol: text,
        assignor: text,
        members: array(
          struct({
            id: text,
            instanceId: since(4, nullableText, null),
            clientId: text,
            host: text,
            metadata: bytes,
            assignment: bytes,
          }),
        ),
        operations: int32,
      }),
    ),
  }),
});

const assignment = struct({ topics: array(struct({ id: uuid, topic: text, partitions: array(int32) })) });

export const consumerGroupDescribeApi = api({
  name: 'ConsumerGroupDescribe',
  key: 69,
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({ groups: array(text), withOperations: bool }),
  response: struct({
    throttleMs: int32,
    groups: array(
      struct({
        errorCode: int16,
        errorMessage: nullableText,
        id: text,
        state: text,
        epoch: int32,
        assignmentEpoch: int32,
        assignor: text,
        members: array(
          struct({
            id: text,
            instanceId: nullableText,
            rack: nullableText,
            epoch: int32,
            clientId: text,
            host: text,
            topics: array(text),
            topicPattern: nullableText,
            assignment,
            target: assignment,
          }),
        ),
        operations: int32,
      }),
    ),
  }),
});

export const shareGroupDescribeApi = api({
  name: 'ShareGroupDescribe',
  key: 77,
  versions: [1, 1],
  flexibleFrom: 0,
  request: struct({ groups: array(text), withOperations: bool }),
  response: struct({
    throttleMs: int32,
    groups: array(
      struct({
        errorCode: int16,
        errorMessage: nullableText,
        id: text,
        state: text,
        epoch: int32,
        assignmentEpoch: int32,
        assignor: text,
        members: array(
          struct({
            id: text,
            rack: nullableText,
            epoch: int32,
            clientId: text,
            host: text,
            topics: array(text),
            assignment,
          }),
        ),
        operations: int32,
      }),
    ),
  }),
});

export const offsetFetchApi = api({
  name: 'OffsetFetch',
  key: 9,
  versions: [3, 5],
  /** null: all that the group has offsets of. */
  request: struct({ group: text, topics: nullableArray(struct({ name: text, partitions: array(int32) })) }),
  response: struct({
    throttleMs: int32,
    topics: array(
      struct({
        name: text,
        partitions: array(
          struct({
            partition: int32,
            offset: int64,
            leaderEpoch: since(5, int32, -1),
            metadata: nullableText,
            errorCode: int16,
          }),
        ),
      }),
    ),
    errorCode: int16,
  }),
});

export const offsetCommitApi = api({
  name: 'OffsetCommit',
  key: 8,
  versions: [5, 7],
  request: struct({
    group: text,
    generation: int32,
    member: text,
    instanceId: since(7, nullableText, null),
    topics: array(
      struct({
        name: text,
        partitions: array(
          struct({ partition: int32, offset: int64, leaderEpoch: since(6, int32, -1), metadata: nullableText }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleMs: int32,
    topics: array(struct({ name: text, partitions: array(struct({ partition: int32, errorCode: int16 })) })),
  }),
});

export const offsetDeleteApi = api({
  name: 'OffsetDelete',
  key: 47,
  versions: [0, 0],
  request: struct({
    group: text,
    topics: array(struct({ name: text, partitions: array(int32) })),
  }),
  response: struct({
    errorCode: int16,
    throttleMs: int32,
    topics: array(struct({ name: text, partitions: array(struct({ partition: int32, errorCode: int16 })) })),
  }),
});

export const deleteGroupsApi = api({
  name: 'DeleteGroups',
  key: 42,
  versions: [0, 1],
  request: struct({ groups: array(text) }),
  response: struct({ throttleMs: int32, results: array(struct({ id: text, errorCode: int16 })) }),
});

export const describeShareOffsetsApi = api({
  name: 'DescribeShareGroupOffsets',
  key: 90,
  versions: [0, 1],
  flexibleFrom: 0,
  request: struct({
    groups: array(struct({ id: text, topics: nullableArray(struct({ topic: text, partitions: array(int32) })) })),
  }),
  response: struct({
    throttleMs: int32,
    groups: array(
      struct({
        id: text,
        topics: array(
          struct({
            topic: text,
            topicId: uuid,
            partitions: array(
              struct({
                partition: int32,
                start: int64,
                leaderEpoch: int32,
                lag: since(1, int64, -1n),
                errorCode: int16,
                errorMessage: nullableText,
              }),
            ),
          }),
        ),
        errorCode: int16,
        errorMessage: nullableText,
      }),
    ),
  }),
});

export const alterShareOffsetsApi = api({
  name: 'AlterShareGroupOffsets',
  key: 91,
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({
    group: text,
    topics: array(struct({ topic: text, partitions: array(struct({ partition: int32, start: int64 })) })),
  }),
  response: struct({
    throttleMs: int32,
    errorCode: int16,
    errorMessage: nullableText,
    topics: array(
      struct({
        topic: text,
        topicId: uuid,
        partitions: array(struct({ partition: int32, errorCode: int16, errorMessage: nullableText })),
      }),
    ),
  }),
});

export const deleteShareOffsetsApi = api({
  name: 'DeleteShareGroupOffsets',
  key: 92,
  versions: [0, 0],
  flexibleFrom: 0,
  request: struct({ group: text, topics: array(struct({ topic: text })) }),
  response: struct({
    throttleMs: int32,
    errorCode: int16,
    errorMessage: nullableText,
    topics: array(struct({ topic: text, topicId: uuid, errorCode: int16, errorMessage: nullableText })),
  }),
});
