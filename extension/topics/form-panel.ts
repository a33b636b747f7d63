import * as vscode from 'vscode';
import type {
  FromKafkaForm,
  KafkaDraft,
  KafkaProposal,
  KafkaSecretField,
  KafkaTestOutcome,
  ToKafkaForm,
  TypedKafkaSecrets,
} from '../../webviews/kafka-form/messages.ts';
import { overlay } from '../connections/draft.ts';
import type { SecretStore } from '../connections/secrets.ts';
import type { Log } from '../log.ts';
import { FormPanels, type FormProblem, failedTest, pickKeyFile, TEST_LIMIT_MS } from '../webviews/form-panels.ts';
import type { Panel } from '../webviews/panel.ts';
import { EMPTY_KAFKA_DRAFT, kafkaDraftOf, kafkaSettingOf } from './draft.ts';
import { KafkaLink, type LinkSources } from './link.ts';
import { probeKafka } from './probe.ts';
import { KafkaSecretBook } from './secrets.ts';
import type { KafkaSetting } from './settings.ts';

export interface KafkaFormServices {
  readonly extension: vscode.Uri;
  readonly log: Log;
  readonly store: SecretStore;
  readonly sources: LinkSources;
  /** Names of the other connections. */
  readonly taken: (except: string | undefined) => readonly string[];
  /** Writes the setting in the place of `old`. */
  readonly save: (setting: KafkaSetting, old: string | undefined) => Promise<void>;
  /** Brokers that the workspace names and no connection has. */
  readonly proposals: () => Promise<readonly KafkaProposal[]>;
}

/** The form of one connection to Kafka in a panel; one of a name is open at a time. */
export class KafkaForms {
  readonly #services: KafkaFormServices;
  readonly #forms: FormPanels<FromKafkaForm, ToKafkaForm>;

  constructor(services: KafkaFormServices) {
    this.#services = services;
    this.#forms = new FormPanels(services.extension);
  }

  /** Opens the form for a connection, or for a new one, filled in as far as something is known. */
  open(setting: KafkaSetting | undefined, begin: Partial<KafkaDraft> = {}): void {
    this.#forms.open(setting?.name ?? '', {
      viewType: 'millrace.kafkaForm',
      title: setting ? vscode.l10n.t('Kafka: {0}', setting.name) : vscode.l10n.t('New Kafka Connection'),
      script: 'kafka-form',
      receive: (panel, message) => this.#receive(panel, setting, begin, message),
    });
  }

  dispose(): void {
    this.#forms.dispose();
  }

  async #receive(
    panel: Panel<ToKafkaForm | FormProblem>,
    setting: KafkaSetting | undefined,
    begin: Partial<KafkaDraft>,
    message: FromKafkaForm,
  ): Promise<void> {
    const { store, taken, save, log, proposals } = this.#services;
    const secrets = new KafkaSecretBook(store);
    switch (message.type) {
      case 'ready': {
        const stored = setting ? (Object.keys(await secrets.of(setting)) as KafkaSecretField[]) : [];
        const draft = setting ? kafkaDraftOf(setting) : { ...EMPTY_KAFKA_DRAFT, ...begin };
        const found = setting ? [] : await proposals();
        panel.send({ type: 'load', draft, isNew: !setting, stored, taken: taken(setting?.name), proposals: found });
        return;
      }
      case 'pick': {
        const path = await pickKeyFile(message.field, ['p12', 'pfx', 'jks'], this.#services.sources.folder());
        if (path !== undefined) panel.send({ type: 'picked', field: message.field, path });
        return;
      }
      case 'test':
        panel.send({ type: 'tested', run: message.run, outcome: await this.#test(message.draft, message.secrets) });
        return;
      case 'save': {
        const next = kafkaSettingOf(message.draft);
        await secrets.change(next, message.secrets);
        await save(next, setting?.name);
        log.info(`Kafka connection ${next.name} saved`);
        panel.dispose();
        return;
      }
      case 'cancel':
        panel.dispose();
    }
  }

  /** Connects as the form says, without keeping anything. */
  async #test(draft: KafkaDraft, typed: TypedKafkaSecrets): Promise<KafkaTestOutcome> {
    let link: KafkaLink | undefined;
    try {
      const setting = kafkaSettingOf(draft);
      const secrets = new KafkaSecretBook(overlay(this.#services.store));
      await secrets.change(setting, typed);
      link = new KafkaLink(setting, { ...this.#services.sources, secrets });
      return await probeKafka(link, AbortSignal.timeout(TEST_LIMIT_MS));
    } catch (error) {
      return failedTest(error);
    } finally {
      link?.reset();
    }
  }
}
