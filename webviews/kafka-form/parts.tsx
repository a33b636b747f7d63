import { useId } from 'react';
import { Check, Choice, Field, type FieldProps } from '../connection-form/fields.tsx';
import { FieldNotes } from '../shared/field-notes.tsx';
import { t } from '../shared/l10n.ts';
import type { TextKey } from './form.tsx';
import type { KafkaDraft, KafkaFileField, KafkaProposal, KafkaSecretField } from './messages.ts';

type Bound = Pick<FieldProps, 'value' | 'onChange'> & Partial<FieldProps>;

interface SecurityProps {
  readonly draft: KafkaDraft;
  readonly text: (key: TextKey) => Bound;
  readonly secret: (name: KafkaSecretField) => Bound;
  readonly pick: (field: KafkaFileField) => () => void;
  readonly change: (part: Partial<KafkaDraft>) => void;
}

/** Who the brokers are, and who we are to them. */
export function Security({ draft, text, secret, pick, change }: SecurityProps) {
  return (
    <>
      <h2>{t('Security')}</h2>
      <Choice
        legend={t('Login (SASL)')}
        value={draft.sasl}
        options={[
          ['none', t('None')],
          ['PLAIN', 'PLAIN'],
          ['SCRAM-SHA-256', 'SCRAM-SHA-256'],
          ['SCRAM-SHA-512', 'SCRAM-SHA-512'],
          ['OAUTHBEARER', 'OAUTHBEARER'],
        ]}
        onChange={(sasl) => change({ sasl })}
      />
      {draft.sasl === 'OAUTHBEARER' && (
        <>
          <Field
            label={t('Token endpoint')}
            {...text('tokenEndpoint')}
            placeholder="https://login.example.com/oauth2/token"
            hint={t('Tokens are got by the client credentials grant.')}
          />
          <div className="mf-two">
            <Field label={t('Client ID')} {...text('clientId')} />
            <Field label={t('Client secret')} {...secret('clientSecret')} />
          </div>
          <Field label={t('Scope')} {...text('scope')} hint={t('Optional.')} />
        </>
      )}
      {draft.sasl !== 'none' && draft.sasl !== 'OAUTHBEARER' && (
        <div className="mf-two">
          <Field label={t('User')} {...text('user')} />
          <Field label={t('Password')} {...secret('password')} />
        </div>
      )}
      <Check
        label="TLS"
        hint={t('Encrypts what is sent and checks the brokers’ certificates.')}
        checked={draft.tls}
        onChange={(tls) => change({ tls })}
      />
      {draft.tls && (
        <>
          <Field
            label={t('Trusted certificates')}
            {...text('ca')}
            onPick={pick('ca')}
            hint={t('PEM file with the authorities to trust instead of the system’s.')}
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
              hint={t('PKCS #12 or JKS, instead of certificate and key.')}
            />
            <Field label={t('Passphrase')} {...secret('passphrase')} hint={t('Of the key or key store.')} />
          </div>
          <Check
            label={t('Check the name in the certificate')}
            hint={t('Without it, any broker whose certificate is trusted is taken for this one.')}
            checked={draft.checkHost}
            onChange={(checkHost) => change({ checkHost })}
          />
        </>
      )}
    </>
  );
}

interface ProposalsProps {
  readonly proposals: readonly KafkaProposal[];
  readonly onTake: (proposal: KafkaProposal) => void;
}

/** Brokers that the workspace names already. */
export function Proposals({ proposals, onTake }: ProposalsProps) {
  if (proposals.length === 0) return null;
  return (
    <fieldset data-testid="kafka-proposals">
      <legend className="mf-legend">{t('Found in this workspace')}</legend>
      {proposals.map((proposal) => (
        <div key={proposal.bootstrap} className="mf-field">
          <button type="button" className="mf-plain" onClick={() => onTake(proposal)}>
            {proposal.bootstrap}
          </button>
          <div className="mf-hint">
            {proposal.from}
            {proposal.registryUrl === undefined ? '' : t('; registry {0}', proposal.registryUrl)}
          </div>
        </div>
      ))}
    </fieldset>
  );
}

interface HostsProps {
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Where brokers are reached that call themselves otherwise. */
export function Hosts({ value, problem, onChange }: HostsProps) {
  const id = useId();
  return (
    <div className="mf-field">
      <label htmlFor={id}>{t('Names and where they are reached')}</label>
      <textarea
        id={id}
        rows={3}
        spellCheck={false}
        value={value}
        placeholder={t('kafka:9092 = localhost:29092')}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-more`}
        onChange={(event) => onChange(event.target.value)}
      />
      <FieldNotes
        id={`${id}-more`}
        problem={problem}
        hint={t(
          'One in a line, name = address. The hosts of the environment in use (millrace.json) come on top of these.',
        )}
      />
    </div>
  );
}
