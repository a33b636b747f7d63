import { useEffect, useState } from 'react';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { choiceProblems } from './choices.ts';
import { Choices } from './choices-form.tsx';
import type { DeployChoices, DeployFailure, DeployLoad, DeployStep, FromDeploy, ToDeploy } from './messages.ts';

/** Deploys a text: what it becomes, how it is to run, then what happens. */
export function DeployView({ host }: { readonly host: Host<FromDeploy, ToDeploy> }) {
  const [loaded, setLoaded] = useState<DeployLoad>();
  const [choices, setChoices] = useState<DeployChoices>();
  const [steps, setSteps] = useState<readonly DeployStep[]>();
  const [done, setDone] = useState<string>();
  const [failure, setFailure] = useState<DeployFailure>();
  const [problem, setProblem] = useState<string>();
  const [tried, setTried] = useState(false);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});

  useEffect(() => {
    const stop = host.listen((message) => {
      setProblem(undefined);
      if (message.type === 'load') {
        setLoaded(message);
        setChoices((known) => known ?? message.choices);
      } else if (message.type === 'parameters') {
        setFaults(message.problems);
        // The first field with a problem comes into view when it has been marked.
        setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0);
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
        <p role="status">{problem ?? t('Reading the text…')}</p>
      </main>
    );
  }
  const change = (part: Partial<DeployChoices>): void => {
    setChoices({ ...choices, ...part });
    if (part.parameters) setFaults({});
  };
  const known = loaded.known.find(({ name }) => name === choices.name);
  const replaces = known?.open && known.connection === choices.connection ? known : undefined;
  const problems = choiceProblems(choices, replaces !== undefined);
  const running = steps !== undefined && done === undefined && failure === undefined;
  const deploy = (): void => {
    setTried(true);
    if (Object.keys(problems).length === 0 && loaded.problems.length === 0) host.send({ type: 'deploy', choices });
  };
  const verb = replaces ? t('Upgrade') : t('Deploy');
  return (
    <main className="mf" data-testid="deploy">
      <h1>
        {verb} {loaded.source}
      </h1>
      <p>
        {loaded.environment === ''
          ? t('Its INSERTs become one job.')
          : t('Its INSERTs become one job, in the environment {0}.', loaded.environment)}
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
            faults={faults}
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
            {t('Show Job')}
          </button>
          <button type="button" className="mf-plain" onClick={() => host.send({ type: 'openRecord' })}>
            {t('Open Record')}
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
            {t('Back to the Form')}
          </button>
        )}
        {running ? (
          <button type="button" onClick={() => host.send({ type: 'abort' })}>
            {t('Cancel')}
          </button>
        ) : (
          <button type="button" onClick={() => host.send({ type: 'close' })}>
            {t('Close')}
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
      {t('line {0}', at)}
    </button>
  );
  if (problems.length > 0) {
    return (
      <div className="md-plan md-problems" role="alert" data-testid="deploy-problems">
        <strong>{t('It cannot be deployed as it is.')}</strong>
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
          {setup === 1 ? t('1 statement runs before') : t('{0} statements run before', setup)}
          {inserts.length > 1 ? t('; the {0} INSERTs run as one STATEMENT SET', inserts.length) : ''}
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

function Steps({ steps }: { readonly steps: readonly DeployStep[] }) {
  return (
    <ol className="md-steps" aria-label={t('Progress')} aria-live="polite" data-testid="deploy-steps">
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
          {t('Go to line {0}', line)}
        </button>
      )}
      {hasTrace && (
        <button type="button" className="mf-plain" onClick={() => host.send({ type: 'trace' })}>
          {t('Show stack trace')}
        </button>
      )}
      {rollback !== null && (
        <>
          <p>{t('Nothing runs now: the version before was stopped with the savepoint {0}', rollback)}</p>
          <button type="button" className="mf-primary" onClick={() => host.send({ type: 'rollback' })}>
            {t('Start the Version Before Again')}
          </button>
        </>
      )}
    </div>
  );
}
