import * as vscode from 'vscode';
import type { ProduceRecord } from '../../clients/kafka/admin/types.ts';
import type { RawMessage } from '../../topics/types.ts';
import type { MessagePlace } from '../../webviews/topics/messages.ts';
import { pickLink, pickTopic, withProgress } from './ask.ts';
import type { KafkaBook } from './book.ts';
import { fetchMessages } from './fetch-messages.ts';
import type { KafkaLink } from './link.ts';
import { countText, plural } from './words.ts';

/** Messages that are read again one by one; more are copied as a whole. */
export const MOST_PICKED = 10_000;

export interface Target {
  readonly link: KafkaLink;
  readonly topic: string;
  /** Keep partition numbers, and times. */
  readonly keep: ReadonlySet<'partitions' | 'timestamps'>;
}

/** Asks where messages shall go and what is kept of them. */
export async function pickTarget(book: KafkaBook, title: string): Promise<Target | undefined> {
  const link = await pickLink(book, title, ({ readOnly }) => !readOnly);
  const topic = link && (await pickTopic(link, title, true));
  if (!link || !topic) return undefined;
  const items = [
    { label: vscode.l10n.t('Keep the times of the messages'), keeps: 'timestamps' as const, picked: true },
    { label: vscode.l10n.t('Keep the partitions'), keeps: 'partitions' as const, picked: false },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    ignoreFocusOut: true,
    title: vscode.l10n.t('{0}: what is kept', title),
    canPickMany: true,
  });
  return picked && { link, topic, keep: new Set(picked.map(({ keeps }) => keeps)) };
}

/** Copies messages at these places to a topic, of another cluster too. */
export async function copyMessages(
  book: KafkaBook,
  link: KafkaLink,
  topic: string,
  places: readonly MessagePlace[],
): Promise<void> {
  const target = await pickTarget(book, vscode.l10n.t('Copy {0} to', plural(places.length, 'message')));
  if (!target) return;
  const sent = await withProgress(vscode.l10n.t('Copying to {0}', target.topic), async (signal) => {
    const messages = await pickedMessages(link, topic, places, signal);
    await (await target.link.admin()).produce(
      target.topic,
      messages.map((message) => recordOf(message, target.keep)),
    );
    return messages.length;
  });
  await tellWritten(sent, target);
}

/** Messages of these places, without markers of transactions. */
export async function pickedMessages(
  link: KafkaLink,
  topic: string,
  places: readonly MessagePlace[],
  signal?: AbortSignal,
): Promise<RawMessage[]> {
  if (places.length > MOST_PICKED)
    throw new Error(vscode.l10n.t('At most {0} messages are picked at a time', countText(MOST_PICKED)));
  const found = await fetchMessages(await link.admin(), topic, places, signal);
  const messages = found.map(({ message }) => message).filter(({ control }) => control === undefined);
  if (messages.length === 0) throw new Error(vscode.l10n.t('None of these messages is there any more'));
  return messages;
}

export function recordOf(message: RawMessage, keep: Target['keep']): ProduceRecord {
  return {
    key: message.key,
    value: message.value,
    headers: message.headers,
    ...(keep.has('partitions') ? { partition: message.partition } : {}),
    ...(keep.has('timestamps') && message.timestamp >= 0 ? { timestamp: message.timestamp } : {}),
  };
}

/** Says what was written, with the way to it. */
export async function tellWritten(count: number, { link, topic }: Pick<Target, 'link' | 'topic'>): Promise<void> {
  const show = vscode.l10n.t('Show Topic');
  const words = vscode.l10n.t('{0} written to {1} on {2}', plural(count, 'message'), topic, link.name);
  void vscode.window.showInformationMessage(words, show).then((choice) => {
    if (choice === show)
      void vscode.commands.executeCommand('millrace.showTopic', { link, topic: { name: topic }, newest: true });
  });
  await link.listTopics();
}
