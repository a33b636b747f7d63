import { useId } from 'react';
import { Check, Choice, Field, type FieldProps } from '../connection-form/fields.tsx';
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
      <h2>Security</h2>
      <Choice
        legend="Login (SASL)"
        value={draft.sasl}
        options={[
          ['none', 'None'],
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
            label="Token endpoint"
            {...text('tokenEndpoint')}
            placeholder="https://login.example.com/oauth2/token"
            hint="Tokens are got by the client credentials grant."
          />
          <div className="mf-two">
            <Field label="Client ID" {...text('clientId')} />
            <Field label="Client secret" {...secret('clientSecret')} />
          </div>
          <Field label="Scope" {...text('scope')} hint="Optional." />
        </>
      )}
      {draft.sasl !== 'none' && draft.sasl !== 'OAUTHBEARER' && (
        <div className="mf-two">
          <Field label="User" {...text('user')} />
          <Field label="Password" {...secret('password')} />
        </div>
      )}
      <Check
        label="TLS"
        hint="Encrypts what is sent and checks the brokers’ certificates."
        checked={draft.tls}
        onChange={(tls) => change({ tls })}
      />
      {draft.tls && (
        <>
          <Field
            label="Trusted certificates"
            {...text('ca')}
            onPick={pick('ca')}
            hint="PEM file with the authorities to trust instead of the system’s."
          />
          <div className="mf-two">
            <Field label="Client certificate" {...text('cert')} onPick={pick('cert')} hint="PEM file, for mTLS." />
            <Field label="Client key" {...text('key')} onPick={pick('key')} hint="PEM file." />
            <Field
              label="Client key store"
              {...text('keyStore')}
              onPick={pick('keyStore')}
              hint="PKCS #12 or JKS, instead of certificate and key."
            />
            <Field label="Passphrase" {...secret('passphrase')} hint="Of the key or key store." />
          </div>
          <Check
            label="Check the name in the certificate"
            hint="Without it, any broker whose certificate is trusted is taken for this one."
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
      <legend className="mf-legend">Found in this workspace</legend>
      {proposals.map((proposal) => (
        <div key={proposal.bootstrap} className="mf-field">
          <button type="button" className="mf-plain" onClick={() => onTake(proposal)}>
            {proposal.bootstrap}
          </button>
          <div className="mf-hint">
            {proposal.from}
            {proposal.registryUrl === undefined ? '' : `; registry ${proposal.registryUrl}`}
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
      <label htmlFor={id}>Names and where they are reached</label>
      <textarea
        id={id}
        rows={3}
        spellCheck={false}
        value={value}
        placeholder={'kafka:9092 = localhost:29092'}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-more`}
        onChange={(event) => onChange(event.target.value)}
      />
      <div id={`${id}-more`}>
        {problem && (
          <div className="mf-bad" role="alert">
            {problem}
          </div>
        )}
        <div className="mf-hint">
          One in a line, name = address. The hosts of the environment in use (millrace.json) come on top of these.
        </div>
      </div>
    </div>
  );
}
