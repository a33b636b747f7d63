import { useEffect, useState } from 'react';
import { Chart } from '../chart/chart.tsx';
import type { Host } from '../shared/host.ts';
import { t } from '../shared/l10n.ts';
import { count } from './format.ts';
import type { GroupMessage, GroupRequest, GroupState, ResetPlanView } from './messages.ts';
import { Reset } from './reset.tsx';

export interface GroupViewProps {
  readonly host: Host<GroupRequest, GroupMessage>;
  readonly first: GroupState;
}

const COLORS = [
  '--vscode-charts-blue',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-orange',
  '--vscode-charts-red',
  '--vscode-charts-yellow',
];
const kinds = (): Readonly<Record<string, string>> => ({
  classic: t('classic group'),
  consumer: t('consumer group (KIP-848)'),
  share: t('share group'),
  streams: t('streams group'),
});

/** A consumer group: who reads, how far, and how far behind. */
export function GroupView({ host, first }: GroupViewProps) {
  const [state, setState] = useState(first);
  const [offline, setOffline] = useState<string>();
  const [busy, setBusy] = useState<string | null>(null);
  const [plan, setPlan] = useState<ResetPlanView | string | null>(null);
  useEffect(
    () =>
      host.listen((message) => {
        if (message.type === 'group') {
          setState(message.state);
          setOffline(undefined);
        } else if (message.type === 'offline') setOffline(message.message);
        else if (message.type === 'busy') setBusy(message.what);
        else if (message.type === 'plan') setPlan(message.plan);
      }),
    [host],
  );
  const { course, offsets, members } = state;
  const topics = [...new Set(offsets.map(({ topic }) => topic))];
  return (
    <main className="mt">
      <header>
        <h1>{state.id}</h1>
        <span className="mt-quiet" data-testid="group-facts">
          {t(
            '{0} · {1} · lag {2}{3} · coordinator {4}',
            kinds()[state.kind] ?? state.kind,
            state.state,
            count(state.lag),
            state.assignor === '' ? '' : ` · ${state.assignor}`,
            state.coordinator,
          )}
        </span>
        {state.readOnly && <span className="mt-badge">{t('read-only')}</span>}
        <span className="mt-quiet">{state.connection}</span>
        {!state.readOnly && (
          <div className="mt-actions">
            <button
              type="button"
              disabled={busy !== null || members.length > 0}
              title={members.length > 0 ? t('It has members: end them first') : t('Forgets the group and its offsets')}
              onClick={() => host.send({ type: 'deleteGroup' })}
            >
              {t('Delete Group…')}
            </button>
          </div>
        )}
      </header>
      {offline !== undefined && (
        <div className="mt-alert" role="alert">
          <b>{t('No answer.')}</b> {t('{0}. It is asked again; what is shown is older.', offline)}
        </div>
      )}
      {state.problem !== null && (
        <div className="mt-alert" role="status">
          {state.problem}
        </div>
      )}
      {busy !== null && (
        <p className="mt-note" role="status">
          {busy}
        </p>
      )}
      <Chart
        title={t('Lag over time')}
        times={course.times}
        series={course.lags.map(({ name, values }, i) => ({
          name,
          values,
          color: COLORS[i % COLORS.length] ?? '--vscode-charts-blue',
        }))}
        // There is no half a message.
        format={(value) => (Number.isInteger(value) ? count(value) : '')}
        empty={t('The lag is drawn as it changes')}
      />
      <section className="mt-section">
        <h2>{t('Offsets')}</h2>
        <table className="mt-table" data-testid="group-offsets">
          <thead>
            <tr>
              <th scope="col">{t('Topic')}</th>
              <th scope="col" className="mt-number">
                {t('Partition')}
              </th>
              <th scope="col" className="mt-number">
                {state.kind === 'share' ? t('Start offset') : t('Committed')}
              </th>
              <th scope="col" className="mt-number">
                {t('End')}
              </th>
              <th scope="col" className="mt-number">
                {t('Lag')}
              </th>
              <th scope="col">{t('Member')}</th>
              <th scope="col">{t('Not yet read')}</th>
            </tr>
          </thead>
          <tbody>
            {offsets.map((one) => (
              <tr key={`${one.topic} ${one.partition}`}>
                <td>{one.topic}</td>
                <td className="mt-number">{one.partition}</td>
                <td className="mt-number">{one.committed === null ? '–' : count(one.committed)}</td>
                <td className="mt-number">{one.end === null ? '–' : count(one.end)}</td>
                <td className="mt-number">{one.lag === null ? '–' : count(one.lag)}</td>
                <td title={one.member}>{one.error ?? (one.member === '' ? '–' : one.member)}</td>
                <td>
                  {one.lag !== null && one.lag !== '0' && one.committed !== null && (
                    <button
                      type="button"
                      className="mt-link"
                      aria-label={t(
                        'Show messages of {0} partition {1} that are not yet read',
                        one.topic,
                        one.partition,
                      )}
                      onClick={() =>
                        host.send({
                          type: 'unread',
                          topic: one.topic,
                          partition: one.partition,
                          offset: one.committed ?? '0',
                        })
                      }
                    >
                      {t('Show')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {offsets.length === 0 && <p className="mt-quiet">{t('The group has read nothing yet.')}</p>}
      </section>
      <section className="mt-section">
        <h2>{t('Members')}</h2>
        {members.length === 0 ? (
          <p className="mt-quiet">{t('None: nobody reads with this group now.')}</p>
        ) : (
          <table className="mt-table" data-testid="group-members">
            <thead>
              <tr>
                <th scope="col">{t('Client')}</th>
                <th scope="col">{t('Host')}</th>
                <th scope="col">{t('Assigned')}</th>
              </tr>
            </thead>
            <tbody>
              {members.map((one) => (
                <tr key={one.id}>
                  <td title={one.id}>{one.clientId}</td>
                  <td>{one.host}</td>
                  <td>{one.assignment === '' ? t('nothing') : one.assignment}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {!state.readOnly && (
        <Reset
          topics={topics}
          isShare={state.kind === 'share'}
          plan={plan}
          onPlan={(reset) => host.send({ type: 'planReset', reset })}
          onApply={() => host.send({ type: 'applyReset' })}
          onDrop={() => setPlan(null)}
        />
      )}
    </main>
  );
}
