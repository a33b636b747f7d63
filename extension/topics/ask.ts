import * as vscode from 'vscode';
import type { KafkaBook } from './book.ts';
import { metricName } from './job-lags.ts';
import type { KafkaLink } from './link.ts';

/** Asks for a name to be typed before something is lost. Gives whether it was. */
export async function typedName(what: string, detail: string, name: string): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title: what,
    prompt: vscode.l10n.t('{0} Type {1} to confirm.', detail, name),
    placeHolder: name,
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' || name.startsWith(text) ? undefined : vscode.l10n.t('Not {0}', name)),
  });
  if (typed === undefined) return false;
  if (typed !== name) throw new Error(vscode.l10n.t('Nothing was done: {0} is not {1}', typed || '“”', name));
  return true;
}

/** Throws when a connection is read-only; for what is asked before the client refuses it. */
export function assertLinkWritable(link: KafkaLink, what: string): void {
  if (link.readOnly) throw new Error(vscode.l10n.t('{0} is refused: the connection {1} is read-only', what, link.name));
}

/** A connection, of which there may be only one. */
export async function pickLink(
  book: KafkaBook,
  title: string,
  fits: (link: KafkaLink) => boolean = () => true,
): Promise<KafkaLink | undefined> {
  const links = book.links.filter(fits);
  if (links.length === 0) throw new Error(vscode.l10n.t('There is no connection to Kafka for that. Add one first.'));
  if (links.length === 1) return links[0];
  const items = links.map((link) => ({ label: link.name, description: link.setting.bootstrap, link }));
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.link;
}

/** A topic of a connection, chosen or typed. */
export async function pickTopic(link: KafkaLink, title: string, isNew = false): Promise<string | undefined> {
  const list = link.topics ?? (await link.listTopics());
  if (list.problem !== undefined) throw new Error(list.problem);
  const own = list.items.filter(({ isInternal }) => !isInternal);
  const other = { label: vscode.l10n.t('$(add) Another topic…'), name: undefined };
  const items = [...own.map(({ name }) => ({ label: name, name })), ...(isNew ? [other] : [])];
  const picked = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (!picked) return undefined;
  return picked.name ?? vscode.window.showInputBox({ title, prompt: vscode.l10n.t('Name of the topic') });
}

/** A topic by its name among metrics, of a connection that has it; of several one is chosen. */
export async function topicOfMetric(
  book: KafkaBook,
  metric: string,
): Promise<{ readonly link: KafkaLink; readonly name: string } | undefined> {
  const found: { readonly link: KafkaLink; readonly name: string }[] = [];
  for (const link of book.links) {
    const { items } = link.topics ?? (await link.listTopics());
    for (const { name } of items) if (metricName(name) === metricName(metric)) found.push({ link, name });
  }
  if (found.length === 0) {
    const message = vscode.l10n.t('No connection to Kafka has the topic {0}. Add one for its brokers first.', metric);
    throw new Error(message);
  }
  if (found.length === 1) return found[0];
  const items = found.map((one) => ({ label: one.name, description: one.link.name, one }));
  const title = vscode.l10n.t('The topic {0} of which connection?', metric);
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.one;
}

/** A whole number that is at least `least`. */
export async function askNumber(title: string, value: number, least: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    value: String(value),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      /^\d+$/.test(typed.trim()) && Number(typed) >= least ? undefined : vscode.l10n.t('A number from {0} on', least),
  });
  return text === undefined ? undefined : Number(text);
}

/** Does something that may take a while, with a notice and a way to stop it. */
export function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, tell: (message: string) => void) => Promise<T>,
): Thenable<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (shown, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort(new Error(vscode.l10n.t('{0}: stopped', title))));
    return work(abort.signal, (message) => shown.report({ message }));
  });
}
