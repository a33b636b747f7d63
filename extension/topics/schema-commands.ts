import * as vscode from 'vscode';
import { registerCommand } from '../commands.ts';
import { type Disposable, DisposableList } from '../disposables.ts';
import type { Log } from '../log.ts';
import { pickLink } from './ask.ts';
import type { KafkaBook } from './book.ts';
import type { KafkaLink } from './link.ts';
import {
  checkSchema,
  compareSchema,
  deleteSubject,
  deleteVersion,
  draftSchema,
  registerSchema,
  restoreVersion,
  type SchemaDraftPlace,
  type SchemaDrafts,
  setLevel,
  showSchema,
} from './schemas.ts';
import type { KafkaNode } from './tree.ts';

interface SchemaCommandParts {
  readonly log: Log;
  readonly book: KafkaBook;
}

/** The commands of subjects and schemas. */
export function schemaCommands({ log, book }: SchemaCommandParts): Disposable {
  const disposables = new DisposableList();
  const drafts: SchemaDrafts = new Map();
  const chosen = async (
    given: unknown,
    title: string,
  ): Promise<
    { readonly link: KafkaLink; readonly subject: string; readonly version: number | undefined } | undefined
  > => {
    const node = given as KafkaNode | undefined;
    if (node?.kind === 'subject') return { link: node.link, subject: node.subject, version: undefined };
    if (node?.kind === 'version') return node;
    const link = await pickLink(book, title, ({ setting }) => setting.registry !== undefined);
    if (!link) return undefined;
    const list = link.subjects ?? (await link.listSubjects());
    if (list.problem !== undefined) throw new Error(list.problem);
    const subject = await vscode.window.showQuickPick([...list.items], { title, ignoreFocusOut: true });
    return subject === undefined ? undefined : { link, subject, version: undefined };
  };
  /** Those of which all is softly deleted, too: they are in no list but this one. */
  const chosenWithDeleted = async (title: string): ReturnType<typeof chosen> => {
    const link = await pickLink(book, title, ({ setting }) => setting.registry !== undefined);
    if (!link) return undefined;
    const registry = await link.registry();
    const [all, live] = await Promise.all([registry.subjects(true), registry.subjects()]);
    const items = all.map((subject) => ({
      label: subject,
      description: live.includes(subject) ? '' : vscode.l10n.t('softly deleted'),
    }));
    const picked = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
    return picked && { link, subject: picked.label, version: undefined };
  };
  const draft = (): { readonly link: KafkaLink; readonly place: SchemaDraftPlace; readonly text: string } => {
    const document = vscode.window.activeTextEditor?.document;
    const place = document && drafts.get(document.uri.toString());
    if (!document || !place)
      throw new Error(vscode.l10n.t('Open the draft of a schema first: "Millrace: Edit Schema"'));
    const link = book.find(place.connection);
    if (!link) throw new Error(vscode.l10n.t('There is no connection {0} any more', place.connection));
    return { link, place, text: document.getText() };
  };
  const all = [
    registerCommand(log, 'millrace.showSchema', async (given: unknown) => {
      const found = await chosen(given, vscode.l10n.t('Schema of which subject?'));
      if (!found) return;
      const versions = await (await found.link.registry()).versions(found.subject);
      const version = found.version ?? versions.at(-1);
      if (version !== undefined) await showSchema(found.link, found.subject, version);
    }),
    registerCommand(log, 'millrace.compareSchema', async (given: unknown) => {
      const found = await chosen(given, vscode.l10n.t('Compare versions of which subject?'));
      if (found) await compareSchema(found.link, found.subject, found.version);
    }),
    registerCommand(log, 'millrace.newSchema', async (given: unknown) => {
      const link =
        (given as Partial<KafkaNode> | undefined)?.link ??
        (await pickLink(
          book,
          vscode.l10n.t('New subject where?'),
          ({ setting, readOnly }) => !readOnly && setting.registry !== undefined,
        ));
      if (link) await draftSchema(link, drafts);
    }),
    registerCommand(log, 'millrace.editSchema', async (given: unknown) => {
      const found = await chosen(given, vscode.l10n.t('Edit the schema of which subject?'));
      if (found) await draftSchema(found.link, drafts, found.subject);
    }),
    registerCommand(log, 'millrace.checkSchema', async () => {
      const { link, place, text } = draft();
      await checkSchema(link, place, text);
    }),
    registerCommand(log, 'millrace.registerSchema', async () => {
      const { link, place, text } = draft();
      await registerSchema(link, place, text);
    }),
    registerCommand(log, 'millrace.deleteSubject', async (given: unknown) => {
      const found = given ? await chosen(given, '') : await chosenWithDeleted(vscode.l10n.t('Delete which subject?'));
      if (!found) return;
      if (found.version === undefined) await deleteSubject(found.link, found.subject);
      else await deleteVersion(found.link, found.subject, found.version);
    }),
    registerCommand(log, 'millrace.restoreSchema', async (given: unknown) => {
      const node = given as KafkaNode | undefined;
      const link =
        node?.link ??
        (await pickLink(book, vscode.l10n.t('Restore where?'), ({ setting }) => setting.registry !== undefined));
      if (!link) return;
      // A subject of which all is deleted is in no list but this one.
      const title = vscode.l10n.t('Restore a version of which subject?');
      const subject =
        node?.kind === 'subject'
          ? node.subject
          : await vscode.window.showQuickPick((await link.registry()).subjects(true), { title, ignoreFocusOut: true });
      if (subject !== undefined) await restoreVersion(link, subject);
    }),
    registerCommand(log, 'millrace.setCompatibility', async (given: unknown) => {
      const node = given as KafkaNode | undefined;
      if (node?.kind === 'folder') await setLevel(node.link);
      else {
        const found = await chosen(given, vscode.l10n.t('Compatibility of which subject?'));
        if (found) await setLevel(found.link, found.subject);
      }
    }),
  ];
  for (const one of all) disposables.add(one);
  return disposables;
}
