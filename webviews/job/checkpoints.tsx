import { Chart } from '../chart/chart.tsx';
import { t } from '../shared/l10n.ts';
import { Sentence } from '../shared/sentence.tsx';
import { bytes, clock, duration } from './format.ts';
import type { JobViewState } from './messages.ts';

interface Props {
  readonly state: JobViewState;
  readonly onCopy: (text: string) => void;
}

/** What was taken, how long it took and how large it is. */
export function Checkpoints({ state: { checkpoints, now }, onCopy }: Props) {
  const { interval, mode, storage, completed, failed, inProgress, restoredFrom, history } = checkpoints;
  const done = history.filter(({ status }) => status === 'COMPLETED').reverse();
  const times = done.map(({ triggered }) => triggered);
  return (
    <>
      <p className="mj-quiet">
        {interval === null
          ? t('No periodic checkpoints')
          : t('Every {0}, {1}', duration(interval), mode.replaceAll('_', ' '))}{' '}
        · {storage !== '' && `${storage} · `}
        {t('{0} completed, {1} failed, {2} in progress', completed, failed, inProgress)}
        {restoredFrom !== null && (
          <>
            {' · '}
            <Sentence text={t('started from {0}')} parts={[<code key="place">{restoredFrom}</code>]} />
          </>
        )}
      </p>
      <div className="mj-charts">
        <Chart
          title={t('Duration')}
          times={times}
          series={[
            { name: t('end to end'), color: '--vscode-charts-purple', values: done.map((each) => each.duration) },
          ]}
          format={duration}
          points
          empty={t('No checkpoint yet')}
        />
        <Chart
          title={t('Size')}
          times={times}
          series={[{ name: t('of the state'), color: '--vscode-charts-blue', values: done.map(({ size }) => size) }]}
          format={bytes}
          points
          empty={t('No checkpoint yet')}
        />
      </div>
      {history.length === 0 ? (
        <p className="mj-quiet">{t('None yet.')}</p>
      ) : (
        <table className="mj-table" aria-label={t('Checkpoints')}>
          <thead>
            <tr>
              {['ID', t('Status'), t('Kind'), t('Triggered'), t('Duration'), t('Size'), t('Place')].map((title) => (
                <th scope="col" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {history.map((each) => (
              <tr key={each.id}>
                <td>{each.id}</td>
                <td>
                  <span className={`mj-dot mj-${each.status.toLowerCase()}`} />{' '}
                  {each.status.toLowerCase().replace('_', ' ')}
                </td>
                <td>{each.kind.toLowerCase()}</td>
                <td>{clock(each.triggered, now)}</td>
                <td>{each.duration === null ? '–' : duration(each.duration)}</td>
                <td>{bytes(each.size)}</td>
                <td className="mj-path">
                  {each.failure ?? (each.path === null ? '' : <code>{each.path}</code>)}
                  {each.path !== null && (
                    <button type="button" className="mj-link" onClick={() => onCopy(each.path ?? '')}>
                      {t('Copy')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
