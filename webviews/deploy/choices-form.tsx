import { useId } from 'react';
import { Check, Choice, Field, Section } from '../connection-form/fields.tsx';
import type { DeployChoices, DeployLoad, KnownDeployment } from './messages.ts';

interface ChoicesProps {
  readonly loaded: DeployLoad;
  readonly choices: DeployChoices;
  readonly known: KnownDeployment | undefined;
  readonly replaces: KnownDeployment | undefined;
  readonly change: (part: Partial<DeployChoices>) => void;
  readonly problems: Partial<Record<keyof DeployChoices, string>>;
}

/** How the job is to run. */
export function Choices({ loaded, choices, known, replaces, change, problems }: ChoicesProps) {
  const { restart } = choices;
  return (
    <>
      <Field
        label="Name"
        value={choices.name}
        autoFocus
        onChange={(name) => change({ name })}
        problem={problems.name}
        hint="Of the deployment and of its job; its record is .millrace/deployments/NAME.json"
      />
      <Select
        label="Connection"
        value={choices.connection}
        options={loaded.connections.map((name) => [name, name])}
        onChange={(connection) => change({ connection })}
      />
      {replaces && (
        <div className="md-plan md-replaces" data-testid="deploy-replaces">
          <strong>{replaces.name} runs already.</strong> Job {replaces.jobId} on {replaces.connection} is stopped with a
          savepoint, and the new version goes on from there. If it cannot, the version before can be started again.
        </div>
      )}
      {!replaces && (
        <Choice
          legend="Start"
          value={choices.start}
          options={[
            ['fresh', 'With empty state'],
            ['savepoint', 'From a savepoint'],
          ]}
          onChange={(start) => change({ start, savepoint: choices.savepoint || (known?.savepoint ?? '') })}
        />
      )}
      {!replaces && choices.start === 'savepoint' && (
        <Field
          label="Savepoint"
          value={choices.savepoint}
          onChange={(savepoint) => change({ savepoint })}
          problem={problems.savepoint}
          hint="Its path or URI, as the cluster's servers reach it; a retained checkpoint does too"
        />
      )}
      <div className="mf-two">
        <Field
          label="Parallelism"
          value={choices.parallelism}
          placeholder="as the text or the cluster says"
          onChange={(parallelism) => change({ parallelism })}
          problem={problems.parallelism}
        />
        <Field
          label="Checkpoint every"
          value={choices.checkpoints}
          placeholder="as the text or the cluster says"
          onChange={(checkpoints) => change({ checkpoints })}
          problem={problems.checkpoints}
          hint="For example 30 s, or 5 min"
        />
      </div>
      <Select
        label="When it fails"
        value={restart}
        options={[
          ['', 'As the text or the cluster says'],
          ['exponential-delay', 'Start again, after longer and longer pauses'],
          ['fixed-delay', 'Start again some times'],
          ['none', 'Do not start again'],
        ]}
        onChange={(value) => change({ restart: value as DeployChoices['restart'] })}
      />
      {restart === 'fixed-delay' && (
        <div className="mf-two">
          <Field
            label="Times"
            value={choices.attempts}
            onChange={(attempts) => change({ attempts })}
            problem={problems.attempts}
          />
          <Field
            label="Pause"
            value={choices.delay}
            placeholder="10 s"
            onChange={(delay) => change({ delay })}
            problem={problems.delay}
          />
        </div>
      )}
      {(replaces !== undefined || choices.start === 'savepoint') && (
        <Section title="State" open={choices.allowNonRestored || choices.savepointDirectory !== ''}>
          <Check
            label="Leave state behind that no operator takes"
            hint="Needed where a stateful part of the query has gone (allowNonRestoredState)"
            checked={choices.allowNonRestored}
            onChange={(allowNonRestored) => change({ allowNonRestored })}
          />
          {replaces && (
            <Field
              label="Folder for the savepoint"
              value={choices.savepointDirectory}
              placeholder="the cluster's own"
              onChange={(savepointDirectory) => change({ savepointDirectory })}
            />
          )}
        </Section>
      )}
    </>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

function Select({ label, value, options, onChange }: SelectProps) {
  const id = useId();
  return (
    <div className="mf-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
