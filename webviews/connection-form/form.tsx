import { useEffect, useState } from 'react';
import { FormActions } from '../shared/form-actions.tsx';
import type { Host } from '../shared/host.ts';
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
        <p>Loading the connection…</p>
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
      isSameServer && loaded.stored.includes(name) && secrets[name] === undefined ? 'stored; type to replace it' : '',
    onChange: (value: string) => changeSecret(name, value),
  });
  const pick = (field: FileField) => () => host.send({ type: 'pick', field });
  const isSecure = [draft.url, draft.jobManager].some((url) => /^https:/i.test(url.trim()));
  const hasTls = draft.ca || draft.cert || draft.keyStore || draft.serverName || draft.acceptAnyCertificate;

  return (
    <main className="mf">
      <form
        aria-label={loaded.isNew ? 'New connection' : `Connection ${draft.name}`}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <h1>{loaded.isNew ? 'New connection' : draft.name || 'Connection'}</h1>
        <p>
          A Flink SQL Gateway on which notebooks run, with the JobManager of its cluster. The local runtime needs no
          connection: it is always there.
        </p>
        <Field
          label="Name"
          {...text('name')}
          autoFocus={loaded.isNew}
          hint="In the list of kernels and the status bar."
        />
        <Field
          label="SQL Gateway address"
          {...text('url')}
          placeholder="http://localhost:8083"
          hint="Its REST endpoint; a path before it (of a reverse proxy) is kept."
        />
        <Field
          label="JobManager address"
          {...text('jobManager')}
          placeholder="http://localhost:8081"
          hint="Optional: for jobs, metrics and savepoints."
        />
        <Check
          label="Read-only"
          hint="Refuses what writes: INSERT, CREATE, DROP, ALTER, CALL, ADD JAR, STOP JOB, cancelling and deploying."
          checked={draft.readOnly}
          onChange={(readOnly) => change({ readOnly })}
        />

        <h2>Authentication</h2>
        <Choice
          legend="Kind"
          value={draft.auth}
          options={[
            ['none', 'None'],
            ['basic', 'User and password'],
            ['bearer', 'Bearer token'],
          ]}
          onChange={(auth) => change({ auth })}
        />
        {draft.auth === 'basic' && (
          <div className="mf-two">
            <Field label="User" {...text('user')} />
            <Field label="Password" {...secret('password')} />
          </div>
        )}
        {draft.auth === 'bearer' && <Field label="Token" {...secret('token')} />}
        <Headers
          headers={draft.headers}
          isStored={!loaded.isNew && isSameServer}
          onChange={(headers) => change({ headers })}
        />

        <Section title="TLS" note={isSecure ? undefined : 'for https addresses'} open={Boolean(hasTls) || isSecure}>
          <Field
            label="Trusted certificates"
            {...text('ca')}
            onPick={pick('ca')}
            hint="PEM file with the authorities to trust instead of the system's."
          />
          <div className="mf-two">
            <Field label="Client certificate" {...text('cert')} onPick={pick('cert')} hint="PEM file, for mTLS." />
            <Field label="Client key" {...text('key')} onPick={pick('key')} hint="PEM file." />
            <Field
              label="Client key store"
              {...text('keyStore')}
              onPick={pick('keyStore')}
              hint="PKCS #12, instead of certificate and key."
            />
            <Field label="Passphrase" {...secret('passphrase')} hint="Of the key or key store." />
          </div>
          <Field
            label="Server name"
            {...text('serverName')}
            hint="The name in the server's certificate, where it is not the one in the address."
          />
          <Check
            label="Accept any certificate"
            hint="Anyone on the way can then read and change what is sent, passwords too. For tests only; the tree shows it."
            checked={draft.acceptAnyCertificate}
            onChange={(acceptAnyCertificate) => change({ acceptAnyCertificate })}
          />
        </Section>

        <Section title="Proxy" open={draft.proxy !== 'environment'}>
          <Choice
            legend="Way to the server"
            value={draft.proxy}
            options={[
              ['environment', 'As HTTP_PROXY and NO_PROXY say'],
              ['none', 'Direct'],
              ['own', 'Through this proxy'],
            ]}
            onChange={(proxy) => change({ proxy })}
          />
          {draft.proxy === 'own' && (
            <>
              <Field label="Proxy address" {...text('proxyUrl')} placeholder="http://proxy:3128" />
              <div className="mf-two">
                <Field label="Proxy user" {...text('proxyUser')} />
                <Field label="Proxy password" {...secret('proxyPassword')} />
              </div>
              <Field
                label="Without the proxy"
                {...text('proxyExcept')}
                placeholder="localhost, .internal, 10.0.0.0/8"
              />
            </>
          )}
        </Section>

        <Outcome outcome={outcome} headlines={HEADLINES} />
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

const HEADLINES = {
  ok: 'The connection works',
  partly: 'The gateway answers, its JobManager does not',
  failed: 'The connection does not work',
};

function originOf(url: string): string {
  return URL.canParse(url.trim()) ? new URL(url.trim()).origin : '';
}
