import { connectionsInCompose, connectionsInSql, type NamedText } from '../../topics/proposals.ts';
import type { KafkaProposal } from '../../webviews/kafka-form/messages.ts';
import { type KafkaSetting, serversOf } from './settings.ts';
import { workspaceTexts } from './workspace.ts';

/** Brokers that the workspace's SQL and docker-compose files name, and that no connection has. */
export async function proposals(known: readonly KafkaSetting[]): Promise<KafkaProposal[]> {
  const taken = new Set(known.flatMap(({ bootstrap }) => serversOf(bootstrap)));
  const texts = async (glob: string): Promise<NamedText[]> =>
    (await workspaceTexts(glob)).map(({ path, text }) => ({ name: path, text }));
  const found = [
    ...connectionsInSql(await texts('**/*.{sql,fsql,flinknb}')),
    ...connectionsInCompose(await texts('**/{docker-compose,compose}*.{yml,yaml}')),
  ];
  const shown = new Map<string, KafkaProposal>();
  for (const { bootstrap, registryUrl, from } of found) {
    if (serversOf(bootstrap).some((server) => taken.has(server))) continue;
    const before = shown.get(bootstrap);
    const url = before?.registryUrl ?? registryUrl;
    shown.set(bootstrap, {
      bootstrap,
      ...(url === undefined ? {} : { registryUrl: url }),
      from: [...(before ? [before.from] : []), ...from].join(', '),
    });
  }
  return [...shown.values()];
}
