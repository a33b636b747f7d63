import * as vscode from 'vscode';
import type { MessagePlace } from '../../webviews/topics/messages.ts';
import { pickLink, withProgress } from './ask.ts';
import type { KafkaBook } from './book.ts';
import type { KafkaLink } from './link.ts';
import { pickedMessages } from './message-actions.ts';
import { redriven } from './redrive-records.ts';
import { plural } from './words.ts';

/** Sends messages to the topics that their headers name, after showing which. */
export async function redriveMessages(
  book: KafkaBook,
  link: KafkaLink,
  topic: string,
  places: readonly MessagePlace[],
): Promise<void> {
  const { byTopic, unknown } = redriven(await pickedMessages(link, topic, places));
  if (byTopic.size === 0)
    throw new Error(
      vscode.l10n.t(
        'No header of these messages tells where they came from (millrace.topic, __connect.errors.topic, kafka_dlt-original-topic)',
      ),
    );
  const target = link.readOnly
    ? await pickLink(book, vscode.l10n.t('Send again on which connection?'), ({ readOnly }) => !readOnly)
    : link;
  if (!target) return;
  const send = vscode.l10n.t('Send');
  const lines = [...byTopic].map(([name, records]) => `${name}: ${plural(records.length, 'message')}`);
  if (unknown === 1) lines.push(vscode.l10n.t('1 message without an origin is left out'));
  else if (unknown > 1) lines.push(vscode.l10n.t('{0} without an origin are left out', plural(unknown, 'message')));
  const detail = `${lines.join('\n')}\n\n${vscode.l10n.t('They stay in {0} too.', topic)}`;
  const question = vscode.l10n.t('Send these messages to their origin on {0}?', target.name);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, send)) !== send) return;
  const admin = await target.admin();
  await withProgress(vscode.l10n.t('Sending'), async () => {
    for (const [name, records] of byTopic) await admin.produce(name, records);
  });
  vscode.window.setStatusBarMessage(`Millrace: ${lines.join(', ')}`, 6000);
}
