import * as vscode from 'vscode';
import type { ReadQuery } from '../../webviews/topics/messages.ts';
import { withProgress } from './ask.ts';
import type { KafkaBook } from './book.ts';
import type { Conditions } from './conditions.ts';
import { forwards } from './forwards.ts';
import type { KafkaLink } from './link.ts';
import { pickTarget, tellWritten } from './message-actions.ts';
import { browseQuery } from './reading.ts';
import { countText } from './words.ts';

/** Copies a topic, or what a reading of it would read, through its filter, as far as it goes now. */
export async function copyTopic(
  parts: { readonly book: KafkaBook; readonly conditions: Conditions },
  link: KafkaLink,
  topic: string,
  query: ReadQuery | undefined,
): Promise<void> {
  const whole = { label: vscode.l10n.t('All messages of {0}', topic), query: undefined };
  // A live reading has no end, and what it has shown is chosen in its rows.
  const items = query && query.from !== 'live' ? [{ label: labelOf(query), query }, whole] : [whole];
  const what = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Copy which messages?'),
    ignoreFocusOut: true,
  });
  const target = what && (await pickTarget(parts.book, vscode.l10n.t('Copy to')));
  if (!what || !target) return;
  if (target.link === link && target.topic === topic)
    throw new Error(vscode.l10n.t('A topic cannot be copied to itself'));
  const [admin, to] = await Promise.all([link.admin(), target.link.admin()]);
  let copied = 0;
  await withProgress(vscode.l10n.t('Copying to {0}', target.topic), async (signal, tell) => {
    const condition =
      what.query && what.query.filter.trim() !== ''
        ? await parts.conditions.open(link, topic, what.query, signal)
        : undefined;
    try {
      const source = what.query
        ? await forwards(admin, browseQuery(topic, what.query, condition?.filter), signal)
        : ({ topic, from: { at: 'oldest' } } as const);
      if (!source) return;
      const keep = {
        keepPartitions: target.keep.has('partitions'),
        keepTimestamps: target.keep.has('timestamps'),
      };
      for await (const step of admin.copy({ source, topic: target.topic, ...keep }, to, signal)) {
        copied = step.copied;
        tell(`${countText(copied)} · ${Math.floor(step.progress.done * 100)} %`);
      }
    } finally {
      condition?.close();
    }
  });
  await tellWritten(copied, target);
}

function labelOf({ from, limit, filter }: ReadQuery): string {
  const starts: Readonly<Record<ReadQuery['from'], string>> = {
    newest: vscode.l10n.t('newest'),
    live: vscode.l10n.t('live'),
    oldest: vscode.l10n.t('oldest'),
    offset: vscode.l10n.t('from an offset'),
    timestamp: vscode.l10n.t('from a time'),
  };
  const which = vscode.l10n.t('{0}, at most {1}', starts[from], countText(limit));
  return filter.trim() === ''
    ? vscode.l10n.t('The messages that are shown ({0})', which)
    : vscode.l10n.t('The messages that match the filter ({0})', which);
}
