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
      problems[key] = 'An address that begins with http:// or https://';
    else if (new URL(value).password !== '') problems[key] = 'Passwords do not belong into the address';
  };
  if (text('name') === '') problems.name = 'A connection needs a name';
  else if (taken.includes(text('name'))) problems.name = `There is a connection ${text('name')} already`;
  const servers = text('bootstrap').split(',');
  const wrong = servers
    .map((server) => server.trim())
    .find((server) => !/^[^\s:/]+:\d{1,5}$|^\[.+\]:\d{1,5}$/.test(server));
  if (text('bootstrap') === '') problems.bootstrap = 'At least one broker as host:port';
  else if (wrong !== undefined) problems.bootstrap = `${wrong || 'A part'} is not host:port`;
  if (draft.sasl === 'OAUTHBEARER') {
    address('tokenEndpoint');
    if (text('clientId') === '') problems.clientId = 'Which client?';
  } else if (draft.sasl !== 'none' && text('user') === '') problems.user = 'Which user?';
  if (draft.tls && draft.keyStore.trim() === '') {
    if (draft.cert.trim() !== '' && draft.key.trim() === '') problems.key = 'A client certificate needs its key';
    if (draft.key.trim() !== '' && draft.cert.trim() === '') problems.cert = 'A client key needs its certificate';
  }
  if (draft.registryUrl.trim() !== '') address('registryUrl');
  if (draft.registryUrl.trim() !== '' && draft.registryAuth === 'basic' && draft.registryUser.trim() === '')
    problems.registryUser = 'Which user?';
  const line = draft.hosts.split('\n').find((one) => one.trim() !== '' && !/^\s*[^\s=]+\s*=\s*[^\s=]+\s*$/.test(one));
  if (line !== undefined) problems.hosts = `Not "name = address": ${line.trim()}`;
  return problems;
}
