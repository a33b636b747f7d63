import * as vscode from 'vscode';
import type { Compatibility, SchemaDraft, SchemaReference, SchemaType } from '../../clients/schema-registry/index.ts';
import { JsonError, parseJson, printJson } from '../../topics/json.ts';
import { assertLinkWritable, typedName } from './ask.ts';
import type { KafkaLink } from './link.ts';

/** A schema of a registry as a document that cannot be edited: `millrace-schema:/orders-value version 2.json`. */
export const SCHEMA_SCHEME = 'millrace-schema';

const ENDINGS: Readonly<Record<SchemaType, string>> = { AVRO: 'json', PROTOBUF: 'proto', JSON: 'json' };
const LEVELS: readonly Compatibility[] = [
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
  'NONE',
];

/** Texts of schemas, asked of their registry when a document is opened. */
export class SchemaDocuments implements vscode.TextDocumentContentProvider {
  readonly #find: (connection: string) => KafkaLink | undefined;

  constructor(find: (connection: string) => KafkaLink | undefined) {
    this.#find = find;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { connection = '', subject = '', version = '' } = JSON.parse(uri.query) as Record<string, string>;
    const link = this.#find(connection);
    if (!link) throw new Error(vscode.l10n.t('There is no connection {0} any more', connection));
    const found = await (await link.registry()).version(subject, Number(version), true);
    return laidOut(found.schema, found.type);
  }
}

/** Where a version's text is. */
export async function schemaUri(link: KafkaLink, subject: string, version: number): Promise<vscode.Uri> {
  const { type } = await (await link.registry()).version(subject, version, true);
  return vscode.Uri.from({
    scheme: SCHEMA_SCHEME,
    path: `/${subject} version ${version}.${ENDINGS[type]}`,
    query: JSON.stringify({ connection: link.name, subject, version: String(version) }),
  });
}

export async function showSchema(link: KafkaLink, subject: string, version: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(await schemaUri(link, subject, version));
  await vscode.window.showTextDocument(document, { preview: true });
}

/** Shows two versions beside each other: that one and the one before it, or one that is chosen. */
export async function compareSchema(link: KafkaLink, subject: string, version?: number): Promise<void> {
  const versions = await (await link.registry()).versions(subject);
  if (versions.length < 2) throw new Error(vscode.l10n.t('{0} has one version only', subject));
  const later = version ?? versions.at(-1) ?? 0;
  const others = versions.filter((one) => one !== later).toReversed();
  const items = others.map((one) => ({ label: vscode.l10n.t('Version {0}', one), version: one }));
  const title = vscode.l10n.t('Compare version {0} of {1} with', later, subject);
  const other =
    others.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (!other) return;
  const [left, right] = [Math.min(later, other.version), Math.max(later, other.version)];
  const uris = await Promise.all([schemaUri(link, subject, left), schemaUri(link, subject, right)]);
  await vscode.commands.executeCommand('vscode.diff', ...uris, `${subject}: ${left} ↔ ${right}`);
}

/** Drafts of schemas: which document is to become a version of what. */
export interface SchemaDraftPlace {
  readonly connection: string;
  readonly subject: string;
  readonly type: SchemaType;
  /** Those of the version that is edited. */
  readonly references: readonly SchemaReference[];
}

/** By the documents' URIs. */
export type SchemaDrafts = Map<string, SchemaDraftPlace>;

/** Opens an editor with the newest version (or nothing yet) to be edited, checked and registered. */
export async function draftSchema(
  link: KafkaLink,
  drafts: SchemaDrafts,
  given?: string,
): Promise<vscode.Uri | undefined> {
  assertLinkWritable(link, vscode.l10n.t('Registering a schema'));
  const registry = await link.registry();
  const subject =
    given ??
    (await vscode.window.showInputBox({
      title: vscode.l10n.t('New subject on {0}', link.name),
      prompt: vscode.l10n.t('Name, e.g. orders-value'),
      ignoreFocusOut: true,
    }));
  if (!subject) return undefined;
  const versions = given === undefined ? [] : await registry.versions(subject);
  const newest = versions.at(-1);
  const known = newest === undefined ? undefined : await registry.version(subject, newest);
  const type =
    known?.type ??
    (await vscode.window.showQuickPick(['AVRO', 'PROTOBUF', 'JSON'], {
      title: vscode.l10n.t('Type of the schema'),
      ignoreFocusOut: true,
    }));
  if (!type) return undefined;
  const kind = type as SchemaType;
  const content = known ? laidOut(known.schema, kind) : EMPTY[kind];
  const name = `${subject.replace(/[^\w.-]+/g, '_')}.draft.${ENDINGS[kind]}`;
  const uri = vscode.Uri.from({ scheme: 'untitled', path: name, query: '' });
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(
    kind === 'PROTOBUF' ? document : await vscode.languages.setTextDocumentLanguage(document, 'json'),
  );
  if (editor.document.getText() === '') await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), content));
  drafts.set(editor.document.uri.toString(), {
    connection: link.name,
    subject,
    type: kind,
    references: known?.references ?? [],
  });
  return editor.document.uri;
}

const draftIn = ({ type, references }: SchemaDraftPlace, schema: string): SchemaDraft => ({ schema, type, references });

