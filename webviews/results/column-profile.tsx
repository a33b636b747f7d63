import { useEffect, useRef, useState } from 'react';
import type { Arrangement, ColumnProfile, ColumnState, View } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import type { Channel } from './channel.ts';
import { shortNumber } from './chart-svg.ts';
import { count } from './format.ts';

export interface ProfileProps {
  readonly channel: Channel;
  readonly id: string;
  readonly view: View;
  readonly arrange: Arrangement;
  readonly column: number;
  readonly columns: readonly ColumnState[];
  readonly version: number;
  readonly onClose: () => void;
}

const PACE_MS = 1500;
let lastRequest = 0;

/** What there is to say of a column's values, kept up with them. */
export function Profile({ channel, id, view, arrange, column, columns, version, onClose }: ProfileProps) {
  const [profile, setProfile] = useState<ColumnProfile>();
  const asked = useRef(0);
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(
    () =>
      channel.listen(id, (message) => {
        if (message.type === 'profile' && message.request === asked.current) setProfile(message.profile);
      }),
    [channel, id],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version has other values
  useEffect(() => {
    const timer = setTimeout(
      () => {
        last.current = performance.now();
        asked.current = ++lastRequest;
        channel.send({ type: 'profile', id, view, arrange, column, request: asked.current });
      },
      Math.max(0, last.current + PACE_MS - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [channel, id, view, arrange, column, version]);
  const { name = '', type = '' } = columns[column] ?? {};
  const most = Math.max(1, ...(profile?.histogram ?? []));
  const share = (part: number): string =>
    profile && profile.count > 0 ? `${((part * 100) / profile.count).toFixed(1)} %` : '';
  return (
    <section className="mr-detail" aria-label={t('Profile of {0}', name)} data-testid="column-profile">
      <div className="mr-detail-head">
        <b>{name}</b> <span className="mr-type">{type}</span>
        <span className="mr-space" />
        <button type="button" className="mr-icon" aria-label={t('Close the profile')} onClick={onClose}>
          ×
        </button>
      </div>
      {profile && (
        <>
          <table>
            <tbody>
              <Line name="rows" value={count(profile.count)} />
              <Line name="distinct" value={`${profile.atLeast ? '≥ ' : ''}${count(profile.distinct)}`} />
              <Line name="NULL" value={`${count(profile.nulls)} ${profile.nulls > 0 ? share(profile.nulls) : ''}`} />
              {profile.least !== undefined && <Line name="min" value={profile.least} />}
              {profile.greatest !== undefined && <Line name="max" value={profile.greatest} />}
              {profile.mean !== undefined && <Line name="mean" value={shortNumber(profile.mean)} />}
            </tbody>
          </table>
          {profile.histogram.length > 1 && (
            <div
              className="mr-bars"
              role="img"
              aria-label={t('Histogram: {0} values from the least to the greatest', profile.histogram.join(', '))}
            >
              {profile.histogram.map((bar, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: bars are told apart by place
                <i key={i} title={count(bar)} style={{ height: `${Math.max(bar > 0 ? 3 : 0, (bar * 100) / most)}%` }} />
              ))}
            </div>
          )}
          <table aria-label={t('Most frequent values')}>
            <tbody>
              {profile.top.map((one) => (
                <Line
                  key={one.text}
                  name={one.text === '' ? 'empty' : one.text}
                  value={`${count(one.count)} · ${share(one.count)}`}
                />
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Line({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <tr>
      <th scope="row" title={name}>
        {name}
      </th>
      <td title={value}>{value}</td>
    </tr>
  );
}
