import { useEffect, useState } from 'react';
import { FormActions } from '../shared/form-actions.tsx';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { Outcome } from '../shared/outcome.tsx';
import { Check, Choice, Field, Section } from './fields.tsx';
import { Headers } from './headers.tsx';
import type {
  ConnectionDraft,
  FileField,
  FromForm,
  SecretName,
  TestOutcome,
  ToForm,
  TypedSecrets,
} from './messages.ts';
import { problemsOf } from './validate.ts';

type Loaded = Extract<ToForm, { type: 'load' }>;

/** The form of one connection. */
export function ConnectionForm({ host }: { readonly host: Host<FromForm, ToForm> }) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [draft, setDraft] = useState<ConnectionDraft>();
  const [secrets, setSecrets] = useState<TypedSecrets>({});
  const [outcome, setOutcome] = useState<TestOutcome | 'testing'>();
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
  const change = (part: Partial<ConnectionDraft>): void => {
    setDraft({ ...draft, ...part });
    setOutcome(undefined);
    setRun(run + 1);
  };
  const changeSecret = (name: SecretName, value: string): void => {
    setSecrets({ ...secrets, [name]: value });
    setOutcome(undefined);
    setRun(run + 1);
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
  const save = (): void => act(() => host.send({ type: 'save', draft, secrets }));
  const text = (key: TextKey) => ({
    value: draft[key],
    problem: shown[key],
    onChange: (value: string) => change({ [key]: value }),
  });
  // What is stored belongs to a server: for another address it is typed again.
  const isSameServer = originOf(draft.url) === originOf(loaded.draft.url);
  const secret = (name: SecretName) => ({
    value: secrets[name] ?? '',
    password: true,
    placeholder:
      isSameServer && loaded.stored.includes(name) && secrets[name] === undefined
        ? t('stored; type to replace it')
        : '',
    onChange: (value: string) => changeSecret(name, value),
  });
  const pick = (field: FileField) => () => host.send({ type: 'pick', field });
  const isSecure = [draft.url, draft.jobManager].some((url) => /^https:/i.test(url.trim()));
  const hasTls = draft.ca || draft.cert || draft.keyStore || draft.serverName || draft.acceptAnyCertificate;

  return (
    <main className="mf">
      <form
        aria-label={loaded.isNew ? t('New connection') : t('Connection {0}', draft.name)}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <h1>{loaded.isNew ? t('New connection') : draft.name || t('Connection')}</h1>
        <p>
          {t(
            'A Flink SQL Gateway on which notebooks run, with the JobManager of its cluster. The local runtime needs no connection: it is always there.',
          )}
        </p>
        <Field
          label={t('Name')}
          {...text('name')}
          autoFocus={loaded.isNew}
          hint={t('In the list of kernels and the status bar.')}
        />
        <Field
          label={t('SQL Gateway address')}
          {...text('url')}
          placeholder="http://localhost:8083"
          hint={t('Its REST endpoint; a path before it (of a reverse proxy) is kept.')}
        />
        <Field
          label={t('JobManager address')}
          {...text('jobManager')}
          placeholder="http://localhost:8081"
          hint={t('Optional: for jobs, metrics and savepoints.')}
        />
        <Check
          label={t('Read-only')}
          hint={t(
            'Refuses what writes: INSERT, CREATE, DROP, ALTER, CALL, ADD JAR, STOP JOB, cancelling and deploying.',
          )}
          checked={draft.readOnly}
          onChange={(readOnly) => change({ readOnly })}
        />

        <h2>{t('Authentication')}</h2>
        <Choice
          legend={t('Kind')}
          value={draft.auth}
          options={[
            ['none', t('None')],
            ['basic', t('User and password')],
            ['bearer', t('Bearer token')],
          ]}
          onChange={(auth) => change({ auth })}
        />
        {draft.auth === 'basic' && (
          <div className="mf-two">
            <Field label={t('User')} {...text('user')} />
            <Field label={t('Password')} {...secret('password')} />
          </div>
        )}
        {draft.auth === 'bearer' && <Field label={t('Token')} {...secret('token')} />}
        <Headers
          headers={draft.headers}
          isStored={!loaded.isNew && isSameServer}
          onChange={(headers) => change({ headers })}
        />

        <Section
          title={t('TLS')}
          note={isSecure ? undefined : t('for https addresses')}
          open={Boolean(hasTls) || isSecure}
        >
          <Field
            label={t('Trusted certificates')}
            {...text('ca')}
            onPick={pick('ca')}
            hint={t("PEM file with the authorities to trust instead of the system's.")}
          />
          <div className="mf-two">
            <Field
              label={t('Client certificate')}
              {...text('cert')}
              onPick={pick('cert')}
              hint={t('PEM file, for mTLS.')}
            />
            <Field label={t('Client key')} {...text('key')} onPick={pick('key')} hint={t('PEM file.')} />
            <Field
              label={t('Client key store')}
              {...text('keyStore')}
              onPick={pick('keyStore')}
              hint={t('PKCS #12, instead of certificate and key.')}
            />
            <Field label={t('Passphrase')} {...secret('passphrase')} hint={t('Of the key or key store.')} />
          </div>
          <Field
            label={t('Server name')}
            {...text('serverName')}
            hint={t("The name in the server's certificate, where it is not the one in the address.")}
          />
          <Check
            label={t('Accept any certificate')}
            hint={t(
              'Anyone on the way can then read and change what is sent, passwords too. For tests only; the tree shows it.',
            )}
            checked={draft.acceptAnyCertificate}
            onChange={(acceptAnyCertificate) => change({ acceptAnyCertificate })}
          />
        </Section>

        <Section title={t('Proxy')} open={draft.proxy !== 'environment'}>
          <Choice
            legend={t('Way to the server')}
            value={draft.proxy}
            options={[
              ['environment', t('As HTTP_PROXY and NO_PROXY say')],
              ['none', t('Direct')],
              ['own', t('Through this proxy')],
            ]}
            onChange={(proxy) => change({ proxy })}
          />
          {draft.proxy === 'own' && (
            <>
              <Field label={t('Proxy address')} {...text('proxyUrl')} placeholder="http://proxy:3128" />
              <div className="mf-two">
                <Field label={t('Proxy user')} {...text('proxyUser')} />
                <Field label={t('Proxy password')} {...secret('proxyPassword')} />
              </div>
              <Field
                label={t('Without the proxy')}
                {...text('proxyExcept')}
                placeholder={t('localhost, .internal, 10.0.0.0/8')}
              />
            </>
          )}
        </Section>

        <Outcome outcome={outcome} headlines={headlines()} />
        <FormActions isTesting={outcome === 'testing'} onTest={test} onCancel={() => host.send({ type: 'cancel' })} />
      </form>
    </main>
  );
}

type TextKey = {
  [key in keyof ConnectionDraft]: ConnectionDraft[key] extends string
    ? string extends ConnectionDraft[key]
      ? key
      : never
    : never;
}[keyof ConnectionDraft];

const headlines = () => ({
  ok: t('The connection works'),
  partly: t('The gateway answers, its JobManager does not'),
  failed: t('The connection does not work'),
});

function originOf(url: string): string {
  return URL.canParse(url.trim()) ? new URL(url.trim()).origin : '';
}
