import type { Ending, LogFields } from '@ekv/command-line';
import type { RepairResult } from '@ekv/core';
import { UsageError } from '@ekv/snapshot';

/** Flags that make the program write into the tree instead of encoding it. */
export interface RepairFlags {
  readonly newManifest?: boolean;
  readonly updateChecksums?: boolean;
}

export function isRepair({ newManifest, updateChecksums }: RepairFlags): boolean {
  return (newManifest || updateChecksums) ?? false;
}

/** Throws UsageError: a run either repairs its tree or encodes it. */
export function refuseOutput(output: string | undefined): void {
  if (output === undefined) return;
  throw new UsageError(
    '--new-manifest and --update-checksums write into the tree and do not encode it: leave --output out, then encode in a second run',
  );
}

/** Flags of every run, which a repair has too. */
const SHARED: ReadonlySet<string> = new Set(['quiet', 'json', 'logFormat', 'progress']);

/** Throws UsageError: whoever asked to verify a tree must not get its list rewritten instead. */
export function refuseUnused(flags: Readonly<Record<string, unknown>>): void {
  const unused = Object.entries(flags).filter(([name, value]) => value && !SHARED.has(name));
  if (unused.length === 0) return;
  const names = unused.map(([name]) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw new UsageError(
    `--new-manifest and --update-checksums write into the tree and do not encode it, so ${names.join(', ')} would be left unheard; leave that out, then encode in a second run`,
  );
}

export function repaired({ input, adapters, checksums, warnings }: RepairResult): Ending {
  const fields: LogFields = {
    input,
    ...(adapters === undefined ? {} : { manifest: 'new', adapters: adapters.join(',') }),
    ...checksums,
    warning_count: warnings,
  };
  return {
    exitCode: 0,
    message: 'tree repaired',
    fields,
    json: { input, ...(adapters === undefined ? {} : { new_manifest: { adapters } }), checksums: checksums ?? null },
  };
}
