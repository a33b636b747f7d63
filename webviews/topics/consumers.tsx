import { t } from '../shared/l10n.ts';
import { count } from './format.ts';
import type { ConsumerView } from './messages.ts';

interface ConsumersProps {
  readonly consumers: readonly ConsumerView[] | string | undefined;
  readonly onOpen: (group: string) => void;
}

/** The groups that read a topic. */
export function Consumers({ consumers, onOpen }: ConsumersProps) {
  if (consumers === undefined) return <p role="status">{t('Asking for the groups…')}</p>;
  if (typeof consumers === 'string') {
    return (
      <div className="mt-alert" role="alert">
        {consumers}
      </div>
    );
  }
  if (consumers.length === 0) {
    return <p className="mt-quiet">{t('No group reads this topic or has kept offsets of it.')}</p>;
  }
  return (
    <table className="mt-table" data-testid="consumers">
      <thead>
        <tr>
          <th scope="col">{t('Group')}</th>
          <th scope="col">{t('Kind')}</th>
          <th scope="col">{t('State')}</th>
          <th scope="col" className="mt-number">
            {t('Members')}
          </th>
          <th scope="col" className="mt-number">
            {t('Lag in this topic')}
          </th>
        </tr>
      </thead>
      <tbody>
        {consumers.map((one) => (
          <tr key={one.group}>
            <td>
              <button type="button" className="mt-link" onClick={() => onOpen(one.group)}>
                {one.group}
              </button>
            </td>
            <td>{one.type}</td>
            <td>{one.state}</td>
            <td className="mt-number">{one.members}</td>
            <td className="mt-number" title={one.problem ?? undefined}>
              {one.lag === null ? (one.problem ?? '–') : count(one.lag)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
