import type { EnvironmentError } from '@ekv/snapshot';

/** How often something was found, and what was found first. */
export interface ChecksumsFinding {
  readonly count: number;
  /** The first ones, each one line for people. */
  readonly examples: readonly string[];
}

/** What a comparison of CHECKSUMS with the files of a tree gave. docs/format/02-dump-tree.md, section 10, row 5. */
export interface ChecksumsReport {
  /** Whether nothing was found. */
  readonly ok: boolean;
  /** Files whose bytes are not the listed ones. */
  readonly changed: ChecksumsFinding;
  /** Listed files that are not there. */
  readonly missing: ChecksumsFinding;
  /** Files that were read and are not listed. */
  readonly unlisted: ChecksumsFinding;
  /** Lines that are no row. */
  readonly malformed: ChecksumsFinding;
  /** Listed paths where something else than a file stands: a link, a folder. CHECKSUMS itself may be one. */
  readonly irregular: ChecksumsFinding;
  /** CHECKSUMS, or listed files that nothing else reads, which the machine does not let be read. */
  readonly unreadable: ChecksumsFinding;
  /** The first of these. */
  readonly refusal?: EnvironmentError;
}

/** Counts findings of one kind and keeps the first few. */
export class Findings implements ChecksumsFinding {
  readonly examples: string[] = [];
  readonly #mostExamples: number;
  count = 0;

  constructor(mostExamples: number) {
    this.#mostExamples = mostExamples;
  }

  /** @param example is asked for only while examples are wanted. */
  add(example: () => string): void {
    this.count++;
    if (this.count <= this.#mostExamples) this.examples.push(example());
  }
}
