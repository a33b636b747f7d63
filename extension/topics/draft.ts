import type { KafkaDraft } from '../../webviews/kafka-form/messages.ts';
import { t } from '../../webviews/shared/l10n.ts';
import { type KafkaSetting, readKafkaConnection } from './settings.ts';

export const EMPTY_KAFKA_DRAFT: KafkaDraft = {
  name: '',
  bootstrap: '',
  tls: false,
  ca: '',
  cert: '',
  key: '',
  keyStore: '',
  checkHost: true,
  sasl: 'none',
  user: '',
  tokenEndpoint: '',
  clientId: '',
  scope: '',
  registryUrl: '',
  registryAuth: 'none',
  registryUser: '',
  registryCa: '',
  hosts: '',
  readOnly: false,
};

/** A connection as the form edits it. */
export function kafkaDraftOf(setting: KafkaSetting): KafkaDraft {
  const { tls, oauth, registry } = setting;
  return {
    ...EMPTY_KAFKA_DRAFT,
    name: setting.name,
    bootstrap: setting.bootstrap,
    tls: tls !== undefined,
    ca: tls?.ca ?? '',
    cert: tls?.cert ?? '',
    key: tls?.key ?? '',
    keyStore: tls?.keyStore ?? '',
    checkHost: tls?.checkHost ?? true,
    sasl: setting.sasl ?? 'none',
    user: setting.user ?? '',
    tokenEndpoint: oauth?.tokenEndpoint ?? '',
    clientId: oauth?.clientId ?? '',
    scope: oauth?.scope ?? '',
    registryUrl: registry?.url ?? '',
    registryAuth: registry?.auth ?? 'none',
    registryUser: registry?.user ?? '',
    registryCa: registry?.ca ?? '',
    hosts: Object.entries(setting.hosts ?? {})
      .map(([name, address]) => `${name} = ${address}`)
      .join('\n'),
    readOnly: setting.readOnly ?? false,
  };
}

/** What the form says, as a connection. Throws an Error with one line where it cannot be one. */
export function kafkaSettingOf(draft: KafkaDraft): KafkaSetting {
  const read = readKafkaConnection(writtenKafka(draft), t('The connection'));
  if (typeof read === 'string') throw new Error(read);
  return read;
}

function writtenKafka(draft: KafkaDraft): Record<string, unknown> {
  const trimmed = (key: keyof KafkaDraft): string | undefined => String(draft[key]).trim() || undefined;
  const hasUser = draft.sasl !== 'none' && draft.sasl !== 'OAUTHBEARER';
  const hosts = draft.hosts.split('\n').flatMap((line) => {
    const [, name, address] = /^\s*([^\s=]+)\s*=\s*([^\s=]+)\s*$/.exec(line) ?? [];
    return name === undefined || address === undefined ? [] : [[name, address] as const];
  });
  return {
    name: trimmed('name'),
    bootstrap: trimmed('bootstrap'),
    ...(draft.sasl === 'none' ? {} : { sasl: draft.sasl }),
    ...(hasUser ? { user: trimmed('user') } : {}),
    ...(draft.sasl === 'OAUTHBEARER'
      ? { oauth: { tokenEndpoint: trimmed('tokenEndpoint'), clientId: trimmed('clientId'), scope: trimmed('scope') } }
      : {}),
    ...(draft.tls
      ? {
          tls: {
            ca: trimmed('ca'),
            cert: trimmed('cert'),
            key: trimmed('key'),
            keyStore: trimmed('keyStore'),
            ...(draft.checkHost ? {} : { checkHost: false }),
          },
        }
      : {}),
    ...(trimmed('registryUrl')
      ? {
          registry: {
            url: trimmed('registryUrl'),
            ...(draft.registryAuth === 'none' ? {} : { auth: draft.registryAuth }),
            ...(draft.registryAuth === 'basic' ? { user: trimmed('registryUser') } : {}),
            ca: trimmed('registryCa'),
          },
        }
      : {}),
    ...(hosts.length > 0 ? { hosts: Object.fromEntries(hosts) } : {}),
    ...(draft.readOnly ? { readOnly: true } : {}),
  };
}

/** The entry as it is written into settings.json. */
export function writtenKafkaConnection(setting: KafkaSetting): unknown {
  const { tls, ...rest } = setting;
  if (tls === undefined) return setting;
  return { ...rest, tls: Object.keys(tls).length === 0 ? true : tls };
}
