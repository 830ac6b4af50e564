import type { AdapterName } from '@ekv/adapter';

/** Whose facts they are: a unit, or a scope as a whole when there is no key. */
export interface Owner {
  readonly adapter: AdapterName;
  /** Name of the table, bucket or queue. Redis has none. */
  readonly scope?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  /** Of an item in a table with a range key. */
  readonly sortKey?: Buffer | undefined;
}

/** One line of printable text. */
export function addressOf({ adapter, scope, key, sortKey }: Owner): string {
  const inner = [scope, ...(sortKey === undefined ? [] : [key])].filter((part) => part !== undefined);
  const last = sortKey ?? key;
  const parts = [...inner.map((part) => escaped(part).replaceAll('/', '%2F')), ...(last ? [escaped(last)] : [])];
  return [adapter, ...parts].join('/');
}

function escaped(bytes: Buffer): string {
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes))
    return text.replace(/[%\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (c) => percents(Buffer.from(c)));
  return Array.from(bytes, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x25 ? String.fromCharCode(byte) : percents([byte]),
  ).join('');
}

function percents(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
