import { JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { SIDECAR_SUFFIX } from '../files/paths.ts';
import { isMd5 } from '../md5/md5-etag.ts';

/** Gives an input's file with what encode filled in. */
type Completed = (input: Buffer, decoded: Buffer) => Buffer;

/**
 * For a tree whose absent etags were computed: gives, for sidecars, the function that puts the computed etag into the input's
 * bytes, where decode would write it. All else stays byte by byte. docs/format/05-s3.md, section 7.4.
 *
 * @param path byte string.
 */
export function completedSidecar(path: string): Completed | undefined {
  return path.endsWith(SIDECAR_SUFFIX) ? withEtag : undefined;
}

function withEtag(input: Buffer, decoded: Buffer): Buffer {
  const wanted = etagIn(input);
  const computed = etagIn(decoded)?.etag;
  if (wanted === undefined || wanted.etag.length > 0 || computed === undefined || !isMd5(computed)) return input;
  const value = `"${computed.toString('latin1')}"`;
  const { start, end } = wanted;
  const text = start === end ? `,\n  "etag": ${value}` : value;
  return Buffer.concat([input.subarray(0, start), Buffer.from(text, 'latin1'), input.subarray(end)]);
}

/** An etag, and where its value stands; an absent one stands, with no length, after the format version. */
interface EtagPosition {
  readonly etag: Buffer;
  readonly start: number;
  readonly end: number;
}

const NO_ETAG = Buffer.alloc(0);

/** `undefined` when the file is no sidecar. */
function etagIn(file: Buffer): EtagPosition | undefined {
  const reader = new JsonReader();
  let absent: EtagPosition | undefined;
  let present: EtagPosition | undefined;
  try {
    reader.reset('', file);
    reader.object((field) => {
      const start = reader.mark();
      if (field !== 'etag') {
        reader.skip();
        const end = reader.mark();
        if (field === 'format_version') absent = { etag: NO_ETAG, start: end, end };
      } else {
        const etag = reader.takeNull() ? NO_ETAG : reader.stringBytes();
        present = { etag, start, end: reader.mark() };
      }
    });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return undefined;
  }
  return present ?? absent;
}
