import { bytes } from '../job/format.ts';
import { t } from '../shared/l10n.ts';
import type { ShownChange, ShownOperator, ShownTable } from './model.ts';

/** An operator with what it gave in the step, its watermark and its state. */
export function OperatorCard({ operator }: { readonly operator: ShownOperator }) {
  const { name, columns, rows, late, lateSoFar, watermark, watermarkMoved, tables, shows, bytes: size } = operator;
  const isBusy = rows.length > 0 || late > 0;
  return (
    <div className={isBusy ? 'sr-card sr-busy' : 'sr-card'} data-testid="replay-operator">
      <div className="sr-head">
        <b>{name}</b>
        {watermark !== undefined && (
          <span className={watermarkMoved ? 'sr-moved' : 'sr-quiet'} data-testid="replay-watermark">
            {t('watermark {0}', instant(watermark))}
          </span>
        )}
        {lateSoFar > 0 && (
          <span className={late > 0 ? 'sr-late' : 'sr-quiet'} data-testid="replay-late">
            {late > 0 ? t('{0} late, dropped', late) : t('{0} late so far', lateSoFar)}
          </span>
        )}
        {!shows && size !== undefined && (
          <span className="sr-quiet">{t('state of {0}, the contents of which are not shown', bytes(size))}</span>
        )}
      </div>
      {rows.length > 0 && <Changes columns={columns} changes={rows} />}
      {tables.map((table) => (
        <StateView key={table.title} table={table} />
      ))}
    </div>
  );
}

function StateView({ table }: { readonly table: ShownTable }) {
  const { title, columns, rows, gone, more } = table;
  return (
    <div className="sr-title">
      <span className="sr-quiet">{rows.length === 0 ? t('State: no {0}', title) : t('State: {0}', title)}</span>
      {(rows.length > 0 || gone.length > 0) && (
        <table data-testid="replay-state" aria-label={title}>
          <thead>
            <Heads columns={columns} />
          </thead>
          <tbody>
            {gone.map((cells, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal rows are told apart by their places only
              <tr key={`-${i}`} className="sr-gone">
                <Cells cells={cells} />
              </tr>
            ))}
            {rows.map(({ cells, isNew }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal rows are told apart by their places only
              <tr key={i} className={isNew ? 'sr-new' : undefined}>
                <Cells cells={cells} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && <span className="sr-quiet">{t('and {0} more', more)}</span>}
    </div>
  );
}

/** Rows with their kinds. */
export function Changes({
  columns,
  changes,
}: {
  readonly columns: readonly string[];
  readonly changes: readonly ShownChange[];
}) {
  return (
    <table data-testid="replay-changes">
      <thead>
        <Heads columns={['', ...columns]} />
      </thead>
      <tbody>
        {changes.map(({ op, cells }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of a step never changes
          <tr key={i}>
            <td className={op.startsWith('+') ? 'sr-plus' : 'sr-minus'}>{op}</td>
            <Cells cells={cells} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The result as it is now. */
export function ResultTable({
  columns,
  rows,
}: {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}) {
  return (
    <table data-testid="replay-result">
      <thead>
        <Heads columns={columns} />
      </thead>
      <tbody>
        {rows.map((cells, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal rows are told apart by their places only
          <tr key={i}>
            <Cells cells={cells} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Heads({ columns }: { readonly columns: readonly string[] }) {
  return (
    <tr>
      {columns.map((column) => (
        <th key={column} scope="col">
          {column}
        </th>
      ))}
    </tr>
  );
}

function Cells({ cells }: { readonly cells: readonly (string | null)[] }) {
  return cells.map((cell, i) =>
    cell === null ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: columns stay in their places
      <td key={i} className="sr-null">
        NULL
      </td>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: columns stay in their places
      <td key={i}>{cell}</td>
    ),
  );
}

/** As event time is written in rows, in UTC. */
export function instant(at: number | null): string {
  if (at === null) return t('at the end of time');
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString().replace('T', ' ').replace('Z', '');
}
