import type { ComparedLine, Completed } from '@ekv/adapter';
import { LineReader } from '@ekv/dump-tree';
import type { ByteSource } from '@ekv/snapshot';
import { firstDifference } from './first-difference.ts';
import { CompactJson, compactValues } from './json-formatting.ts';

/** A line is held whole; this is more than a value of a snapshot can become. */
const LONGEST_LINE = 2 ** 31;

/** How a line of the input is compared with the decoded one. */
export interface LineRules {
  /** Whether white space between values means nothing. */
  readonly isJson: boolean;
  /** What of a line counts; nothing: all of it. */
  readonly comparedLine?: ComparedLine | undefined;
  /** Fills in what was absent, first. */
  readonly completed?: Completed | undefined;
}

/**
 * The lines of a file of the input, compared with those that a decode writes. From the first line that differs, lines
 * are compared as JSON values, so that one can tell whether white space alone differs.
 */
export class ComparedLines {
  readonly #file: ByteSource;
  readonly #lines: LineReader;
  readonly #rules: LineRules;
  /** Set from the first line on that is not as decoded, but its value is. */
  #values: Generator<Buffer> | undefined;
  #difference: string | undefined;

  constructor(file: ByteSource, rules: LineRules) {
    this.#lines = new LineReader(file, LONGEST_LINE);
    this.#file = file;
    this.#rules = rules;
  }

  /** How the files differ first, for people; `undefined` while they are the same. */
  get difference(): string | undefined {
    return this.#difference;
  }

  /** Whether the files are the same but for white space; to be asked after the end. */
  get isFormattedOtherwise(): boolean {
    return this.#values !== undefined && this.#difference === undefined;
  }

  /** Takes the next line of the decode, with its line feed. */
  take(line: Uint8Array): void {
    if (this.#difference !== undefined) return;
    if (this.#values !== undefined) return this.#takeValue(line);
    const lines = this.#lines;
    if (!lines.next()) {
      this.#difference = `${lines.number} lines in the input, more decoded`;
      return;
    }
    // The last line of the input may lack its line feed.
    const isEnded = lines.offset + lines.end - lines.start < this.#file.byteLength;
    const wanted = lines.bytes.subarray(lines.start, isEnded ? lines.end + 1 : lines.end);
    if (wanted.equals(line)) return;
    const decoded = asBuffer(line);
    const { comparedLine = (line) => line, completed = (input) => input } = this.#rules;
    const [one, other] = [comparedLine(completed(wanted, decoded)), comparedLine(decoded)];
    if (one.equals(other)) return;
    this.#difference = `line ${lines.number}: ${firstDifference(one, other)}`;
    if (this.#rules.isJson) this.#beginValues(line, lines.offset);
  }

  /** Looks at a line that differs as a value, and when that is the same, goes on value by value. */
  #beginValues(line: Uint8Array, offset: number): void {
    this.#values = compactValues(this.#file, offset);
    if (this.#isNextValue(line)) this.#difference = undefined;
  }

  #takeValue(line: Uint8Array): void {
    if (this.#isNextValue(line)) return;
    this.#difference = `from line ${this.#lines.number} on: white space, and more than white space`;
  }

  #isNextValue(line: Uint8Array): boolean {
    const value = this.#values!.next().value;
    const decoded = new CompactJson().strip(line);
    const { comparedLine = (line) => line, completed = (input) => input } = this.#rules;
    const wanted = value && comparedLine(new CompactJson().strip(completed(value, decoded)));
    return wanted?.equals(comparedLine(decoded)) ?? false;
  }

  /** Takes the end of what the decode writes. */
  end(): void {
    if (this.#difference !== undefined) return;
    if (this.#values !== undefined) {
      if (!this.#values.next().done) this.#difference = 'more values in the input than decoded';
      return;
    }
    if (!this.#lines.next()) return;
    this.#difference = `${this.#lines.number - 1} lines decoded, more in the input`;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
