import crypto from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What a piece of work did, as numbers that no other work of the machine changes. */
export interface CountedWork {
  /** Calls of `node:fs` that wait, by name. */
  readonly calls: Readonly<Record<string, number>>;
  /** Bytes that digests took, by algorithm. */
  readonly hashed: Readonly<Record<string, number>>;
  /** Bytes that one place in memory took from another by `copy`, `set`, `copyWithin`, `Buffer.concat` and `Buffer.from`. */
  readonly copied: number;
}

type Method = (this: unknown, ...args: never[]) => unknown;

/** Runs work of this thread and counts what it does. */
export function countWork(work: () => void): CountedWork {
  const counter = new Counter();
  counter.begin();
  try {
    work();
  } finally {
    counter.end();
  }
  return { calls: counter.calls, hashed: counter.hashed, copied: counter.copied };
}

/** Puts counting functions in the places of the real ones. */
class Counter {
  readonly calls: Record<string, number> = {};
  readonly hashed: Record<string, number> = {};
  copied = 0;
  readonly #replaced: (() => void)[] = [];
  /** Calls that Node makes within one of its own are not counted again. */
  #depth = 0;

  begin(): void {
    for (const name of Object.keys(fs)) if (name.endsWith('Sync')) this.#countCalls(name);
    this.#countDigests();
    this.#countCopies();
    syncBuiltinESMExports();
  }

  end(): void {
    for (const restore of this.#replaced.reverse()) restore();
    syncBuiltinESMExports();
  }

  #countCalls(name: string): void {
    const { calls } = this;
    this.#around(fs, name, () => {
      calls[name] = (calls[name] ?? 0) + 1;
    });
  }

  #countDigests(): void {
    const { hashed } = this;
    const add = (algorithm: string, data: unknown) => {
      hashed[algorithm] = (hashed[algorithm] ?? 0) + lengthOf(data);
    };
    const algorithms = new WeakMap<object, string>();
    this.#around(crypto, 'hash', (_, algorithm, data) => add(String(algorithm), data));
    this.#around(crypto.Hash.prototype, 'update', (digest, data) => add(algorithms.get(digest as object)!, data));
    this.#replace(
      crypto,
      'createHash',
      (original) =>
        function createHash(...args) {
          const digest = original.apply(crypto, args) as object;
          algorithms.set(digest, String(args[0]));
          return digest;
        },
    );
  }

  #countCopies(): void {
    const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
    const add = (bytes: number) => {
      this.copied += bytes;
    };
    this.#around(typedArray, 'set', (_, source) => add(lengthOf(source)));
    this.#around(typedArray, 'copyWithin', (array, _, start = 0, end) =>
      add((Number(end) || lengthOf(array)) - Number(start)),
    );
    this.#around(Buffer.prototype, 'copy', (source, _, __, start = 0, end = lengthOf(source)) =>
      add(Number(end) - Number(start)),
    );
    this.#around(Buffer, 'concat', (_, list) =>
      add((list as unknown[]).reduce((sum: number, piece) => sum + lengthOf(piece), 0)),
    );
    this.#around(Buffer, 'from', (_, source) => add(source instanceof Uint8Array ? source.length : 0));
  }

  /** Counts, then does the real thing. */
  #around(owner: object, name: string, count: (self: unknown, ...args: unknown[]) => void): void {
    this.#replace(owner, name, (original) => {
      const counter = this;
      return function counted(this: unknown, ...args) {
        if (counter.#depth === 0) count(this, ...args);
        counter.#depth++;
        try {
          return original.apply(this, args);
        } finally {
          counter.#depth--;
        }
      };
    });
  }

  #replace(owner: object, name: string, make: (original: Method) => Method): void {
    const described = Object.getOwnPropertyDescriptor(owner, name)!;
    Object.defineProperty(owner, name, { ...described, value: make(described.value as Method) });
    this.#replaced.push(() => Object.defineProperty(owner, name, described));
  }
}

/** In bytes; texts as UTF-8. */
function lengthOf(data: unknown): number {
  if (typeof data === 'string') return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}
