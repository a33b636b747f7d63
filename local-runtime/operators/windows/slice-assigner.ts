/** The start of the window of `size` that a time falls in (TimeWindow.getWindowStartWithOffset). */
export function windowStart(time: number, offset: number, size: number): number {
  const remainder = (time - offset) % size;
  return remainder < 0 ? time - (remainder + size) : time - remainder;
}

/**
 * How windows are cut into slices, so that a row is aggregated once and windows are made of slices (SliceAssigners). Times are
 * wall-clock milliseconds; a slice or window is known by its end.
 */
export interface SliceAssigner {
  /** Distance of slice ends. */
  readonly interval: number;
  /** Windows share slices (HOP, CUMULATE). */
  readonly shared: boolean;
  sliceEnd(time: number): number;
  /** The end of the last window that the slice belongs to. */
  lastWindowEnd(sliceEnd: number): number;
  windowStart(windowEnd: number): number;
  /** Slices no longer needed when the window has fired. */
  expired(windowEnd: number): readonly number[];
  /** The slices of a window without merge target, in the order they are merged. */
  slices(windowEnd: number): readonly number[];
  /** The slice whose state the others are merged into and kept; undefined when they are merged into a new one each time. */
  mergeTarget(windowEnd: number): number | undefined;
  /** The next window to fire after this one, though no row may come for it. */
  next(windowEnd: number, isEmpty: boolean): number | undefined;
}

export function tumbling(size: number, offset: number): SliceAssigner {
  return {
    interval: size,
    shared: false,
    sliceEnd: (time) => windowStart(time, offset, size) + size,
    lastWindowEnd: (end) => end,
    windowStart: (end) => end - size,
    expired: (end) => [end],
    slices: (end) => [end],
    mergeTarget: (end) => end,
    next: () => undefined,
  };
}

export function hopping(size: number, slide: number, offset: number): SliceAssigner {
  const count = size / slide;
  return {
    interval: slide,
    shared: true,
    sliceEnd: (time) => windowStart(time, offset, slide) + slide,
    lastWindowEnd: (end) => end - slide + size,
    windowStart: (end) => end - size,
    expired: (end) => [end - size + slide],
    slices: (end) => Array.from({ length: count }, (_, i) => end - i * slide),
    mergeTarget: () => undefined,
    next: (end, isEmpty) => (isEmpty ? undefined : end + slide),
  };
}

export function cumulating(size: number, step: number, offset: number): SliceAssigner {
  const start = (end: number) => windowStart(end - 1, offset, size);
  return {
    interval: step,
    shared: true,
    sliceEnd: (time) => windowStart(time, offset, step) + step,
    lastWindowEnd: (end) => start(end) + size,
    windowStart: start,
    expired: (end) => {
      const first = start(end) + step;
      if (end === first) return [];
      return end === start(end) + size ? [end, first] : [end];
    },
    slices: (end) => [end],
    mergeTarget: (end) => start(end) + step,
    next: (end) => (end + step > start(end) + size ? undefined : end + step),
  };
}

/** Rows that already carry their window: the window is the slice (WindowedSliceAssigner). */
export function attached(inner: SliceAssigner): SliceAssigner {
  return {
    interval: inner.interval,
    shared: false,
    sliceEnd: (time) => time,
    lastWindowEnd: (end) => end,
    windowStart: inner.windowStart,
    expired: (end) => [end],
    slices: (end) => [end],
    mergeTarget: (end) => end,
    next: () => undefined,
  };
}
