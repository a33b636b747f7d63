import * as vscode from 'vscode';
import type { ConnectionDraft, FromForm, ToForm, TypedSecrets } from '../../webviews/connection-form/messages.ts';
import type { Log } from '../log.ts';
import { FormPanels, type FormProblem, failedTest, pickKeyFile, TEST_LIMIT_MS } from '../webviews/form-panels.ts';
import type { Panel } from '../webviews/panel.ts';
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

/** The form of one connection in a panel; one of a name is open at a time. */
export class ConnectionForms {
  readonly #services: FormServices;
  readonly #forms: FormPanels<FromForm, ToForm>;

  constructor(services: FormServices) {
    this.#services = services;
    this.#forms = new FormPanels(services.extension);
  }

  /** Opens the form for a connection, or for a new one, filled in as far as something is known. */
  open(setting: ConnectionSetting | undefined, begin: Partial<ConnectionDraft> = {}): void {
    this.#forms.open(setting?.name ?? '', {
      viewType: 'millrace.connectionForm',
      title: setting ? vscode.l10n.t('Connection: {0}', setting.name) : vscode.l10n.t('New Connection'),
      script: 'connection-form',
      receive: (panel, message) => this.#receive(panel, setting, begin, message),
    });
  }

  dispose(): void {
    this.#forms.dispose();
  }

  async #receive(
    panel: Panel<ToForm | FormProblem>,
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
        const path = await pickKeyFile(message.field, ['p12', 'pfx'], this.#services.folder());
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
      const insecure = draft.acceptAnyCertificate ? [vscode.l10n.t('The certificate was not checked')] : [];
      return { kind, lines: [...describeFindings(findings), ...insecure] };
    } catch (error) {
      return failedTest(error);
    }
  }
}
