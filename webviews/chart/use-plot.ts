import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';

export interface PlotSource {
  /** What the plot is made anew for: its series and kind. Undefined: there is nothing to draw. */
  readonly shape: string | undefined;
  readonly height: number;
  readonly data: uPlot.AlignedData;
  /** Called for each plot that is made: colours are painted, not styled, and another theme has others. */
  readonly options: (parent: HTMLElement) => uPlot.Options;
}

/** Keeps a plot in a box: of its width, in the theme's colours, with the newest values. */
export function usePlot(box: RefObject<HTMLElement | null>, source: PlotSource): void {
  const { shape, height, data } = source;
  const plot = useRef<uPlot | undefined>(undefined);
  const newest = useRef(source);
  newest.current = source;
  useEffect(() => {
    const parent = box.current;
    if (!parent || shape === undefined) return undefined;
    const make = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(newest.current.options(parent), newest.current.data, parent);
    };
    make();
    const sizes = new ResizeObserver(() => plot.current?.setSize({ width: parent.clientWidth, height }));
    sizes.observe(parent);
    const themes = new MutationObserver(make);
    themes.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [box, shape, height]);
  useEffect(() => plot.current?.setData(data), [data]);
}
