import type { Ending, GivenFlags, LogFields } from '@ekv/command-line';
import type { RepairRequest, RepairResult } from '@ekv/core';
import { UsageError } from '@ekv/snapshot';

/** Whether the program is to write into the tree instead of encoding it. */
export function isRepair(flags: GivenFlags): boolean {
  return flags.isOn('new-manifest') || flags.isOn('update-checksums');
}

/**
 * What of a request is of a repair alone. Throws UsageError: a run either repairs its tree or encodes it, and whoever asked to verify a
 * tree must not get its list rewritten instead.
 */
export function repairOf(flags: GivenFlags): Pick<RepairRequest, 'newManifest' | 'updateChecksums'> {
  if (flags.text('output') !== undefined) {
    throw new UsageError(
      '--new-manifest and --update-checksums write into the tree and do not encode it: leave --output out, then encode in a second run',
    );
  }
  const unused = flags
    .names()
    .filter((name) => !HEARD.has(name) && !(name === 'adapter' && flags.text(name) === 'all'));
  if (unused.length > 0) {
    const names = unused.map((name) => `--${name}`).join(', ');
    throw new UsageError(
      `--new-manifest and --update-checksums write into the tree and do not encode it, so ${names} would be left unheard; leave that out, then encode in a second run`,
    );
  }
  return { newManifest: flags.isOn('new-manifest'), updateChecksums: flags.isOn('update-checksums') };
}

/** Flags of every run, and those of a repair. */
const HEARD: ReadonlySet<string> = new Set([
  'quiet',
  'json',
  'log-format',
  'progress',
  'input',
  'last-commit-ts',
  'scratch-root',
  'new-manifest',
  'update-checksums',
]);

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
