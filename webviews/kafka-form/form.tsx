import { useEffect, useState } from 'react';
import { Check, Choice, Field, Section } from '../connection-form/fields.tsx';
import { FormActions } from '../shared/form-actions.tsx';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { Outcome } from '../shared/outcome.tsx';
import type {
  FromKafkaForm,
  KafkaDraft,
  KafkaFileField,
  KafkaSecretField,
  KafkaTestOutcome,
  ToKafkaForm,
  TypedKafkaSecrets,
} from './messages.ts';
import { Hosts, Proposals, Security } from './parts.tsx';
import { problemsOf } from './validate.ts';

type Loaded = Extract<ToKafkaForm, { type: 'load' }>;

const headlines = () => ({
  ok: t('The connection works'),
  partly: t('The brokers answer, the registry does not'),
  failed: t('The connection does not work'),
});

/** The form of one connection to Kafka. */
export function KafkaForm({ host }: { readonly host: Host<FromKafkaForm, ToKafkaForm> }) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [draft, setDraft] = useState<KafkaDraft>();
  const [secrets, setSecrets] = useState<TypedKafkaSecrets>({});
  const [outcome, setOutcome] = useState<KafkaTestOutcome | 'testing'>();
  const [run, setRun] = useState(0);
  const [tried, setTried] = useState(false);

  useEffect(() => {
    const stop = host.listen((message) => {
      if (message.type === 'load') {
        setLoaded(message);
        setDraft(message.draft);
        setSecrets({});
      } else if (message.type === 'picked') {
        setDraft((old) => old && { ...old, [message.field]: message.path });
      } else if (message.type === 'tested') {
        // The answer to an earlier press says nothing of what stands there now.
        setRun((current) => {
          if (current === message.run) setOutcome(message.outcome);
          return current;
        });
      } else setOutcome({ kind: 'failed', lines: [message.message] });
    });
    host.send({ type: 'ready' });
    return stop;
  }, [host]);

  if (!loaded || !draft) {
    return (
      <main className="mf" aria-busy="true">
        <p>{t('Loading the connection…')}</p>
      </main>
    );
  }
  const changed = (): void => {
    setOutcome(undefined);
    setRun(run + 1);
  };
  const change = (part: Partial<KafkaDraft>): void => {
    setDraft({ ...draft, ...part });
    changed();
  };
  const problems = problemsOf(draft, loaded.taken);
  const shown = tried ? problems : {};
  const act = (send: () => void): void => {
    setTried(true);
    if (Object.keys(problems).length === 0) send();
    // The first field with a problem comes into view when it has been marked.
    else setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0);
  };
  const test = (): void =>
    act(() => {
      setOutcome('testing');
      host.send({ type: 'test', draft, secrets, run });
    });
  const text = (key: TextKey) => ({
    value: draft[key],
    problem: shown[key],
    onChange: (value: string) => change({ [key]: value }),
  });
  const before = loaded.draft;
  // What is stored belongs to servers: for others it is typed again.
  const isSame = (name: KafkaSecretField): boolean =>
    name.startsWith('registry')
      ? draft.registryUrl.trim() === before.registryUrl
      : draft.bootstrap.trim() === before.bootstrap;
  const secret = (name: KafkaSecretField) => ({
    value: secrets[name] ?? '',
    password: true,
    placeholder:
      isSame(name) && loaded.stored.includes(name) && secrets[name] === undefined
        ? t('stored; type to replace it')
        : '',
    onChange: (value: string) => {
      setSecrets({ ...secrets, [name]: value });
      changed();
    },
  });
  const pick = (field: KafkaFileField) => () => host.send({ type: 'pick', field });
  return (
    <main className="mf">
      <form
        aria-label={loaded.isNew ? t('New Kafka connection') : t('Kafka connection {0}', draft.name)}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          act(() => host.send({ type: 'save', draft, secrets }));
        }}
      >
        <h1>{loaded.isNew ? t('New Kafka connection') : draft.name || t('Kafka connection')}</h1>
        <p>
          {t(
            'The brokers whose topics and groups are shown, with their schema registry. Looking never makes or joins a consumer group.',
          )}
        </p>
        {loaded.isNew && (
          <Proposals
            proposals={loaded.proposals}
            onTake={({ bootstrap, registryUrl = '' }) =>
              change({ bootstrap, registryUrl, name: draft.name.trim() === '' ? nameOf(bootstrap) : draft.name })
            }
          />
        )}
        <Field label={t('Name')} {...text('name')} autoFocus={loaded.isNew} hint={t('In the tree and in titles.')} />
        <Field
          label={t('Bootstrap servers')}
          {...text('bootstrap')}
          placeholder="localhost:9092"
          hint={t('One or more brokers as host:port, with commas between them.')}
        />
        <Check
          label={t('Read-only')}
          hint={t(
            'Refuses what writes: producing, topics, configurations, offsets and schemas. Their commands are not shown.',
          )}
          checked={draft.readOnly}
          onChange={(readOnly) => change({ readOnly })}
        />
        <Security draft={draft} text={text} secret={secret} pick={pick} change={change} />

        <h2>{t('Schema registry')}</h2>
        <Field
          label={t('Registry address')}
          {...text('registryUrl')}
          placeholder="http://localhost:8081"
          hint={t('Optional: a registry with Confluent’s REST API. A path is kept.')}
        />
        {draft.registryUrl.trim() !== '' && (
          <>
            <Choice
              legend={t('Authentication of the registry')}
              value={draft.registryAuth}
              options={[
                ['none', t('None')],
                ['basic', t('User and password')],
                ['bearer', t('Bearer token')],
              ]}
              onChange={(registryAuth) => change({ registryAuth })}
            />
            {draft.registryAuth === 'basic' && (
              <div className="mf-two">
                <Field label={t('Registry user')} {...text('registryUser')} />
                <Field label={t('Registry password')} {...secret('registryPassword')} />
              </div>
            )}
            {draft.registryAuth === 'bearer' && <Field label={t('Registry token')} {...secret('registryToken')} />}
            {/^https:/i.test(draft.registryUrl.trim()) && (
              <Field
                label={t('Certificates of the registry')}
                {...text('registryCa')}
                onPick={pick('registryCa')}
                hint={t('PEM file with the authorities to trust instead of the system’s.')}
              />
            )}
          </>
        )}
        <Section title={t('Names of brokers')} note={t('for containers and tunnels')} open={draft.hosts.trim() !== ''}>
          <Hosts value={draft.hosts} problem={shown.hosts} onChange={(hosts) => change({ hosts })} />
        </Section>

        <Outcome outcome={outcome} headlines={headlines()} />
        <FormActions isTesting={outcome === 'testing'} onTest={test} onCancel={() => host.send({ type: 'cancel' })} />
      </form>
    </main>
  );
}

/** Fields that are plain texts. */
export type TextKey = {
  [key in keyof KafkaDraft]: KafkaDraft[key] extends string ? (string extends KafkaDraft[key] ? key : never) : never;
}[keyof KafkaDraft];

function nameOf(bootstrap: string): string {
  const host = /^[^:,]+/.exec(bootstrap)?.[0] ?? '';
  return host === 'localhost' || host === '127.0.0.1' ? 'local Kafka' : host;
}
