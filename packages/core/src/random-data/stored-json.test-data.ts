import fc from 'fast-check';

export const U64 = 2n ** 64n - 1n;

/** Names and JSON texts of an object; without a text the member is left out. */
export type Members = ReadonlyArray<readonly [name: string, text: string | undefined]>;

/** The JSON text of an object as a server stores it: compact, with the escapes of its language. */
export function json(members: Members): string {
  const written = members.filter(([, text]) => text !== undefined);
  const text = `{${written.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`;
  return text.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A text as the byte string of its UTF-8. */
export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

export function int(value: bigint): string {
  return String(value);
}

/** Of a member that is left out when it is 0. */
export function counted(value: bigint | undefined): string | undefined {
  return value === undefined || value === 0n ? undefined : String(value);
}

export function maybe<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(of, { nil: undefined });
}

export function u32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('latin1');
}

export function u64(value: bigint | number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.toString('latin1');
}
