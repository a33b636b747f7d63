import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionDraft, FromForm, ToForm, TypedSecrets } from '../../webviews/connection-form/messages.ts';
import type { Log } from '../log.ts';
import { openPanel, type Panel } from '../webviews/panel.ts';
import { GatewayConnection } from './connection.ts';
import { draftOf, EMPTY_DRAFT, keepSecrets, overlay, settingOf, storedSecrets } from './draft.ts';
import { describeFindings, probe } from './probe.ts';
import { ConnectionSecrets, type SecretStore } from './secrets.ts';
import type { ConnectionSetting } from './settings.ts';

export interface FormServices {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly secrets: SecretStore;
  readonly folder: () => string | undefined;
  /** Names of the other connections. */
  readonly taken: (except: string | undefined) => readonly string[];
  /** Writes the setting in the place of `old`. */
  readonly save: (setting: ConnectionSetting, old: string | undefined) => Promise<void>;
}

const TEST_LIMIT_MS = 15_000;

/** The form of one connection in a panel; one of a name is open at a time. */
export class ConnectionForms {
  readonly #services: FormServices;
  readonly #open = new Map<string, Panel<ToForm>>();

  constructor(services: FormServices) {
    this.#services = services;
  }

  /** Opens the form for a connection, or for a new one, filled in as far as something is known. */
  open(setting: ConnectionSetting | undefined, begin: Partial<ConnectionDraft> = {}): void {
    const key = setting?.name ?? '';
    const opened = this.#open.get(key);
    if (opened) {
      opened.reveal();
      return;
    }
    const panel = openPanel<FromForm, ToForm>(this.#services.extension, {
      viewType: 'millrace.connectionForm',
      title: setting ? `Connection: ${setting.name}` : 'New Connection',
      script: 'connection-form',
      receive: (message) => {
        this.#receive(panel, setting, begin, message).catch((error: unknown) => {
          panel.send({ type: 'problem', message: error instanceof Error ? error.message : String(error) });
        });
      },
      closed: () => this.#open.delete(key),
    });
    this.#open.set(key, panel);
  }

  dispose(): void {
    for (const panel of [...this.#open.values()]) panel.dispose();
  }

  async #receive(
    panel: Panel<ToForm>,
    setting: ConnectionSetting | undefined,
    begin: Partial<ConnectionDraft>,
    message: FromForm,
  ): Promise<void> {
    const { secrets, taken, save, log } = this.#services;
    switch (message.type) {
      case 'ready': {
        const stored = setting ? await storedSecrets(setting, new ConnectionSecrets(secrets)) : [];
        const draft = setting ? draftOf(setting, stored.includes('token')) : { ...EMPTY_DRAFT, ...begin };
        panel.send({ type: 'load', draft, isNew: !setting, stored, taken: taken(setting?.name) });
        return;
      }
      case 'pick': {
        const path = await this.#pick(message.field);
        if (path !== undefined) panel.send({ type: 'picked', field: message.field, path });
        return;
      }
      case 'test':
        panel.send({ type: 'tested', run: message.run, outcome: await this.#test(message.draft, message.secrets) });
        return;
      case 'save': {
        const next = settingOf(message.draft);
        await keepSecrets(next, message.draft, message.secrets, new ConnectionSecrets(secrets));
        await save(next, setting?.name);
        log.info(`connection ${next.name} saved`);
        panel.dispose();
        return;
      }
      case 'cancel':
        panel.dispose();
    }
  }

  /** Connects as the form says, without keeping anything. */
  async #test(draft: ConnectionDraft, typed: TypedSecrets) {
    try {
      const setting = settingOf(draft);
      const secrets = new ConnectionSecrets(overlay(this.#services.secrets));
      await keepSecrets(setting, draft, typed, secrets);
      const connection = new GatewayConnection(setting, { secrets, folder: this.#services.folder });
      const findings = await probe(connection, AbortSignal.timeout(TEST_LIMIT_MS));
      const kind = typeof findings.jobManager === 'string' ? ('partly' as const) : ('ok' as const);
      const insecure = draft.acceptAnyCertificate ? ['The certificate was not checked'] : [];
      return { kind, lines: [...describeFindings(findings), ...insecure] };
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      const words = error instanceof Error ? error.message : String(error);
      return { kind: 'failed' as const, lines: [late ? `No answer within ${TEST_LIMIT_MS / 1000} s` : words] };
    }
  }

  async #pick(field: string): Promise<string | undefined> {
    const filters: Record<string, string[]> =
      field === 'keyStore' ? { 'Key stores': ['p12', 'pfx'] } : { 'PEM files': ['pem', 'crt', 'cer', 'key'] };
    const [chosen] = (await vscode.window.showOpenDialog({ filters: { ...filters, 'All files': ['*'] } })) ?? [];
    if (!chosen) return undefined;
    const folder = this.#services.folder();
    const inside = folder === undefined ? '..' : relative(folder, chosen.fsPath);
    // Within the workspace the path is written so that it holds on other machines.
    return inside.startsWith('..') ? chosen.fsPath : inside;
  }
}
