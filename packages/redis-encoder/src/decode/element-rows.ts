/**
 * The (name, value) rows of one collection, held together until the collection is written. Reused from collection to
 * collection; no object per row.
 */
export class ElementRows {
  bytes: Buffer = Buffer.allocUnsafeSlow(1 << 16);
  #starts = new Float64Array(1 << 8);
  #nameEnds = new Float64Array(1 << 8);
  #used = 0;
  #order: Float64Array | undefined;
  count = 0;

  clear(): void {
    this.count = 0;
    this.#used = 0;
    this.#order = undefined;
    if (this.bytes.length > KEEP_BELOW) this.bytes = Buffer.allocUnsafeSlow(1 << 16);
  }

  add(bytes: Buffer, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const length = nameEnd - nameStart + valueEnd - valueStart;
    if (this.#used + length > this.bytes.length) this.#widenBytes(length);
    if (this.count + 1 >= this.#starts.length) this.#widenIndex();
    const start = this.#used;
    const split = start + bytes.copy(this.bytes, start, nameStart, nameEnd);
    this.#used = split + bytes.copy(this.bytes, split, valueStart, valueEnd);
    this.#starts[this.count] = start;
    this.#nameEnds[this.count] = split;
    this.count++;
    this.#starts[this.count] = this.#used;
  }

  addPair(name: Buffer, value: Buffer): void {
    const pair = Buffer.concat([name, value]);
    this.add(pair, 0, name.length, name.length, pair.length);
  }

  /** Brings the rows into the order of their names' bytes, the shorter first. */
  sortByName(): void {
    let sorted = true;
    for (let i = 1; sorted && i < this.count; i++) sorted = this.#compare(i - 1, i) <= 0;
    if (sorted) return;
    const order = new Float64Array(this.count);
    for (let i = 0; i < order.length; i++) order[i] = i;
    order.sort((a, b) => this.#compare(a, b) || a - b);
    this.#order = order;
  }

  nameStart(i: number): number {
    return this.#starts[this.#row(i)]!;
  }

  nameEnd(i: number): number {
    return this.#nameEnds[this.#row(i)]!;
  }

  valueStart(i: number): number {
    return this.#nameEnds[this.#row(i)]!;
  }

  valueEnd(i: number): number {
    return this.#starts[this.#row(i) + 1]!;
  }

  #row(i: number): number {
    return this.#order === undefined ? i : this.#order[i]!;
  }

  #compare(a: number, b: number): number {
    return this.bytes.compare(this.bytes, this.#starts[b]!, this.#nameEnds[b]!, this.#starts[a]!, this.#nameEnds[a]!);
  }

  #widenBytes(length: number): void {
    const wider = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.#used + length));
    this.bytes.copy(wider, 0, 0, this.#used);
    this.bytes = wider;
  }

  #widenIndex(): void {
    this.#starts = widened(this.#starts);
    this.#nameEnds = widened(this.#nameEnds);
  }
}

function widened(index: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(index.length * 2);
  wider.set(index);
  return wider;
}

const KEEP_BELOW = 4 << 20;
