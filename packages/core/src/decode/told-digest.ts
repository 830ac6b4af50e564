import { basename } from 'node:path';
import { type EncodeInfo, type Filters, readEncodeInfo, type SnapshotPart } from '@ekv/manifest';
import { DataError, EnvironmentError, type SnapshotSummary, type Warn } from '@ekv/snapshot';
import { outputPathsOf, readSmallFile, SIDECAR_FILE } from '@ekv/snapshot/publish';

/** The digest that a snapshot file should have. */
export interface ToldDigest {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Where it is told, for people. */
  readonly by: string;
  /** What a sidecar says beside that; absent when only the name tells the digest. */
  readonly info?: EncodeInfo;
}

/**
 * Looks for what tells the digest of a snapshot file: the sidecar that encode puts beside it, or the name that an offload tool
 * gives it. A sidecar that cannot be used is a warning: it is there to vouch for the file. docs/format/01-snapshot.md,
 * section 3.6.
 *
 * @param input path of the snapshot, `-` for standard input.
 */
export function toldDigest(input: string, warn: Warn): ToldDigest | undefined {
  if (input === '-') return undefined;
  const { sidecar } = outputPathsOf(input);
  try {
    const bytes = readSmallFile(sidecar, SIDECAR_FILE);
    return bytes === undefined ? digestInName(input) : digestInSidecar(bytes, sidecar);
  } catch (error) {
    if (!(error instanceof DataError || error instanceof EnvironmentError)) throw error;
    warn({
      event: 'sidecar_unusable',
      message: `the sidecar of the snapshot cannot be used, so its digest was not compared: ${error.message}; copy it again with its snapshot, or remove it`,
      fields: { sidecar },
      doubt: true,
    });
    return undefined;
  }
}

/** Objects of an offload tool are named by their content; section 8.3. */
function digestInName(input: string): ToldDigest | undefined {
  const sha256 = /^([0-9a-f]{64})\.fsm$/.exec(basename(input))?.[1];
  return sha256 === undefined ? undefined : { sha256, by: 'its name' };
}

function digestInSidecar(bytes: Buffer, path: string): ToldDigest {
  const info = readEncodeInfo(bytes, path);
  const sha256 = info.output_fsm_sha256;
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new DataError(`${path}: output_fsm_sha256 is no SHA-256`);
  return { sha256, by: path, info };
}

/** The selections by which the data was taken that a snapshot holds, as its sidecar says. */
export function filtersBefore({ sha256 }: SnapshotSummary, told: ToldDigest | undefined): Filters {
  return told?.sha256 === sha256 ? (told?.info?.ekv?.filter ?? []) : [];
}

/** Which part of a dump a snapshot was encoded from, as its sidecar says; a sidecar of another file says nothing of this one. */
export function partOf({ sha256 }: SnapshotSummary, told: ToldDigest | undefined): SnapshotPart | undefined {
  if (told === undefined || told.sha256 !== sha256) return undefined;
  const { group, ranges, partition_map } = told.info?.ekv ?? {};
  if (group === undefined || ranges === undefined) return undefined;
  return { group, ranges, ...(partition_map !== undefined && { partition_map }) };
}
