import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RowFingerprint } from './row-fingerprint.ts';

test('a row whose value is a slice of a file counts as the row with its bytes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-fingerprint-'));
  try {
    const path = join(folder, 'body');
    const content = Buffer.alloc(3 << 20, 'abc');
    writeFileSync(path, content);
    const key = Buffer.from('key');
    const fingerprints = [new RowFingerprint(), new RowFingerprint(), new RowFingerprint()] as const;
    fingerprints[0].add(key, { path, offset: 5, length: 2 << 20 });
    fingerprints[1].add(key, content.subarray(5, 5 + (2 << 20)));
    fingerprints[2].add(key, content.subarray(6, 6 + (2 << 20)));
    for (const fingerprint of fingerprints) fingerprint.close();
    expect(fingerprints[0].equals(fingerprints[1])).toBe(true);
    expect(fingerprints[0].equals(fingerprints[2])).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
