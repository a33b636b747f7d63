import { KafkaError } from '../kafka-client.ts';
import { protocolError, reasonOf } from './ask.ts';
import { readAssignment } from './assignment.ts';
import type { Cluster } from './cluster.ts';
import { groupOffsets } from './group-offsets.ts';
import {
  consumerGroupDescribeApi,
  deleteGroupsApi,
  describeGroupsApi,
  listGroupsApi,
  shareGroupDescribeApi,
} from './group-requests.ts';
import type { GroupDetail, GroupMember, GroupSummary, GroupType } from './group-types.ts';

const TYPES = new Set<string>(['classic', 'consumer', 'share', 'streams']);
const typeOf = (text: string): GroupType =>
  TYPES.has(text.toLowerCase()) ? (text.toLowerCase() as GroupType) : 'unknown';

/** Groups of all brokers: each lists those that it coordinates. Who does not answer leaves the others listed. */
export async function listGroups(cluster: Cluster): Promise<GroupSummary[]> {
  const { answers } = await cluster.everyone(listGroupsApi, { states: [], types: [] });
  const refusal = answers.find((a) => a.answer.errorCode !== 0);
  if (refusal && answers.every((a) => a.answer.errorCode !== 0)) throw protocolError(refusal.answer.errorCode);
  return answers
    .flatMap(({ broker, answer }) =>
      answer.groups.map(({ id, protocol, state, type }) => ({
        id,
        type: typeOf(type),
        state,
        protocol,
        coordinator: broker,
      })),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What a group's coordinator tells of it, without offsets. */
export interface DescribedGroup {
  readonly type: GroupType;
  readonly state: string;
  readonly assignor: string;
  readonly members: readonly GroupMember[];
}

const GROUP_ID_NOT_FOUND = 69;

/** Throws UNKNOWN_GROUP. */
export async function describeGroup(cluster: Cluster, id: string): Promise<GroupDetail> {
  return cluster.retrying(async () => {
    const described = await describeMembers(cluster, id);
    const { broker } = await cluster.coordinatorOf(id);
    const { offsets, error } = await groupOffsets(cluster, id, described);
    return {
      id,
      ...described,
      coordinator: broker,
      offsets,
      lag: offsets.reduce((sum, o) => sum + (o.lag ?? 0n), 0n),
      ...(error !== undefined && { offsetsError: error }),
    };
  });
}

/** By the group's type, which its coordinator's list tells; older brokers know classic groups only. */
export async function describeMembers(cluster: Cluster, id: string): Promise<DescribedGroup> {
  const { groups, errorCode } = await cluster.coordinator(id, listGroupsApi, { states: [], types: [] });
  const listed = groups.find((g) => g.id === id);
  if (!listed && errorCode === 0)
    throw new KafkaError('UNKNOWN_GROUP', `The group '${id}' does not exist on ${cluster.where}.`);
  const type = typeOf(listed?.type ?? 'classic');
  if (type === 'consumer') return describeNew(cluster, id, type, consumerGroupDescribeApi);
  if (type === 'share') return describeNew(cluster, id, type, shareGroupDescribeApi);
  if (type !== 'classic') {
    // Members of a streams group hold tasks, which are another thing; its offsets are like any group's.
    return { type, state: listed?.state ?? 'Unknown', assignor: '', members: [] };
  }
  const answer = await cluster.coordinator(id, describeGroupsApi, { groups: [id], withOperations: false });
  const [group] = answer.groups;
  if (!group) throw protocolError(GROUP_ID_NOT_FOUND);
  if (group.errorCode !== 0) throw protocolError(group.errorCode);
  return {
    type,
    state: group.state,
    assignor: group.assignor,
    members: group.members.map(({ id: member, instanceId, clientId, host, assignment }) => ({
      ...{ id: member, instanceId, clientId, host },
      // Connect and others keep something else in there.
      assignment: group.protocol === 'consumer' ? readAssignment(assignment) : [],
    })),
  };
}

async function describeNew(
  cluster: Cluster,
  id: string,
  type: GroupType,
  api: typeof consumerGroupDescribeApi | typeof shareGroupDescribeApi,
): Promise<DescribedGroup> {
  const request = { groups: [id], withOperations: false };
  const { groups } =
    api.key === consumerGroupDescribeApi.key
      ? await cluster.coordinator(id, consumerGroupDescribeApi, request)
      : await cluster.coordinator(id, shareGroupDescribeApi, request);
  const [group] = groups;
  if (!group) throw protocolError(GROUP_ID_NOT_FOUND);
  if (group.errorCode !== 0) throw protocolError(group.errorCode, group.errorMessage);
  return {
    type,
    state: group.state,
    assignor: group.assignor,
    members: group.members.map((m) => ({
      id: m.id,
      instanceId: 'instanceId' in m ? (m.instanceId as string | null) : null,
      clientId: m.clientId,
      host: m.host,
      assignment: m.assignment.topics.map(({ topic, partitions }) => ({ topic, partitions })),
    })),
  };
}

export async function deleteGroup(cluster: Cluster, id: string): Promise<void> {
  await cluster.retrying(async () => {
    const { results } = await cluster.coordinator(id, deleteGroupsApi, { groups: [id] });
    const code = results.find((r) => r.id === id)?.errorCode ?? 0;
    if (code === 0) return;
    if (code === NON_EMPTY) throw new KafkaError('GROUP_IN_USE', await whyInUse(cluster, id, 'deleted'));
    throw protocolError(code);
  });
}

export const NON_EMPTY = 68;

/** Why a group must be left alone: who is alive in it. */
export async function whyInUse(cluster: Cluster, id: string, what: string): Promise<string> {
  const { state, members } = await describeMembers(cluster, id);
  return inUse(id, state, members, what);
}

export function inUse(id: string, state: string, members: readonly GroupMember[], what: string): string {
  const names = members.slice(0, 3).map((m) => `${m.clientId} at ${m.host}`);
  const more = members.length > names.length ? ` and ${members.length - names.length} more` : '';
  const who = members.length === 1 ? 'a member is' : `${members.length} members are`;
  return `The group '${id}' cannot be ${what} while ${who} alive (${names.join(', ')}${more}; state ${state}): stop them first.`;
}

export const partitionError = (code: number, words: string | null = null): { error?: string } =>
  code === 0 ? {} : { error: reasonOf(code, words) };
