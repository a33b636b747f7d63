import { useMemo } from 'react';
import type { ColumnState } from '../messages.ts';
import { t } from '../shared/l10n.ts';
import { KINDS, type RowWindow } from './row-window.ts';
import { type ValueTree, valueTree } from './value-tree.ts';

export interface RowDetailProps {
  readonly columns: readonly ColumnState[];
  readonly rows: RowWindow;
  /** Position of the row in its view. */
  readonly row: number;
  readonly showKind: boolean;
  readonly onClose: () => void;
}

/** One row with all that its cells hold: nested values as trees, JSON set out. */
export function RowDetail({ columns, rows, row, showKind, onClose }: RowDetailProps) {
  const i = row - rows.from;
  const come = i >= 0 && i < rows.length;
  return (
    <section className="mr-detail" aria-label={t('Row {0}', row + 1)} data-testid="row-detail">
      <div className="mr-detail-head">
        <b>{t('Row {0}', row + 1)}</b>
        {showKind && come && <span className="mr-quiet">{KINDS[rows.kind(i)]}</span>}
        <span className="mr-space" />
        <button
          type="button"
          className="mr-icon"
          aria-label={t('Close the row')}
          title={t('Close (Escape)')}
          onClick={onClose}
        >
          ×
        </button>
      </div>
      {come && (
        <dl>
          {columns.map((column, c) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by place only
            <div key={c}>
              <dt>
                {column.name} <span className="mr-type">{column.type}</span>
              </dt>
              <dd>
                <Cell text={rows.cells[c]?.(i) ?? null} type={column.type} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Cell({ text, type }: { readonly text: string | null; readonly type: string }) {
  const tree = useMemo(() => valueTree(text, type), [text, type]);
  const json = useMemo(() => (tree.parts || text === null ? undefined : jsonTree(text)), [tree, text]);
  if (text === null) return <span className="mr-null">NULL</span>;
  if (text === '') return <span className="mr-null">{t('empty')}</span>;
  const shown = json ?? tree;
  return shown.parts ? <Tree tree={shown} open /> : <pre>{text}</pre>;
}

/** A text that is a JSON object or list, in parts. */
function jsonTree(text: string): ValueTree | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return treeOf(JSON.parse(text));
  } catch {
    return undefined; // It only looked like JSON.
  }
}

function treeOf(value: unknown): ValueTree {
  if (value === null) return { text: null };
  if (typeof value !== 'object') return { text: typeof value === 'string' ? value : JSON.stringify(value) };
  const parts = Object.entries(value).map(([name, one]) => ({ name, value: treeOf(one) }));
  return { text: JSON.stringify(value), parts };
}

function Tree({ tree, open = false }: { readonly tree: ValueTree; readonly open?: boolean }) {
  return (
    <ul>
      {(tree.parts ?? []).map(({ name, value }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: keys of a map's text may repeat
        <li key={i}>
          {value.parts ? (
            <details open={open}>
              <summary>
                <b>{name}</b> <span className="mr-quiet">{value.parts.length}</span>
              </summary>
              <Tree tree={value} />
            </details>
          ) : (
            <>
              <b>{name}</b> {value.text === null ? <span className="mr-null">NULL</span> : value.text}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
