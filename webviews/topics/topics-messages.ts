/** What the list of topics and the extension tell each other. Figures of 64 bits are texts. */

export interface TopicRow {
  readonly name: string;
  readonly isInternal: boolean;
  readonly partitions: number;
  readonly replicas: number;
  /** Partitions with fewer in-sync replicas than replicas. */
  readonly underReplicated: number;
  readonly bytes: string | null;
  /** Where its partitions end, together: how many messages were ever written, and more where there were transactions. */
  readonly end: string | null;
  /** Messages a second; null before it is known. */
  readonly rate: number | null;
  /** Empty where it is not known; `retentionMs` -1 is for ever. */
  readonly cleanupPolicy: string;
  readonly retentionMs: string | null;
  readonly retentionBytes: string | null;
  readonly error: string | null;
}

export interface TopicsState {
  readonly connection: string;
  readonly topics: readonly TopicRow[];
  /** Why the list could not be had anew. */
  readonly problem: string | null;
}

export type TopicsRequest = { readonly type: 'ready' } | { readonly type: 'openTopic'; readonly topic: string };

export type TopicsMessage =
  | { readonly type: 'topics'; readonly state: TopicsState }
  | { readonly type: 'offline'; readonly message: string };
