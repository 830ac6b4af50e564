import { hash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Dice } from './dice.ts';
import { type Moment, present, replaced, temporaryOf } from './moments.ts';
import { namesIn } from './places.ts';

/** A snapshot and the sidecar that tells its digest. */
export interface PublishedPair {
  /** SHA-256 of the snapshot; `undefined` when there is none. */
  readonly snapshot: string | undefined;
  /** The digest that the sidecar tells; `undefined` when there is none. */
  readonly told: string | undefined;
  /** The digests that finished sidecars tell which still have their temporary names. */
  readonly waiting: readonly string[];
}

export function sidecarOf(output: string): string {
  return `${output}.encode_info.json`;
}

export function readPair(output: string): PublishedPair {
  const sidecar = sidecarOf(output);
  const waiting = namesIn(dirname(output), `${basename(sidecar)}.tmp-`).map((name) =>
    toldBy(join(dirname(output), name)),
  );
  return {
    snapshot: existsSync(output) ? hash('sha256', readFileSync(output), 'hex') : undefined,
    told: toldBy(sidecar),
    waiting: waiting.filter((digest) => digest !== undefined),
  };
}

/** The digest of the pair that is there; throws when there is none, or a mixture. */
export function digestOfPair(output: string): string {
  const { snapshot, told } = readPair(output);
  if (snapshot === undefined || snapshot !== told) {
    throw new Error(`${output} is no pair: the snapshot is ${snapshot}, its sidecar tells ${told}`);
  }
  return snapshot;
}

/** How far a run that was killed had come with the publication of its pair. */
export type Publication = 'old' | 'between' | 'new';

/**
 * Expects the old pair, the new one, or the new snapshot with its finished sidecar still waiting beside the old one.
 *
 * @param shown says which run, in a failure.
 */
export function expectPair(
  output: string,
  digests: { readonly old: string; readonly new: string },
  shown: string,
): Publication {
  const { snapshot, told, waiting } = readPair(output);
  if (snapshot === digests.new && told === digests.old) {
    expect(waiting, shown).toEqual([digests.new]);
    return 'between';
  }
  expect([digests.old, digests.new], shown).toContain(snapshot);
  expect(told, shown).toBe(snapshot);
  return snapshot === digests.new ? 'new' : 'old';
}

/** Some moments of the whole run, most of those in which something is published. @param ms how long a run takes. */
export function someMoment(dice: Dice, output: string, ms: number): Moment {
  const sidecar = sidecarOf(output);
  const sights = [
    temporaryOf(`${output}.tmp`),
    temporaryOf(`${sidecar}.tmp`),
    present(`${output}.lock`),
    replaced(output),
    replaced(sidecar),
  ];
  if (dice.fraction() < 0.4) return { afterMs: dice.fraction() * ms * 1.1 };
  return { seen: dice.pick(sights), thenMicroseconds: dice.below(dice.pick([1, 200, 3000])) };
}

/** Names of what a run made beside its output and did not remove: temporary files and the lock. */
export function leftBeside(output: string): string[] {
  return namesIn(dirname(output), `${basename(output)}.`).filter((name) => /\.(tmp-[0-9a-f]{16}|lock)$/.test(name));
}

/** Puts a copy of a pair at an output, as the state of before. */
export function copyPair(from: string, output: string): void {
  copyFileSync(from, output);
  copyFileSync(sidecarOf(from), sidecarOf(output));
}

/** `undefined` for a file that is not there, or not finished. */
function toldBy(sidecar: string): string | undefined {
  try {
    const { output_fsm_sha256: digest } = JSON.parse(readFileSync(sidecar, 'utf8')) as { output_fsm_sha256: string };
    return digest;
  } catch {
    return undefined;
  }
}
