import { COLLECTION_JSON } from '@ekv/dump-tree';
import type { EncodeContext } from './encode-context.ts';
import { readExpiry, skipUnknown } from './json-fields.ts';

/**
 * Reads the JSON file of a hash, list, set or sorted set. docs/format/03-redis.md, section 11.
 *
 * @param list name of the list, such as `fields`.
 * @param onElement must read one element of the list.
 * @returns the expiry to encode, ms since 1970; `null` = none.
 */
export function readCollectionFile(
  context: EncodeContext,
  path: string,
  list: string,
  onElement: () => void,
): bigint | null {
  const { tree, reader } = context;
  reader.reset(tree.display(path), tree.read(path, COLLECTION_JSON));
  const start = reader.mark();
  let versionSeen = false;
  let expireAtMs: bigint | null = null;
  reader.object((field) => {
    if (field === 'format_version') {
      reader.integer('"format_version"', 1n, 1n);
      versionSeen = true;
    } else if (field === 'expire_at_ms') expireAtMs = readExpiry(reader);
    else if (field !== list) skipUnknown(context, field, path);
    else if (!reader.takeNull()) reader.array(onElement, `"${list}"`);
  }, 'the file');
  reader.end();
  if (!versionSeen) reader.failAtMark(start, '"format_version" is missing, it must be 1');
  return context.expiries.take(expireAtMs, () => tree.display(path));
}
