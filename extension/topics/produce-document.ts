import * as vscode from 'vscode';
import { type JsonValue, parseJson, printJson } from '../../topics/json.ts';
import { assertLinkWritable, withProgress } from './ask.ts';
import type { KafkaBook } from './book.ts';
import type { KafkaLink } from './link.ts';
import { tellWritten } from './message-actions.ts';
import { readProduceDocument, recordsOf } from './produce.ts';
import { countText } from './words.ts';

/** Documents of messages that are to be sent end so; the manifest's JSON schema completes and checks them. */
export const PRODUCE_ENDING = '.kafka-messages.json';

const BEGIN: ReadonlyMap<string, JsonValue> = new Map([
  ['messages', parseJson('[{"key": "some key", "value": {"id": 1}, "headers": {}}]')],
]);

/** Opens an editor with messages that are to be written to a topic. */
export async function newProduceDocument(
  link: KafkaLink,
  topic: string,
  content: ReadonlyMap<string, JsonValue> = BEGIN,
): Promise<void> {
  assertLinkWritable(link, vscode.l10n.t('Producing'));
  const name = `${topic.replace(/[^\w.-]+/g, '_')}${PRODUCE_ENDING}`;
  const uri = vscode.Uri.from({ scheme: 'untitled', path: name });
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const document = open ?? (await vscode.workspace.openTextDocument(uri));
  const editor = await vscode.window.showTextDocument(await vscode.languages.setTextDocumentLanguage(document, 'json'));
  const text = printJson(new Map<string, JsonValue>([['connection', link.name], ['topic', topic], ...content]), 2);
  const whole = new vscode.Range(
    new vscode.Position(0, 0),
    editor.document.positionAt(editor.document.getText().length),
  );
  await editor.edit((edit) => edit.replace(whole, `${text}\n`));
}

/** Writes the messages of a document. */
export async function sendDocument(book: KafkaBook, document: vscode.TextDocument): Promise<void> {
  const content = readProduceDocument(document.getText());
  const link = book.find(content.connection);
  if (!link) throw new Error(vscode.l10n.t('There is no connection to Kafka with the name {0}', content.connection));
  assertLinkWritable(link, vscode.l10n.t('Producing'));
  const admin = await link.admin();
  let sent = 0;
  await withProgress(vscode.l10n.t('Writing to {0}', content.topic), async (signal, tell) => {
    for await (const records of recordsOf(content, await link.schemas(), signal)) {
      await admin.produce(content.topic, records);
      sent += records.length;
      tell(countText(sent));
    }
  });
  await tellWritten(sent, { link, topic: content.topic });
}
