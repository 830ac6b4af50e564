import { isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError, environmentError } from '@ekv/snapshot';

/** Read, and unpacked, in blocks of so many bytes. */
const BLOCK = 1 << 18;
/** An item has 400 KB at most, which is less than 3 MB in any spelling of JSON. */
const LONGEST_LINE = 1 << 24;
const LINE_FEED = 0x0a;

interface SummedFile {
  readonly path: string;
  /** Base64 of the MD5 sum of the file as it lies there; `undefined` when nobody knows it. */
  readonly md5: string | undefined;
  readonly form: 'plain' | 'gzip';
}

/**
 * The lines of a file, in groups as they are read. Throws EnvironmentError when it cannot be read, and DataError when
 * it is no gzip file, no UTF-8, or another one than its sum says: that after the last line.
 */
export async function* linesOf(file: SummedFile): AsyncGenerator<string[], void, undefined> {
  const { path, md5 } = file;
  const hash = createHash('md5');
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const block of blocksOf(file, hash)) {
      const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      rest = bytes.subarray(end);
      if (rest.length > LONGEST_LINE) throw new DataError(`${path} has a line of more than ${LONGEST_LINE} bytes`);
      if (end > 0) yield linesIn(bytes.subarray(0, end), path);
    }
  } catch (error) {
    throw readError(error, path);
  }
  if (rest.length > 0) yield linesIn(rest, path);
  const sum = hash.digest('base64');
  if (md5 !== undefined && md5 !== sum)
    throw new DataError(`${path} has the MD5 ${sum}, its manifest says ${md5}; copy it again`);
}

/** The bytes of the file, unpacked. */
async function* blocksOf({ path, form }: SummedFile, hash: Hash): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: BLOCK });
  if (form === 'plain') return yield* summed(file, hash);
  // What is wrong with either comes out of the last one.
  yield* pipeline(
    file,
    (blocks) => summed(blocks, hash),
    createGunzip({ chunkSize: BLOCK }),
    () => {},
  );
}

async function* summed(blocks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    hash.update(block);
    yield block;
  }
}

function linesIn(bytes: Buffer, path: string): string[] {
  if (!isUtf8(bytes)) throw new DataError(`${path} is not valid UTF-8`);
  const end = bytes.at(-1) === LINE_FEED ? bytes.length - 1 : bytes.length;
  return bytes.toString('utf8', 0, end).split('\n');
}

function readError(error: unknown, path: string): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && code.startsWith('Z_'))
    return new DataError(`${path} is no gzip file, or cut; copy it again`, { cause: error });
  return environmentError(error, 'read', path);
}

/** The sum in a file beside a manifest, as base64; `undefined` where there is none. */
export async function readSum(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'latin1');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw environmentError(error, 'read', path);
  }
  const [sum = ''] = text.trim().split(/\s/);
  if (/^[0-9a-f]{32}$/i.test(sum)) return Buffer.from(sum, 'hex').toString('base64');
  if (/^[A-Za-z0-9+/]{22}==$/.test(sum)) return sum;
  throw new DataError(`${path} holds no MD5 sum; copy it again, or remove it to go without it`);
}

export function withoutTrailingSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}
