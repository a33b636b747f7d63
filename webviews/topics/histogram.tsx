import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { t } from '../shared/l10n.ts';
import { count, time } from './format.ts';
import type { HistogramState } from './messages.ts';

interface HistogramProps {
  readonly histogram: HistogramState;
  /** The range of time that is read, in epoch ms, the end not included. */
  readonly chosen: { readonly from: number; readonly to: number } | undefined;
  /** Told of a range of time in epoch ms, the end not included. */
  readonly onBrush: (from: number, to: number) => void;
}

const HEIGHT = 56;

/** Messages over time, all and those that match; a range is chosen by dragging, or with the arrow keys and Enter. */
export function Histogram({ histogram: { start, width, all, matching }, chosen, onBrush }: HistogramProps) {
  const box = useRef<HTMLDivElement>(null);
  // Bars that are being chosen; those that were are known by their time, for bars may come to stand for other times.
  const [choosing, setRange] = useState<{ readonly from: number; readonly to: number }>();
  const [isDragging, setDragging] = useState(false);
  const n = all.length;
  const most = Math.max(1, ...all);
  const range = choosing ?? barsOf(chosen, { start, width, n });
  const total = all.reduce((sum, one) => sum + one, 0);
  const hits = matching?.reduce((sum, one) => sum + one, 0);
  const barAt = (event: PointerEvent): number => {
    const { left = 0, width: wide = 1 } = box.current?.getBoundingClientRect() ?? {};
    return Math.max(0, Math.min(n - 1, Math.floor(((event.clientX - left) / wide) * n)));
  };
  const low = range ? Math.min(range.from, range.to) : 0;
  const high = range ? Math.max(range.from, range.to) : -1;
  const choose = (bars: typeof range): void => {
    setRange(undefined);
    if (bars) onBrush(start + Math.min(bars.from, bars.to) * width, start + (Math.max(bars.from, bars.to) + 1) * width);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'Enter') choose(range);
    else if (event.key === 'Escape') setRange(undefined);
    else if (by === 0) return;
    else {
      const to = Math.max(0, Math.min(n - 1, (range?.to ?? (by > 0 ? -1 : n)) + by));
      setRange({ from: event.shiftKey && range ? range.from : to, to });
    }
    event.preventDefault();
  };
  const words = range
    ? t(
        '{0} to {1}: {2}{3}',
        time(start + low * width),
        time(start + (high + 1) * width),
        count(sum(all, low, high)),
        matching ? `, ${t('{0} match', count(sum(matching, low, high)))}` : '',
      )
    : t(
        '{0} from {1} to {2}{3}',
        count(total),
        time(start),
        time(start + n * width),
        hits === undefined ? '' : `, ${t('{0} match', count(hits))}`,
      );
  return (
    <figure className="mt-histogram" data-testid="histogram">
      <div
        ref={box}
        className="mt-bars"
        role="slider"
        tabIndex={0}
        aria-label={t('Messages over time; arrow keys choose a range, Enter reads it')}
        aria-valuemin={0}
        aria-valuemax={n - 1}
        aria-valuenow={range?.to ?? 0}
        aria-valuetext={words}
        style={{ height: HEIGHT }}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          const at = barAt(event);
          setRange({ from: at, to: at });
          setDragging(true);
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          const at = barAt(event);
          // A button that was let go elsewhere is not told of.
          if (isDragging && event.buttons > 0) setRange((before) => ({ from: before?.from ?? at, to: at }));
        }}
        onPointerUp={(event) => {
          // The last move may not have been drawn yet.
          if (isDragging && choosing) choose({ from: choosing.from, to: barAt(event) });
          setDragging(false);
        }}
        onPointerCancel={() => {
          setDragging(false);
          setRange(undefined);
        }}
      >
        <svg viewBox={`0 0 ${n} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {all.map((value, i) => {
            const tall = value === 0 ? 0 : Math.max(1.5, (value / most) * HEIGHT);
            const hit = matching?.[i] ?? 0;
            const hitTall = hit === 0 ? 0 : Math.max(1.5, (hit / most) * HEIGHT);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar has no identity but its place
              <g key={i} className={range && (i < low || i > high) ? 'mt-out' : undefined}>
                {i >= low && i <= high && <rect className="mt-brush" x={i} y={0} width={1} height={HEIGHT} />}
                <rect
                  className={matching ? 'mt-all' : 'mt-hit'}
                  x={i + 0.08}
                  y={HEIGHT - tall}
                  width={0.84}
                  height={tall}
                />
                {matching && (
                  <rect className="mt-hit" x={i + 0.08} y={HEIGHT - hitTall} width={0.84} height={hitTall} />
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <figcaption className="mt-quiet" data-testid="histogram-words">
        {words}
      </figcaption>
    </figure>
  );
}

/** Where a histogram will be, so that nothing moves below the pointer when it comes. */
export function HistogramPlace() {
  return (
    <figure className="mt-histogram" aria-hidden="true">
      <div className="mt-bars" style={{ height: HEIGHT }} />
      <figcaption>&nbsp;</figcaption>
    </figure>
  );
}

/** The bars of a range of time; undefined where it has none. */
function barsOf(
  chosen: HistogramProps['chosen'],
  { start, width, n }: { readonly start: number; readonly width: number; readonly n: number },
): { readonly from: number; readonly to: number } | undefined {
  if (!chosen || chosen.to <= start || chosen.from >= start + n * width) return undefined;
  const from = Math.max(0, Math.floor((chosen.from - start) / width));
  return { from, to: Math.max(from, Math.min(n - 1, Math.ceil((chosen.to - start) / width) - 1)) };
}

function sum(values: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let i = from; i <= to; i++) total += values[i] ?? 0;
  return total;
}
