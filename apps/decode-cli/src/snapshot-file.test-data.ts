import { snapshotBytes } from '@ekv/test-support/node-file';

/** A snapshot file of strings of Redis, as a node writes it; docs/format/01-snapshot.md, section 3. */
export function snapshotOf(strings: Iterable<readonly [name: string, value: string]>): Buffer {
  const rows = [...strings].map(([name, value]) => [Buffer.from(`!redis|str|${name}`), Buffer.from(value)] as const);
  return rawSnapshot(rows.map(([key, value]) => [key, Buffer.concat([Buffer.from([0xff, 1, 0]), value])] as const));
}

/** A snapshot file of rows, as a node writes it. */
export function rawSnapshot(rows: ReadonlyArray<readonly [key: Uint8Array, value: Uint8Array]>): Buffer {
  return snapshotBytes(
    rows.map(([key, value]) => ({ key, value })),
    { footer: true },
  );
}

/** Many small strings: a decode of them takes long enough to be stopped in the middle. */
export function* manyStrings(count: number): Generator<readonly [string, string]> {
  for (let i = 0; i < count; i++) yield [`key-${String(i).padStart(6, '0')}`, `value ${i}`];
}
