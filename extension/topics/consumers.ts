import type { KafkaAdmin } from '../../clients/kafka/admin/types.ts';
import type { ConsumerView } from '../../webviews/topics/messages.ts';

/** Groups that are looked at at a time. */
const AT_A_TIME = 4;

/** The groups that read a topic or have kept offsets of it, with what they have not read. */
export async function consumersOf(admin: KafkaAdmin, topic: string, signal?: AbortSignal): Promise<ConsumerView[]> {
  const groups = await admin.groups(signal);
  const left = groups.filter(({ error }) => error === undefined);
  const found: ConsumerView[] = [];
  const work = async (): Promise<void> => {
    for (let group = left.shift(); group; group = left.shift()) {
      const detail = await admin.group(group.id, signal);
      const offsets = detail.offsets.filter((one) => one.topic === topic);
      const members = detail.members.filter(({ assignment }) => assignment.some((one) => one.topic === topic));
      if (offsets.length === 0 && members.length === 0) continue;
      const lags = offsets.flatMap(({ lag }) => (lag === undefined ? [] : [lag]));
      found.push({
        group: group.id,
        type: group.type,
        state: detail.state,
        members: members.length,
        lag: lags.length === 0 ? null : String(lags.reduce((sum, lag) => sum + lag, 0n)),
        problem: detail.offsetsError ?? null,
      });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return found.toSorted((a, b) => (a.group < b.group ? -1 : 1));
}
