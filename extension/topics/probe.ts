import type { KafkaTestOutcome } from '../../webviews/kafka-form/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';
import type { KafkaLink } from './link.ts';
import { plural } from './words.ts';

/** Asks brokers and registry who they are. Throws where the brokers do not answer. */
export async function probeKafka(link: KafkaLink, signal: AbortSignal): Promise<KafkaTestOutcome> {
  const admin = await link.admin();
  const cluster = await within(admin.cluster(signal), signal);
  const topics = await within(admin.topics(signal), signal);
  const own = topics.filter(({ isInternal }) => !isInternal);
  const refused = topics.filter(({ error }) => error !== undefined).length;
  const { features } = cluster;
  const kinds = [features.consumerGroups && t('consumer groups of KIP-848'), features.shareGroups && t('share groups')];
  const lines = [
    t('Kafka {0}, cluster {1}', cluster.version, cluster.id),
    `${plural(cluster.brokers.length, 'broker')}: ${cluster.brokers.map(({ host, port }) => `${host}:${port}`).join(', ')}`,
    [
      t('{0}, {1} internal', plural(own.length, 'topic'), topics.length - own.length),
      ...(refused > 0 ? [t('{0} may not be described', refused)] : []),
    ].join('; '),
    t('It has {0}', [t('classic groups'), ...kinds.filter((kind) => kind !== false)].join(', ')),
  ];
  if (link.setting.tls?.checkHost === false) lines.push(t('The name in the certificate was not checked'));
  if (!link.setting.registry) return { kind: 'ok', lines: [...lines, t('No registry: no schemas')] };
  try {
    const registry = await link.registry();
    const subjects = await within(registry.subjects(false, signal), signal);
    const level = await within(registry.level(undefined, signal), signal);
    return {
      kind: 'ok',
      lines: [...lines, t('Registry: {0}, compatibility {1}', plural(subjects.length, 'subject'), level)],
    };
  } catch (error) {
    signal.throwIfAborted();
    return {
      kind: 'partly',
      lines: [...lines, t('Registry: {0}', error instanceof Error ? error.message : String(error))],
    };
  }
}

/** Not every step of a client hears of the signal; the person waits no longer than it says. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
