/** Routes user keys to key families: the longest prefix decides (docs/format/01-snapshot.md, section 7.1). */
export class KeyFamilies {
  readonly prefixes: readonly string[];
  readonly #bytes: readonly Buffer[];
  /** Families by first byte, the longest prefix first. */
  readonly #byFirstByte: ReadonlyArray<readonly number[]>;
  /** For each family the longer ones that begin with its prefix. */
  readonly #longer: ReadonlyArray<readonly Buffer[]>;
  #last = -1;
  /** For each family how many bytes a key must share with one that is of it to be of it too. */
  readonly #lengths: readonly number[];
  /** Of the key asked for before, -1 when it belongs to none. */
  #previous = -1;
  #previousLength = Number.POSITIVE_INFINITY;

  /** @param prefixes byte strings: one character per byte, not empty. */
  constructor(prefixes: readonly string[]) {
    this.prefixes = prefixes;
    this.#bytes = prefixes.map((prefix) => Buffer.from(prefix, 'latin1'));
    const order = prefixes.map((_, i) => i).sort((a, b) => prefixes[b]!.length - prefixes[a]!.length);
    const byFirstByte = Array.from({ length: 256 }, (): number[] => []);
    for (const i of order) byFirstByte[this.#bytes[i]![0] ?? -1]?.push(i);
    this.#byFirstByte = byFirstByte;
    this.#longer = prefixes.map((prefix) =>
      this.#bytes.filter((_, i) => prefixes[i]!.length > prefix.length && prefixes[i]!.startsWith(prefix)),
    );
    this.#lengths = prefixes.map(({ length }, i) =>
      this.#longer[i]!.length === 0 ? length : Number.POSITIVE_INFINITY,
    );
  }

  /**
   * Index in `prefixes` of the family of the user key, -1 when it belongs to none.
   *
   * @param shared bytes at its start that the key asked for before has too; 0 when they were not compared.
   */
  find(bytes: Buffer, start: number, end: number, shared = 0): number {
    if (shared < this.#previousLength || end - start < this.#previousLength) {
      this.#previous = this.#find(bytes, start, end);
      this.#previousLength = this.#lengths[this.#previous] ?? Number.POSITIVE_INFINITY;
    }
    return this.#previous;
  }

  #find(bytes: Buffer, start: number, end: number): number {
    // In a sorted file the next key nearly always belongs to the family of the last one.
    if (this.#last !== -1 && this.isMember(this.#last, bytes, start, end)) return this.#last;
    const candidates = this.#byFirstByte[bytes[start] ?? 0]!;
    for (const i of candidates) {
      if (startsWith(bytes, start, end, this.#bytes[i]!)) {
        this.#last = i;
        return i;
      }
    }
    return -1;
  }

  isMember(family: number, bytes: Buffer, start: number, end: number): boolean {
    if (!startsWith(bytes, start, end, this.#bytes[family]!)) return false;
    const longer = this.#longer[family]!;
    for (let i = 0; i < longer.length; i++) {
      if (startsWith(bytes, start, end, longer[i]!)) return false;
    }
    return true;
  }
}

function startsWith(bytes: Buffer, start: number, end: number, prefix: Buffer): boolean {
  const length = prefix.length;
  if (end - start < length) return false;
  // Families of one adapter share their beginning; from the end they differ sooner.
  for (let i = length - 1; i >= 0; i--) {
    if (bytes[start + i] !== prefix[i]) return false;
  }
  return true;
}

/** The family of a key that no prefix claims: the text up to its second bar, or up to 32 bytes. */
export function unknownFamily(bytes: Buffer, start: number, end: number): string {
  let bars = 0;
  const limit = Math.min(end, start + 32);
  for (let i = start; i < limit; i++) {
    if (bytes[i] === 0x7c && ++bars === 2) return bytes.toString('latin1', start, i + 1);
  }
  return bytes[start] === 0x21 ? bytes.toString('latin1', start, limit) : '';
}