/** Asks the registry whether a draft may become the next version. */
export async function checkSchema(link: KafkaLink, place: SchemaDraftPlace, schema: string): Promise<boolean> {
  const { subject } = place;
  const { isCompatible, isFirst, level, messages } = await (await link.registry()).check(
    subject,
    draftIn(place, schema),
  );
  if (isCompatible) {
    const words = isFirst
      ? vscode.l10n.t('{0} has no version yet: this may be the first', subject)
      : vscode.l10n.t('This may be the next version of {0} ({1})', subject, level);
    void vscode.window.showInformationMessage(words);
    return true;
  }
  const detail = reasons(messages);
  void vscode.window.showWarningMessage(vscode.l10n.t('Not compatible with {0} ({1})', subject, level), {
    modal: true,
    detail,
  });
  return false;
}

function reasons(messages: readonly string[]): string {
  return messages.length === 0 ? vscode.l10n.t('the registry gives no reason') : messages.join('\n');
}

/** Checks a draft, then registers it. */
export async function registerSchema(link: KafkaLink, draft: SchemaDraftPlace, schema: string): Promise<void> {
  assertLinkWritable(link, vscode.l10n.t('Registering a schema'));
  const registry = await link.registry();
  const { isCompatible, messages, level } = await registry.check(draft.subject, draftIn(draft, schema));
  if (!isCompatible) {
    const detail = reasons(messages);
    throw new Error(vscode.l10n.t('{0} refuses it ({1}): {2}', draft.subject, level, detail));
  }
  const id = await registry.register(draft.subject, draftIn(draft, schema));
  await link.listSubjects();
  void vscode.window.showInformationMessage(vscode.l10n.t('{0}: registered with id {1}', draft.subject, id));
}

/** Deletes a subject, softly or for good. */
export async function deleteSubject(link: KafkaLink, subject: string): Promise<void> {
  assertLinkWritable(link, vscode.l10n.t('Deleting a subject'));
  const kinds = [
    {
      label: vscode.l10n.t('Softly'),
      detail: vscode.l10n.t('Its schemas can still be read by their ids, and it can be brought back'),
      permanent: false,
    },
    {
      label: vscode.l10n.t('For good'),
      detail: vscode.l10n.t('Messages written with its schemas cannot be read any more'),
      permanent: true,
    },
  ];
  const registry = await link.registry();
  const live = (await registry.subjects()).includes(subject);
  const left = live ? kinds : kinds.filter(({ permanent }) => permanent);
  const kind = await vscode.window.showQuickPick(left, { title: vscode.l10n.t('Delete {0}', subject) });
  if (!kind) return;
  if (!(await typedName(vscode.l10n.t('Delete the subject {0}', subject), kind.detail, subject))) return;
  // For good is a second step of the registry, after the soft one.
  if (live) await registry.deleteSubject(subject);
  if (kind.permanent) await registry.deleteSubject(subject, true);
  await link.listSubjects();
}

/** Deletes one version. */
export async function deleteVersion(link: KafkaLink, subject: string, version: number): Promise<void> {
  assertLinkWritable(link, vscode.l10n.t('Deleting a version'));
  const what = vscode.l10n.t('Delete version {0} of {1}', version, subject);
  if (!(await typedName(what, vscode.l10n.t('It is deleted softly.'), subject))) return;
  await (await link.registry()).deleteVersion(subject, version);
  await link.listSubjects();
}

/** Brings a softly deleted version back, as the newest one. */
export async function restoreVersion(link: KafkaLink, subject: string): Promise<void> {
  assertLinkWritable(link, vscode.l10n.t('Restoring a version'));
  const registry = await link.registry();
  const { deleted } = await registry.subject(subject);
  if (deleted.length === 0) throw new Error(vscode.l10n.t('No version of {0} is deleted', subject));
  const items = deleted.toReversed().map((version) => ({ label: vscode.l10n.t('Version {0}', version), version }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Restore which version of {0}?', subject),
  });
  if (!picked) return;
  const id = await registry.restore(subject, picked.version);
  await link.listSubjects();
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0}: version {1} is the newest now, id {2}', subject, picked.version, id),
  );
}

/** Chooses the level of a subject, or of the registry. */
export async function setLevel(link: KafkaLink, subject?: string): Promise<void> {
  assertLinkWritable(link, vscode.l10n.t('Setting a compatibility level'));
  const registry = await link.registry();
  const now = await registry.level(subject);
  const items = LEVELS.map((level) => ({ label: level as string, description: level === now ? 'current' : '', level }));
  const own = { label: vscode.l10n.t('As the registry has it'), description: '', level: undefined };
  const title = vscode.l10n.t('Compatibility of {0}', subject ?? link.name);
  const picked = await vscode.window.showQuickPick(subject === undefined ? items : [...items, own], {
    title,
    ignoreFocusOut: true,
  });
  if (!picked) return;
  if (picked.level !== undefined) await registry.setLevel(picked.level as Compatibility, subject);
  else if (subject !== undefined) await registry.clearLevel(subject);
}

function laidOut(schema: string, type: SchemaType): string {
  if (type === 'PROTOBUF') return schema;
  try {
    return `${printJson(parseJson(schema), 2)}\n`;
  } catch (error) {
    // A primitive schema may stand there without quotes; it is shown as it is.
    if (error instanceof JsonError) return schema;
    throw error;
  }
}

const EMPTY: Readonly<Record<SchemaType, string>> = {
  AVRO: '{\n  "type": "record",\n  "name": "Value",\n  "fields": [\n    { "name": "id", "type": "long" }\n  ]\n}\n',
  PROTOBUF: 'syntax = "proto3";\n\nmessage Value {\n  int64 id = 1;\n}\n',
  JSON: '{\n  "type": "object",\n  "properties": {\n    "id": { "type": "integer" }\n  }\n}\n',
};
