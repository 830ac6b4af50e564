import { DataError } from '../errors.ts';
import { outputPathsOf, SIDECAR_FILE } from '../publish/output-paths.ts';
import { readSmallFile } from '../publish/small-file.ts';

/** The digest that a snapshot file must have, and who says so, for people. */
export interface ToldDigest {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly by: string;
}

/**
 * What the sidecar beside a snapshot file says of its bytes; docs/format/08-cli.md, section 5.
 *
 * @throws DataError when there is none, or it says nothing; EnvironmentError.
 */
export function digestInSidecar(path: string): ToldDigest {
  const { sidecar } = outputPathsOf(path);
  const bytes = readSmallFile(sidecar, SIDECAR_FILE);
  if (bytes === undefined)
    throw new DataError(
      `${sidecar} does not exist, so nothing says whether ${path} is whole; copy it with its snapshot, or open that without verify`,
    );
  const sha256 = digestIn(bytes);
  if (sha256 === undefined) throw new DataError(`${sidecar}: output_fsm_sha256 is no SHA-256`);
  return { sha256, by: sidecar };
}

function digestIn(bytes: Buffer): string | undefined {
  try {
    const { output_fsm_sha256: sha256 } = Object(JSON.parse(bytes.toString('utf8'))) as Record<string, unknown>;
    return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined;
  } catch {
    return undefined;
  }
}
