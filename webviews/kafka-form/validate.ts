import { t } from '../shared/l10n.ts';
import type { KafkaDraft } from './messages.ts';

/** What is wrong with each field, in one line. */
export function problemsOf(
  draft: KafkaDraft,
  taken: readonly string[],
): { readonly [key in keyof KafkaDraft]?: string } {
  const problems: { -readonly [key in keyof KafkaDraft]?: string } = {};
  const text = (key: 'name' | 'bootstrap' | 'user' | 'clientId'): string => draft[key].trim();
  const address = (key: 'registryUrl' | 'tokenEndpoint'): void => {
    const value = draft[key].trim();
    if (!/^https?:\/\/[^/]/i.test(value) || !URL.canParse(value))
      problems[key] = t('An address that begins with http:// or https://');
    else if (new URL(value).password !== '') problems[key] = t('Passwords do not belong into the address');
  };
  if (text('name') === '') problems.name = t('A connection needs a name');
  else if (taken.includes(text('name'))) problems.name = t('There is a connection {0} already', text('name'));
  const servers = text('bootstrap').split(',');
  const wrong = servers
    .map((server) => server.trim())
    .find((server) => !/^[^\s:/]+:\d{1,5}$|^\[.+\]:\d{1,5}$/.test(server));
  if (text('bootstrap') === '') problems.bootstrap = t('At least one broker as host:port');
  else if (wrong !== undefined)
    problems.bootstrap = wrong === '' ? t('A part of it is empty') : t('{0} is not host:port', wrong);
  if (draft.sasl === 'OAUTHBEARER') {
    address('tokenEndpoint');
    if (text('clientId') === '') problems.clientId = t('Which client?');
  } else if (draft.sasl !== 'none' && text('user') === '') problems.user = t('Which user?');
  if (draft.tls && draft.keyStore.trim() === '') {
    if (draft.cert.trim() !== '' && draft.key.trim() === '') problems.key = t('A client certificate needs its key');
    if (draft.key.trim() !== '' && draft.cert.trim() === '') problems.cert = t('A client key needs its certificate');
  }
  if (draft.registryUrl.trim() !== '') address('registryUrl');
  if (draft.registryUrl.trim() !== '' && draft.registryAuth === 'basic' && draft.registryUser.trim() === '')
    problems.registryUser = t('Which user?');
  const line = draft.hosts.split('\n').find((one) => one.trim() !== '' && !/^\s*[^\s=]+\s*=\s*[^\s=]+\s*$/.test(one));
  if (line !== undefined) problems.hosts = t('Not "name = address": {0}', line.trim());
  return problems;
}
