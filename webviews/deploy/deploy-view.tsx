import { useEffect, useId, useState } from 'react';
import { Check, Choice, Field, Section } from '../connection-form/fields.tsx';
import type { Host } from '../shared/host.ts';
import { choiceProblems } from './choices.ts';
import type {
  DeployChoices,
  DeployFailure,
  DeployLoad,
  DeployStep,
  FromDeploy,
  KnownDeployment,
  ToDeploy,
} from './messages.ts';

/** Deploys a text: what it becomes, how it is to run, then what happens. */
export function DeployView({ host }: { readonly host: Host<FromDeploy, ToDeploy> }) {
  const [loaded, setLoaded] = useState<DeployLoad>();
  const [choices, setChoices] = useState<DeployChoices>();
  const [steps, setSteps] = useState<readonly DeployStep[]>();
  const [done, setDone] = useState<string>();
  const [failure, setFailure] = useState<DeployFailure>();
  const [problem, setProblem] = useState<string>();
  const [tried, setTried] = useState(false);

  useEffect(() => {
    const stop = host.listen((message) => {
      setProblem(undefined);
      if (message.type === 'load') {
        setLoaded(message);
        setChoices((known) => known ?? message.choices);
      } else if (message.type === 'steps') {
        setSteps(message.steps);
        setFailure(undefined);
        setDone(undefined);
      } else if (message.type === 'done') setDone(message.text);
      else if (message.type === 'failed') setFailure(message.failure);
      else setProblem(message.message);
    });
    host.send({ type: 'ready' });
    return stop;
  }, [host]);

  if (!loaded || !choices) {
    return (
      <main className="mf">
        <p role="status">{problem ?? 'Reading the text…'}</p>
      </main>
    );
  }
  const change = (part: Partial<DeployChoices>): void => setChoices({ ...choices, ...part });
  const known = loaded.known.find(({ name }) => name === choices.name);
  const replaces = known?.open && known.connection === choices.connection ? known : undefined;
  const problems = choiceProblems(choices, replaces !== undefined);
  const running = steps !== undefined && done === undefined && failure === undefined;
  const deploy = (): void => {
    setTried(true);
    if (Object.keys(problems).length === 0 && loaded.problems.length === 0) host.send({ type: 'deploy', choices });
  };
  const verb = replaces ? 'Upgrade' : 'Deploy';
  return (
    <main className="mf" data-testid="deploy">
      <h1>
        {verb} {loaded.source}
      </h1>
      <p>
        {loaded.environment === ''
          ? 'Its INSERTs become one job.'
          : `Its INSERTs become one job, in the environment ${loaded.environment}.`}
      </p>
      <Plan loaded={loaded} onGoto={(line) => host.send({ type: 'goto', line })} />
      {steps === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            deploy();
          }}
        >
          <Choices
            loaded={loaded}
            choices={choices}
            known={known}
            replaces={replaces}
            change={change}
            problems={tried ? problems : {}}
          />
        </form>
      ) : (
        <Steps steps={steps} />
      )}
      {failure && <Failure failure={failure} host={host} />}
      {done !== undefined && (
        <div className="mf-found mf-ok" role="status" data-testid="deployed">
          <strong>{done}</strong>
          <button type="button" className="mf-plain" onClick={() => host.send({ type: 'showJob' })}>
            Show Job
          </button>
          <button type="button" className="mf-plain" onClick={() => host.send({ type: 'openRecord' })}>
            Open Record
          </button>
        </div>
      )}
      {problem !== undefined && (
        <div className="mf-found mf-failed" role="alert">
          {problem}
        </div>
      )}
      <div className="mf-actions">
        {steps === undefined && (
          <button type="button" className="mf-primary" disabled={loaded.problems.length > 0} onClick={deploy}>
            {verb}
          </button>
        )}
        {failure && (
          <button type="button" className="mf-primary" onClick={() => setSteps(undefined)}>
            Back to the Form
          </button>
        )}
        {running ? (
          <button type="button" onClick={() => host.send({ type: 'abort' })}>
            Cancel
          </button>
        ) : (
          <button type="button" onClick={() => host.send({ type: 'close' })}>
            Close
          </button>
        )}
      </div>
    </main>
  );
}

function Plan({ loaded, onGoto }: { readonly loaded: DeployLoad; readonly onGoto: (line: number) => void }) {
  const { setup, inserts, skipped, problems } = loaded;
  const line = (at: number) => (
    <button type="button" className="mf-plain" onClick={() => onGoto(at)}>
      line {at}
    </button>
  );
  if (problems.length > 0) {
    return (
      <div className="md-plan md-problems" role="alert" data-testid="deploy-problems">
        <strong>It cannot be deployed as it is.</strong>
        <ul>
          {problems.map((one) => (
            <li key={`${one.line} ${one.message}`}>
              {line(one.line)} {one.message}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <div className="md-plan" data-testid="deploy-plan">
      {inserts.map((insert) => (
        <code key={insert}>{insert}</code>
      ))}
      <ul>
        <li>
          {setup} {setup === 1 ? 'statement runs' : 'statements run'} before
          {inserts.length > 1 ? `; the ${inserts.length} INSERTs run as one STATEMENT SET` : ''}
        </li>
        {skipped.map((one) => (
          <li key={`${one.line} ${one.message}`}>
            {line(one.line)} {one.message}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ChoicesProps {
  readonly loaded: DeployLoad;
  readonly choices: DeployChoices;
  readonly known: KnownDeployment | undefined;
  readonly replaces: KnownDeployment | undefined;
  readonly change: (part: Partial<DeployChoices>) => void;
  readonly problems: Partial<Record<keyof DeployChoices, string>>;
}

function Choices({ loaded, choices, known, replaces, change, problems }: ChoicesProps) {
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

function Steps({ steps }: { readonly steps: readonly DeployStep[] }) {
  return (
    <ol className="md-steps" aria-label="Progress" aria-live="polite" data-testid="deploy-steps">
      {steps.map(({ id, title, state, text }) => (
        <li key={id} className={`md-${state}`} aria-label={`${title}: ${state}`}>
          <span className="md-mark" aria-hidden="true" />
          <span>{title}</span>
          {text !== '' && <span className="md-text">{text}</span>}
        </li>
      ))}
    </ol>
  );
}

function Failure({ failure, host }: { readonly failure: DeployFailure; readonly host: Host<FromDeploy, ToDeploy> }) {
  const { message, line, hasTrace, left, rollback } = failure;
  return (
    <div className="mf-found mf-failed" role="alert" data-testid="deploy-failed">
      <pre className="md-words">{message}</pre>
      {left !== '' && <p>{left}</p>}
      {line !== null && (
        <button type="button" className="mf-plain" onClick={() => host.send({ type: 'goto', line })}>
          Go to line {line}
        </button>
      )}
      {hasTrace && (
        <button type="button" className="mf-plain" onClick={() => host.send({ type: 'trace' })}>
          Show stack trace
        </button>
      )}
      {rollback !== null && (
        <>
          <p>Nothing runs now: the version before was stopped with the savepoint {rollback}</p>
          <button type="button" className="mf-primary" onClick={() => host.send({ type: 'rollback' })}>
            Start the Version Before Again
          </button>
        </>
      )}
    </div>
  );
}
