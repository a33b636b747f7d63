import { ask } from './ask.ts';
import type { Cluster } from './cluster.ts';
import { LATEST, listOffsetsApi } from './topic-requests.ts';
import type { TopicEnd } from './types.ts';

/**
 * Where each topic ends: the next offsets of its partitions, together. One request to each broker, whatever the number of topics. A topic
 * with a partition that cannot be asked for is left out: its sum would be another one.
 */
export async function topicEnds(cluster: Cluster): Promise<TopicEnd[]> {
  const { topics } = await cluster.metadata(null);
  const sums = new Map<string, bigint>();
  const broken = new Set<string>();
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const { name, errorCode, partitions } of topics) {
    if (errorCode !== 0) continue;
    sums.set(name, 0n);
    for (const { partition, leader } of partitions) {
      if (leader < 0) broken.add(name);
      const of = byLeader.get(leader) ?? new Map<string, number[]>();
      byLeader.set(leader, of);
      of.set(name, [...(of.get(name) ?? []), partition]);
    }
  }
  byLeader.delete(-1);
  await Promise.all(
    [...byLeader].map(async ([leader, of]) => {
      const asked = [...of].map(([name, partitions]) => ({
        name,
        partitions: partitions.map((partition) => ({ partition, leaderEpoch: -1, timestamp: LATEST })),
      }));
      try {
        const broker = await cluster.brokers.node(leader);
        const answer = await ask(broker, listOffsetsApi, { replica: -1, isolation: 0, topics: asked });
        for (const { name, partitions } of answer.topics)
          for (const { errorCode, offset } of partitions)
            if (errorCode === 0) sums.set(name, (sums.get(name) ?? 0n) + offset);
            else broken.add(name);
      } catch (error) {
        if (cluster.brokers.signal.aborted) throw error;
        // A broker that is away: what it leads is left out, and the rest is told.
        for (const name of of.keys()) broken.add(name);
      }
    }),
  );
  return [...sums].flatMap(([name, end]) => (broken.has(name) ? [] : [{ name, end }]));
}
