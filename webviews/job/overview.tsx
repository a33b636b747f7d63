import { useState } from 'react';
import { Chart } from '../chart/chart.tsx';
import { Graph } from '../graph/graph.tsx';
import { t } from '../shared/l10n.ts';
import { bytes, clock, duration, percent, shortNumber } from './format.ts';
import type { JobViewState, VertexState } from './messages.ts';

const WIDTH = 236;
const HEIGHT = 104;

/** The plan with live figures, charts, and the details of the chosen vertex. */
export function Overview({ state }: { readonly state: JobViewState }) {
  const [selected, setSelected] = useState<string>();
  const { vertices, course, checkpoints } = state;
  const byId = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const chosen = selected === undefined ? undefined : byId.get(selected);
  const done = checkpoints.history.filter(({ status }) => status === 'COMPLETED').reverse();
  return (
    <>
      {vertices.length === 0 ? (
        <p className="mj-quiet">{t('The server tells no plan of the job.')}</p>
      ) : (
        <Graph
          title={t('Plan of the job')}
          nodes={vertices.map((vertex) => ({ id: vertex.id, width: WIDTH, height: HEIGHT, label: spoken(vertex) }))}
          edges={vertices.flatMap(({ id, inputs }) =>
            inputs.map((input) => ({
              from: input.id,
              to: id,
              label: input.strategy === 'FORWARD' ? undefined : input.strategy,
            })),
          )}
          selected={selected}
          onSelect={setSelected}
          draw={(id) => <Box vertex={byId.get(id)} />}
        />
      )}
      {chosen && <Details vertex={chosen} now={state.now} />}
      <div className="mj-charts">
        <Chart
          title={t('Records a second')}
          times={course.times}
          series={[
            { name: t('read by sources'), color: '--vscode-charts-blue', values: course.read },
            { name: t('into sinks'), color: '--vscode-charts-green', values: course.written },
          ]}
          format={shortNumber}
        />
        <Chart
          title={t('Watermark lag')}
          times={course.times}
          series={[{ name: t('behind the clock'), color: '--vscode-charts-yellow', values: course.lag }]}
          format={duration}
          empty={t('No watermarks')}
        />
        <Chart
          title={t('Checkpoints')}
          times={done.map(({ triggered }) => triggered)}
          series={[{ name: 'duration', color: '--vscode-charts-purple', values: done.map((each) => each.duration) }]}
          format={duration}
          points
          empty={checkpoints.interval === null ? t('No periodic checkpoints') : t('No checkpoint yet')}
        />
      </div>
    </>
  );
}

function Box({ vertex }: { readonly vertex: VertexState | undefined }) {
  if (!vertex) return null;
  const { name, parallelism, status, inRate, outRate, busy, backPressured, watermark, lag } = vertex;
  return (
    <>
      <span className="mj-name">{name}</span>
      <span className="mj-line">
        <span className={`mj-dot mj-${status.toLowerCase()}`} />
        {status.toLowerCase()} · ×{parallelism}
      </span>
      <span className="mj-line">
        <span title={t('Records in a second')}>↓ {inRate === null ? '–' : shortNumber(inRate)}/s</span>
        <span title={t('Records out a second')}>↑ {outRate === null ? '–' : shortNumber(outRate)}/s</span>
        {(watermark !== null || lag !== null) && (
          <span title={t('Watermark lag')}>
            {t('lag {0}', watermark === 'end' ? t('none') : lag === null ? '–' : duration(lag))}
          </span>
        )}
      </span>
      <span className="mj-load" title={busy === null ? t('Busy: not measured') : t('Busy {0}', percent(busy))}>
        <span className="mj-busy" style={{ width: percent(busy ?? 0) }} />
        <span className="mj-pressed" style={{ width: percent(backPressured ?? 0) }} />
      </span>
    </>
  );
}

function Details({ vertex, now }: { readonly vertex: VertexState; readonly now: number }) {
  const { recordsIn, recordsOut, inRate, outRate, busy, backPressured, watermark, lag, lateRecords, stateBytes } =
    vertex;
  const number = (value: number | null, unit = ''): string => (value === null ? '–' : `${shortNumber(value)}${unit}`);
  const rows: readonly (readonly [string, string])[] = [
    [t('Status'), t('{0}, parallelism {1}', vertex.status, vertex.parallelism)],
    [t('Records in'), `${number(recordsIn)} (${number(inRate)}/s)`],
    [t('Records out'), `${number(recordsOut)} (${number(outRate)}/s)`],
    [t('Busy'), busy === null ? t('not measured') : percent(busy)],
    [t('Backpressured'), backPressured === null ? t('not measured') : percent(backPressured)],
    [
      t('Watermark'),
      watermark === null ? t('none') : watermark === 'end' ? t('the input has ended') : clock(watermark, now),
    ],
    [t('Watermark lag'), lag === null ? '–' : duration(lag)],
    ...(lateRecords === null ? [] : [[t('Late rows dropped'), shortNumber(lateRecords)] as const]),
    ...(stateBytes === null ? [] : [[t('State'), bytes(stateBytes)] as const]),
  ];
  return (
    <section className="mj-details" aria-label={t('Details of {0}', vertex.name)}>
      <dl>
        {rows.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <pre>{vertex.description || vertex.name}</pre>
    </section>
  );
}

function spoken(vertex: VertexState): string {
  const { name, status, parallelism, inRate, outRate, busy, lag } = vertex;
  const words = [t('{0}, {1}, parallelism {2}', name, status.toLowerCase(), parallelism)];
  if (inRate !== null) words.push(t('{0} records in a second', shortNumber(inRate)));
  if (outRate !== null) words.push(t('{0} records out a second', shortNumber(outRate)));
  if (busy !== null) words.push(t('busy {0}', percent(busy)));
  if (lag !== null) words.push(t('watermark {0} behind', duration(lag)));
  return words.join(', ');
}
