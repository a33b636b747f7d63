import { t } from '../shared/l10n.ts';
import type { ConnectionDraft } from './messages.ts';

/** What is wrong with each field, in one line. */
export function problemsOf(
  draft: ConnectionDraft,
  taken: readonly string[],
): { readonly [key in keyof ConnectionDraft]?: string } {
  const problems: { -readonly [key in keyof ConnectionDraft]?: string } = {};
  const name = draft.name.trim();
  if (name === '') problems.name = t('A connection needs a name');
  else if (taken.includes(name)) problems.name = t('There is a connection {0} already', name);
  const address = (key: 'url' | 'jobManager' | 'proxyUrl'): void => {
    if (!isHttp(draft[key].trim())) problems[key] = t('An address that begins with http:// or https://');
    else if (new URL(draft[key].trim()).password !== '') problems[key] = t('Passwords do not belong into the address');
  };
  address('url');
  if (draft.jobManager.trim() !== '') address('jobManager');
  if (draft.proxy === 'own') address('proxyUrl');
  if (draft.auth === 'basic' && draft.user.trim() === '') problems.user = t('Which user?');
  if (draft.cert.trim() !== '' && draft.key.trim() === '') problems.key = t('A client certificate needs its key');
  if (draft.key.trim() !== '' && draft.cert.trim() === '') problems.cert = t('A client key needs its certificate');
  return problems;
}

function isHttp(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}
