import type { KafkaProposal } from '../../webviews/kafka-form/messages.ts';
import { isServer, type KafkaSetting, serversOf } from './settings.ts';
import { workspaceTables } from './workspace.ts';

/** Brokers that the workspace's SQL names and that no connection has. */
export async function proposals(known: readonly KafkaSetting[]): Promise<KafkaProposal[]> {
  const taken = new Set(known.flatMap(({ bootstrap }) => serversOf(bootstrap)));
  const found = new Map<string, Set<string>>();
  for (const { bootstrap, file } of await workspaceTables()) {
    const servers = serversOf(bootstrap ?? '');
    // A variable has no value here.
    if (servers.length === 0 || servers.some((server) => taken.has(server) || !isServer(server) || /\$\{/.test(server)))
      continue;
    const key = servers.join(',');
    found.set(key, (found.get(key) ?? new Set()).add(file));
  }
  return [...found].map(([bootstrap, files]) => ({ bootstrap, from: [...files].join(', ') }));
}
