/** A growing list of 32-bit integers; `values` beyond `length` mean nothing. */
export class IntList {
  values = new Int32Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const wider = new Int32Array(this.length * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.length++] = value;
  }

  clear(): void {
    this.length = 0;
  }
}
