import { useState } from 'react';
import { Chart } from '../chart/chart.tsx';
import { Graph } from '../graph/graph.tsx';
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
        <p className="mj-quiet">The server tells no plan of the job.</p>
      ) : (
        <Graph
          title="Plan of the job"
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
          title="Records a second"
          times={course.times}
          series={[
            { name: 'read by sources', color: '--vscode-charts-blue', values: course.read },
            { name: 'into sinks', color: '--vscode-charts-green', values: course.written },
          ]}
          format={shortNumber}
        />
        <Chart
          title="Watermark lag"
          times={course.times}
          series={[{ name: 'behind the clock', color: '--vscode-charts-yellow', values: course.lag }]}
          format={duration}
          empty="No watermarks"
        />
        <Chart
          title="Checkpoints"
          times={done.map(({ triggered }) => triggered)}
          series={[{ name: 'duration', color: '--vscode-charts-purple', values: done.map((each) => each.duration) }]}
          format={duration}
          points
          empty={checkpoints.interval === null ? 'No periodic checkpoints' : 'No checkpoint yet'}
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
        <span title="Records in a second">↓ {inRate === null ? '–' : shortNumber(inRate)}/s</span>
        <span title="Records out a second">↑ {outRate === null ? '–' : shortNumber(outRate)}/s</span>
        {(watermark !== null || lag !== null) && (
          <span title="Watermark lag">lag {watermark === 'end' ? 'none' : lag === null ? '–' : duration(lag)}</span>
        )}
      </span>
      <span className="mj-load" title={`Busy ${busy === null ? 'unknown' : percent(busy)}`}>
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
    ['Status', `${vertex.status}, parallelism ${vertex.parallelism}`],
    ['Records in', `${number(recordsIn)} (${number(inRate)}/s)`],
    ['Records out', `${number(recordsOut)} (${number(outRate)}/s)`],
    ['Busy', busy === null ? 'not measured' : percent(busy)],
    ['Backpressured', backPressured === null ? 'not measured' : percent(backPressured)],
    ['Watermark', watermark === null ? 'none' : watermark === 'end' ? 'the input has ended' : clock(watermark, now)],
    ['Watermark lag', lag === null ? '–' : duration(lag)],
    ...(lateRecords === null ? [] : [['Late rows dropped', shortNumber(lateRecords)] as const]),
    ...(stateBytes === null ? [] : [['State', bytes(stateBytes)] as const]),
  ];
  return (
    <section className="mj-details" aria-label={`Details of ${vertex.name}`}>
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
  const words = [`${name}, ${status.toLowerCase()}, parallelism ${parallelism}`];
  if (inRate !== null) words.push(`${shortNumber(inRate)} records in a second`);
  if (outRate !== null) words.push(`${shortNumber(outRate)} records out a second`);
  if (busy !== null) words.push(`busy ${percent(busy)}`);
  if (lag !== null) words.push(`watermark ${duration(lag)} behind`);
  return words.join(', ');
}
