import { hash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
