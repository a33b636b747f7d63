/**
 * Watermark of an operator with several inputs: the least of the inputs that are not idle, never going back
 * (StatusWatermarkValve, CombinedWatermarkStatus).
 */
export class WatermarkCombiner {
  private values: Float64Array;
  private idle: Uint8Array;
  /** The combined watermark; -Infinity before the first. */
  current = Number.NEGATIVE_INFINITY;

  constructor(inputs: number) {
    this.values = new Float64Array(inputs).fill(Number.NEGATIVE_INFINITY);
    this.idle = new Uint8Array(inputs);
  }

  /** Takes a watermark of an input; gives the combined one when it moved, else undefined. */
  advance(input: number, value: number): number | undefined {
    if (value > (this.values[input] as number)) this.values[input] = value;
    this.idle[input] = 0;
    return this.combine();
  }

  /** Takes that an input is idle or active again; gives the combined watermark when it moved. */
  setIdle(input: number, idle: boolean): number | undefined {
    this.idle[input] = idle ? 1 : 0;
    return this.combine();
  }

  /** Whether every input is idle, so that the operator's output is idle too. */
  get allIdle(): boolean {
    return this.idle.every((i) => i === 1);
  }

  private combine(): number | undefined {
    let least = Number.POSITIVE_INFINITY;
    let any = false;
    for (let i = 0; i < this.values.length; i++) {
      if (this.idle[i] === 1) continue;
      any = true;
      least = Math.min(least, this.values[i] as number);
    }
    if (!any || least <= this.current) return undefined;
    this.current = least;
    return least;
  }

  snapshot() {
    return { values: this.values, idle: this.idle, current: this.current };
  }

  restore(state: ReturnType<WatermarkCombiner['snapshot']>): void {
    this.values = state.values;
    this.idle = state.idle;
    this.current = state.current;
  }
}
