import { OwnerFinder } from '@ekv/core';
import { scopeNameOf } from './scope-name.ts';
import { SeparatorSample } from './separators.ts';

/** Scopes that are looked at one by one. */
const MOST_SCOPES = 1000;
/** Finds the bytes at which the names of each scope are divided, from some of their keys. */
export class SeparatorFinder {
  readonly #owners = new OwnerFinder();
  readonly #scopes = new Map<string, SeparatorSample>();
  /** Of all scopes of an adapter, for those that no row was looked at of. */
  readonly #adapters = new Map<string, SeparatorSample>();

  /** Looks at keys of rows, without their versions. */
  readonly lookAt = (keys: Iterable<Buffer>): void => {
    for (const key of keys) this.#look(key);
  };

  /** @param scope as of {@link scopeNameOf}. @returns a byte string; empty when names are not divided. */
  separator(adapter: string, scope: string): string {
    return (this.#scopes.get(`${adapter}/${scope}`) ?? this.#adapters.get(adapter))?.separator() ?? '';
  }

  #look(row: Buffer): void {
    const found = this.#owners.findRow(row);
    if (found === undefined || !hasName(found.role) || found.adapter === 'sqs') return;
    const name = found.key;
    if (name === undefined) return;
    for (const sample of [
      this.#scope(`${found.adapter}/${scopeNameOf(found)}`),
      sampleOf(this.#adapters, found.adapter),
    ])
      if (sample !== undefined && !sample.isFull) sample.add(name, 0, name.length);
  }

  #scope(name: string): SeparatorSample | undefined {
    return this.#scopes.size < MOST_SCOPES ? sampleOf(this.#scopes, name) : this.#scopes.get(name);
  }
}

function hasName(role: string): boolean {
  return role === 'value' || role === 'element' || role === 'metadata';
}

function sampleOf(samples: Map<string, SeparatorSample>, name: string): SeparatorSample {
  const found = samples.get(name) ?? new SeparatorSample();
  samples.set(name, found);
  return found;
}
