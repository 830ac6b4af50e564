import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, listed, MANIFEST, textsOf } from './dump.test-data.ts';

/** `README.md` there says how each file was made. */
export const ARCHIVES: string = join(import.meta.dirname, '../../../fixtures/archives');

const utf8 = (path: string) => Buffer.from(path).toString('latin1');
const TOO_LONG_FOR_USTAR = [`redis/db_0/strings/${'n'.repeat(200)}`, `redis/${'p'.repeat(130)}/${'q'.repeat(150)}`];

/** The dump that they hold. */
export const TREE: Files = listed({
  'MANIFEST.json': MANIFEST,
  'redis/db_0/strings/a.bin': 'hello',
  'redis/db_0/strings/empty.bin': '',
  'redis/db_0/strings/large.bin': 'l'.repeat(1500),
  [TOO_LONG_FOR_USTAR[0]!]: 'a long name',
  [`redis/${'deep/'.repeat(25)}end`]: 'a long path',
  [TOO_LONG_FOR_USTAR[1]!]: 'a longer path',
  [utf8('redis/ä %2F\\')]: 'not of ASCII',
  's3/b/\xe4 x': 'not of UTF-8',
});

/** What a decode writes of it, next to the manifest and CHECKSUMS that it makes. */
export const DECODED: Files = Object.fromEntries(
  Object.entries(TREE).filter(([path]) => !['MANIFEST.json', 'CHECKSUMS'].includes(path)),
);

/** When all of it was written, s since 1970. */
export const TREE_TIME = 1_767_323_045;

/** Archives of the whole dump, made by other programs. */
export const WHOLE_ARCHIVES = [
  'gnu-tar-gnu.tar',
  'gnu-tar-pax.tar',
  'gnu-tar-oldgnu.tar',
  'python-pax.tar',
  'python-gnu.tar',
  'bsdtar.tar',
] as const;

/** Content by path of those of them, and of that in ustar. */
export const CONTENTS: ReadonlyArray<readonly [archive: string, texts: Readonly<Record<string, string>>]> = [
  ...WHOLE_ARCHIVES.map((name) => [name, textsOf(TREE)] as const),
  ['gnu-tar-ustar.tar', without(TOO_LONG_FOR_USTAR)],
];

function without(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(textsOf(TREE)).filter(([path]) => !paths.includes(path)));
}

export function archiveBytes(name: string, folder: string = ARCHIVES): Buffer {
  return readFileSync(join(folder, name));
}
