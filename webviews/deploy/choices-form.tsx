import { Check, Choice, Field, Section } from '../connection-form/fields.tsx';
import { t } from '../shared/l10n.ts';
import type { ChoiceProblems } from './choices.ts';
import type { DeployChoices, DeployLoad, KnownDeployment } from './messages.ts';
import { Parameters } from './parameters.tsx';
import { Select } from './select.tsx';

interface ChoicesProps {
  readonly loaded: DeployLoad;
  readonly choices: DeployChoices;
  readonly known: KnownDeployment | undefined;
  readonly replaces: KnownDeployment | undefined;
  readonly change: (part: Partial<DeployChoices>) => void;
  readonly problems: ChoiceProblems;
  /** Of parameters, by name. */
  readonly faults: Readonly<Record<string, string>>;
}

/** How the job is to run. */
export function Choices({ loaded, choices, known, replaces, change, problems, faults }: ChoicesProps) {
  const { restart } = choices;
  return (
    <>
      <Field
        label={t('Name')}
        value={choices.name}
        autoFocus
        onChange={(name) => change({ name })}
        problem={problems.name}
        hint={t('Of the deployment and of its job; its record is .millrace/deployments/NAME.json')}
      />
      <Select
        label={t('Connection')}
        value={choices.connection}
        options={loaded.connections.map((name) => [name, name])}
        onChange={(connection) => change({ connection })}
      />
      <Parameters
        parameters={loaded.parameters}
        values={choices.parameters}
        faults={faults}
        onChange={(parameters) => change({ parameters })}
      />
      {replaces && (
        <div className="md-plan md-replaces" data-testid="deploy-replaces">
          <strong>{t('{0} runs already.', replaces.name)}</strong>{' '}
          {t(
            'Job {0} on {1} is stopped with a savepoint, and the new version goes on from there. If it cannot, the version before can be started again.',
            replaces.jobId,
            replaces.connection,
          )}
        </div>
      )}
      {!replaces && (
        <Choice
          legend={t('Start')}
          value={choices.start}
          options={[
            ['fresh', t('With empty state')],
            ['savepoint', t('From a savepoint')],
          ]}
          onChange={(start) => change({ start, savepoint: choices.savepoint || (known?.savepoint ?? '') })}
        />
      )}
      {!replaces && choices.start === 'savepoint' && (
        <Field
          label={t('Savepoint')}
          value={choices.savepoint}
          onChange={(savepoint) => change({ savepoint })}
          problem={problems.savepoint}
          hint={t("Its path or URI, as the cluster's servers reach it; a retained checkpoint does too")}
        />
      )}
      <div className="mf-two">
        <Field
          label={t('Parallelism')}
          value={choices.parallelism}
          placeholder={t('as the text or the cluster says')}
          onChange={(parallelism) => change({ parallelism })}
          problem={problems.parallelism}
        />
        <Field
          label={t('Checkpoint every')}
          value={choices.checkpoints}
          placeholder={t('as the text or the cluster says')}
          onChange={(checkpoints) => change({ checkpoints })}
          problem={problems.checkpoints}
          hint={t('For example 30 s, or 5 min')}
        />
      </div>
      <Select
        label={t('When it fails')}
        value={restart}
        options={[
          ['', t('As the text or the cluster says')],
          ['exponential-delay', t('Start again, after longer and longer pauses')],
          ['fixed-delay', t('Start again some times')],
          ['none', t('Do not start again')],
        ]}
        onChange={(value) => change({ restart: value as DeployChoices['restart'] })}
      />
      {restart === 'fixed-delay' && (
        <div className="mf-two">
          <Field
            label={t('Times')}
            value={choices.attempts}
            onChange={(attempts) => change({ attempts })}
            problem={problems.attempts}
          />
          <Field
            label={t('Pause')}
            value={choices.delay}
            placeholder="10 s"
            onChange={(delay) => change({ delay })}
            problem={problems.delay}
          />
        </div>
      )}
      {(replaces !== undefined || choices.start === 'savepoint') && (
        <Section title={t('State')} open={choices.allowNonRestored || choices.savepointDirectory !== ''}>
          <Check
            label={t('Leave state behind that no operator takes')}
            hint={t('Needed where a stateful part of the query has gone (allowNonRestoredState)')}
            checked={choices.allowNonRestored}
            onChange={(allowNonRestored) => change({ allowNonRestored })}
          />
          {replaces && (
            <Field
              label={t('Folder for the savepoint')}
              value={choices.savepointDirectory}
              placeholder={t("the cluster's own")}
              onChange={(savepointDirectory) => change({ savepointDirectory })}
            />
          )}
        </Section>
      )}
    </>
  );
}
