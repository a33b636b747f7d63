import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { t } from '../shared/l10n.ts';
import { type LayoutEdge, type LayoutNode, layout, type Point } from './layout.ts';

export interface GraphNode extends LayoutNode {
  /** What a screen reader says of it. */
  readonly label: string;
}

export interface GraphEdge extends LayoutEdge {
  /** Beside the line, e.g. `HASH`. */
  readonly label?: string | undefined;
}

export interface GraphProps {
  /** What the picture is of. */
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  /** A box was clicked, or Enter pressed on it: beside being selected. */
  readonly onOpen?: ((id: string) => void) | undefined;
  /** The inside of a box. */
  readonly draw: (id: string) => ReactNode;
}

const MARGIN = 16;
/** A wide graph is scrolled rather than drawn smaller than this. */
const READABLE = 0.75;
const ZOOMS = [0.4, 0.5, 0.6, 0.75, 0.9, 1, 1.25, 1.5];

/**
 * A directed graph from left to right. One box is a stop of the tab key; arrow keys go along the edges and to the box above or below,
 * Escape selects none; Ctrl with the wheel, and + and -, zoom.
 */
export function Graph({ title, nodes, edges, selected, onSelect, onOpen, draw }: GraphProps) {
  const [zoom, setZoom] = useState<number>();
  const frame = useRef<HTMLDivElement>(null);
  const shape = JSON.stringify([
    nodes.map(({ id, width, height }) => [id, width, height]),
    edges.map(({ from, to }) => [from, to]),
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what the layout depends on, figures in the boxes change it not
  const picture = useMemo(() => layout(nodes, edges), [shape]);
  const fitting = (): number => {
    const room = (frame.current?.clientWidth ?? 0) - 2 * MARGIN;
    return room <= 0 ? 1 : Math.max(READABLE, Math.min(1, room / Math.max(1, picture.width)));
  };
  const scale = zoom ?? fitting();
  const step = (by: 1 | -1): void => {
    const next = by > 0 ? ZOOMS.find((z) => z > scale + 0.01) : ZOOMS.findLast((z) => z < scale - 0.01);
    if (next !== undefined) setZoom(next);
  };
  const focusOn = (id: string | undefined): void => {
    if (id === undefined) return;
    onSelect(id);
    frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent, id: string): void => {
    if (event.key.startsWith('Arrow')) focusOn(neighbour(event.key, id, nodes, edges, picture.places));
    else if (event.key === 'Escape') onSelect(undefined);
    else if (event.key === '+' || event.key === '=') step(1);
    else if (event.key === '-') step(-1);
    else return;
    event.preventDefault();
  };
  const stop = selected !== undefined && picture.places.has(selected) ? selected : nodes[0]?.id;
  const width = picture.width + 2 * MARGIN;
  const height = picture.height + 2 * MARGIN;
  return (
    <section className="mg" aria-label={title}>
      <div className="mg-tools">
        <button type="button" onClick={() => step(-1)} aria-label={t('Zoom out')} title={t('Zoom out')}>
          −
        </button>
        <button type="button" onClick={() => setZoom(undefined)} title={t('Fit to width')}>
          {t('Fit')}
        </button>
        <button type="button" onClick={() => step(1)} aria-label={t('Zoom in')} title={t('Zoom in')}>
          +
        </button>
      </div>
      <div
        ref={frame}
        className="mg-frame"
        onWheel={(event) => {
          if (event.ctrlKey) step(event.deltaY < 0 ? 1 : -1);
        }}
      >
        <div style={{ width: width * scale, height: height * scale }}>
          <div className="mg-scene" style={{ width, height, transform: `scale(${scale})` }}>
            <svg width={width} height={height} aria-hidden="true">
              <defs>
                <marker
                  id="mg-arrow"
                  viewBox="0 0 8 8"
                  refX="7"
                  refY="4"
                  markerWidth="7"
                  markerHeight="7"
                  orient="auto"
                >
                  <path d="M0 0.5 L7.5 4 L0 7.5 Z" />
                </marker>
              </defs>
              {edges.map(({ from, to, label }, i) => {
                const line = picture.lines[i] ?? [];
                const isNear = selected !== undefined && (from === selected || to === selected);
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two edges may have the same ends; their order is the plan's
                  <g key={`${from} ${to} ${i}`} className={isNear ? 'mg-edge mg-near' : 'mg-edge'}>
                    <path d={curve(line)} markerEnd="url(#mg-arrow)" />
                    {label && line.length > 0 && <EdgeLabel line={line} label={label} />}
                  </g>
                );
              })}
            </svg>
            {nodes.map((node) => {
              const at = picture.places.get(node.id) ?? { x: 0, y: 0 };
              return (
                <button
                  type="button"
                  key={node.id}
                  data-node={node.id}
                  className="mg-node"
                  aria-pressed={node.id === selected}
                  aria-label={node.label}
                  tabIndex={node.id === stop ? 0 : -1}
                  style={{ left: at.x + MARGIN, top: at.y + MARGIN, width: node.width, height: node.height }}
                  onClick={() => {
                    onSelect(node.id === selected ? undefined : node.id);
                    if (node.id !== selected) onOpen?.(node.id);
                  }}
                  onKeyDown={(event) => onKey(event, node.id)}
                >
                  {draw(node.id)}
                </button>
              );
            })}
          </div>
        </div>
      </div>
    </section>
  );
}

/** The box that an arrow key leads to. */
function neighbour(
  key: string,
  id: string,
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  places: ReadonlyMap<string, Point>,
): string | undefined {
  const place = (other: string): Point => places.get(other) ?? { x: 0, y: 0 };
  const { x, y } = place(id);
  const column = nodes.map((node) => node.id).filter((other) => place(other).x === x);
  let candidates: string[] = [];
  if (key === 'ArrowRight') candidates = edges.filter(({ from }) => from === id).map(({ to }) => to);
  if (key === 'ArrowLeft') candidates = edges.filter(({ to }) => to === id).map(({ from }) => from);
  if (key === 'ArrowDown') candidates = column.filter((other) => place(other).y > y);
  if (key === 'ArrowUp') candidates = column.filter((other) => place(other).y < y);
  return candidates.sort((a, b) => Math.abs(place(a).y - y) - Math.abs(place(b).y - y))[0];
}

function EdgeLabel({ line, label }: { readonly line: readonly Point[]; readonly label: string }) {
  const [first, second] = line as readonly [Point, Point];
  return (
    <text x={(first.x + second.x) / 2 + MARGIN} y={(first.y + second.y) / 2 + MARGIN - 5} textAnchor="middle">
      {label}
    </text>
  );
}

/** A smooth line that leaves and reaches boxes level. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points.map(({ x, y }) => ({ x: x + MARGIN, y: y + MARGIN }));
  if (!first) return '';
  let path = `M${first.x} ${first.y}`;
  let last = first;
  for (const point of rest) {
    const middle = (last.x + point.x) / 2;
    path += ` C${middle} ${last.y} ${middle} ${point.y} ${point.x} ${point.y}`;
    last = point;
  }
  return path;
}
