import { t } from '../shared/l10n.ts';
import { bytes, count } from './format.ts';
import type { TopicState } from './messages.ts';

/** The partitions of a topic: who leads them, what lies in them. */
export function Partitions({ topic }: { readonly topic: TopicState }) {
  return (
    <table className="mt-table" data-testid="partitions">
      <thead>
        <tr>
          <th scope="col" className="mt-number">
            {t('Partition')}
          </th>
          <th scope="col">{t('Leader')}</th>
          <th scope="col">{t('Replicas')}</th>
          <th scope="col">{t('In sync')}</th>
          <th scope="col" className="mt-number">
            {t('First offset')}
          </th>
          <th scope="col" className="mt-number">
            {t('Next offset')}
          </th>
          <th scope="col" className="mt-number">
            {t('Offsets')}
          </th>
          <th scope="col" className="mt-number">
            {t('Size')}
          </th>
          <th scope="col" className="mt-number">
            {t('Messages/s')}
          </th>
        </tr>
      </thead>
      <tbody>
        {topic.partitions.map((one) => {
          const missing = one.replicas.filter((id) => !one.inSync.includes(id));
          const offsets =
            one.earliest === null || one.latest === null ? null : String(BigInt(one.latest) - BigInt(one.earliest));
          return (
            <tr key={one.partition}>
              <td className="mt-number">{one.partition}</td>
              <td>{one.leader < 0 ? <b className="mt-bad">{t('none')}</b> : one.leader}</td>
              <td>{one.replicas.join(', ')}</td>
              <td>
                {one.inSync.join(', ')}
                {missing.length > 0 && <b className="mt-bad">{t('missing {0}', missing.join(', '))}</b>}
              </td>
              <td className="mt-number">{one.earliest === null ? '–' : count(one.earliest)}</td>
              <td className="mt-number">{one.latest === null ? '–' : count(one.latest)}</td>
              <td className="mt-number">{offsets === null ? '–' : count(offsets)}</td>
              <td className="mt-number">{one.bytes === null ? '–' : bytes(Number(one.bytes))}</td>
              <td className="mt-number">
                {one.error !== null ? (
                  <span className="mt-bad">{one.error}</span>
                ) : one.rate === null ? (
                  '–'
                ) : (
                  count(Math.round(one.rate))
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
