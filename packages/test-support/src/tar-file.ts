import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

/*
 * Archives as GNU tar makes and lists them, for tests on machines that have no tar; of code of its own, so that a mistake of what is
 * tested is not made here too.
 */

const BLOCK = 512;

/** What `tar --format=gnu -cf - -C folder paths` gives: of files and folders with names that are UTF-8. */
export function tarOf(folder: string, ...paths: readonly string[]): Buffer {
  return Buffer.concat([...paths.flatMap((path) => partsOf(folder, path)), Buffer.alloc(2 * BLOCK)]);
}

function partsOf(folder: string, path: string): Buffer[] {
  const full = join(folder, path);
  if (!lstatSync(full).isDirectory()) {
    const bytes = readFileSync(full);
    return [...headsOf(path, '0', bytes.length), padded(bytes)];
  }
  const below = readdirSync(full).sort();
  return [...headsOf(`${path}/`, '5', 0), ...below.flatMap((name) => partsOf(folder, `${path}/${name}`))];
}

function headsOf(path: string, type: string, size: number): Buffer[] {
  const name = Buffer.from(path);
  if (name.length <= 100) return [headOf(name, type, size)];
  const whole = Buffer.concat([name, Buffer.alloc(1)]);
  return [headOf(Buffer.from('././@LongLink'), 'L', whole.length), padded(whole), headOf(name, type, size)];
}

function headOf(name: Buffer, type: string, size: number): Buffer {
  const head = Buffer.alloc(BLOCK);
  name.copy(head, 0, 0, 100);
  head.write(type === '5' ? '0000755\0' : '0000644\0', 100);
  head.write('0000000\0'.repeat(2), 108);
  head.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124);
  head.write(`        ${type}`, 148);
  head.write('ustar  \0', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))]);
}

/** The members of an archive that is plain or zstd, ustar or pax: for each path (that of a folder ends with `/`) its bytes, as byte strings. */
export function tarMembers(archive: Buffer): Record<string, string> {
  const bytes = archive.readUInt32BE(0) === 0x28b52ffd ? unpackedFrames(archive) : archive;
  const found: Record<string, string> = {};
  let given: string | undefined;
  for (let at = 0; bytes[at] !== 0; ) {
    const head = bytes.subarray(at, at + BLOCK);
    if (head.length < BLOCK) throw new Error(`an archive without an end, ${bytes.length} bytes`);
    const [size, type] = [Number.parseInt(fieldOf(head, 124, 12), 8), fieldOf(head, 156, 1)];
    const content = bytes.toString('latin1', at + BLOCK, at + BLOCK + size);
    at += BLOCK + size + (-size & (BLOCK - 1));
    if (type === 'x') given = /\d+ path=(.*)\n/.exec(content)?.[1];
    else {
      const [prefix, name] = [fieldOf(head, 345, 155), fieldOf(head, 0, 100)];
      const path = given ?? (prefix === '' ? name : `${prefix}/${name}`);
      found[type === '5' && !path.endsWith('/') ? `${path}/` : path] = content;
      given = undefined;
    }
  }
  return found;
}

/** All frames, one after another: zlib unpacks the first and says how long that is. */
export function unpackedFrames(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    // Not in the types: what a call gives with `info`.
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(at), { info: true }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    parts.push(buffer);
    at += engine.bytesWritten;
  }
  return Buffer.concat(parts);
}

function fieldOf(head: Buffer, at: number, length: number): string {
  return head.toString('latin1', at, at + length).replace(/\0.*$/s, '');
}
