/** Consumer groups: classic, of KIP-848 (`consumer`) and share groups (KIP-932). */
export interface GroupVerbs {
  /** All groups, by id; brokers and groups that may not be listed are told by `error`. */
  groups(signal?: AbortSignal): Promise<GroupSummary[]>;
  group(id: string, signal?: AbortSignal): Promise<GroupDetail>;
  /** What a reset would do; changes nothing. Targets are clipped to what exists. */
  planReset(group: string, spec: ResetSpec, signal?: AbortSignal): Promise<ResetPlan>;
  /** Refused (GROUP_IN_USE, with the reason) while the group has members. */
  applyReset(plan: ResetPlan): Promise<void>;
  /** Refused (GROUP_IN_USE) while it has members. */
  deleteGroup(id: string): Promise<void>;
  /** Forgets what a group has read of a topic; refused while it is subscribed. A share group forgets all partitions of the topic. */
  deleteOffsets(group: string, topic: string, partitions?: readonly number[]): Promise<void>;
}

export type GroupType = 'classic' | 'consumer' | 'share' | 'streams' | 'unknown';

export interface GroupSummary {
  readonly id: string;
  readonly type: GroupType;
  /** In Kafka's words: `Stable`, `Empty`, `PreparingRebalance`, `Assigning`, `Dead`, …; `Unknown` where old brokers do not list it. */
  readonly state: string;
  /** `consumer`, `share`, or what a classic group calls itself, such as `connect`. */
  readonly protocol: string;
  /** Broker that coordinates it. */
  readonly coordinator: number;
  readonly error?: string;
}

export interface GroupDetail {
  readonly id: string;
  readonly type: GroupType;
  readonly state: string;
  /** Name of the assignor. */
  readonly assignor: string;
  readonly coordinator: number;
  readonly members: readonly GroupMember[];
  /** Of all partitions that are assigned or have an offset, by topic and partition. */
  readonly offsets: readonly GroupOffset[];
  /** Sum of the lags that are known. */
  readonly lag: bigint;
  /** Why offsets could not be read, such as share groups on a broker that does not tell them. */
  readonly offsetsError?: string;
}

export interface GroupMember {
  readonly id: string;
  /** `group.instance.id` of a static member. */
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly host: string;
  readonly assignment: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

export interface GroupOffset {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to read; of a share group its start offset (SPSO). Undefined: none kept. */
  readonly committed?: bigint;
  readonly metadata?: string;
  /** First offset there and the next to be written. */
  readonly earliest?: bigint;
  readonly end?: bigint;
  /** What it has not yet read: `end - committed`, of a share group as its coordinator says. */
  readonly lag?: bigint;
  /** Member that it is assigned to; of share groups the first of several. */
  readonly member?: string;
  readonly error?: string;
}

export interface ResetSpec {
  /** Topics and, where given, only some of their partitions. Without: all that the group has offsets of. */
  readonly topics?: readonly { readonly topic: string; readonly partitions?: readonly number[] }[];
  readonly to:
    | { readonly at: 'earliest' | 'latest' }
    /** Epoch ms: the first record at or after it. */
    | { readonly at: 'timestamp'; readonly timestamp: number }
    | { readonly at: 'offset'; readonly offset: bigint }
    /** From where the group is; negative: back. Not for share groups. */
    | { readonly at: 'shift'; readonly by: bigint };
}

export interface ResetPlan {
  readonly group: string;
  readonly type: GroupType;
  readonly partitions: readonly PlannedOffset[];
  /** Why `applyReset` would be refused now, such as members that are alive. */
  readonly refusal?: string;
}

export interface PlannedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly from?: bigint;
  readonly to: bigint;
  /** What was asked for does not exist: `to` is the nearest that does. In words. */
  readonly clipped?: string;
  /** Share groups on brokers without this offset's kind: why this partition would be left out. */
  readonly error?: string;
}
