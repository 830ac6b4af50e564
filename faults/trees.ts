import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Timestamp of every tree, 117664708566581260: above 2^53, so it stands here as text. */
const MANIFEST = `{
  "format_version": 1,
  "phase": "phase0-snapshot-decode",
  "last_commit_ts": 117664708566581260,
  "wall_time_iso": "2026-01-02T03:04:05Z",
  "adapters": { "redis": {} },
  "exclusions": {
    "include_incomplete_uploads": false,
    "include_orphans": false,
    "preserve_sqs_visibility": false,
    "include_sqs_side_records": false
  },
  "checksum_algorithm": "sha256",
  "checksum_format": "sha256sum",
  "encoded_filename_charset": "rfc3986-unreserved-plus-percent",
  "key_segment_max_bytes": 240,
  "s3_meta_suffix": ".elastickv-meta.json",
  "s3_collision_strategy": "leaf-data-suffix",
  "dynamodb_layout": "per-item"
}
`;

/** Folder of the Redis database below the root of a tree. */
export const DATABASE = 'redis/db_0';
export const TYPE_FOLDERS = ['strings', 'hll', 'hashes', 'sets', 'lists', 'zsets', 'streams'] as const;

/** Makes a tree of a manifest and these files; their paths are relative to the Redis database. */
export function plantTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'MANIFEST.json'), MANIFEST);
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, DATABASE, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }
  return root;
}

/** A tree of strings, a hash, a list and an expiry, in decode's own layout. `word` is in every value. */
export function plantWords(root: string, word: string, strings: number): string {
  return plantTree(root, {
    ...Object.fromEntries(Array.from({ length: strings }, (_, i) => [`strings/key-${i}.bin`, `${word} ${i}`])),
    'strings_ttl.jsonl': '{"key":"key-0","expire_at_ms":5795418435365}\n',
    'hashes/h.json': `{\n  "format_version": 1,\n  "fields": [\n    {\n      "name": "f",\n      "value": "${word}"\n    }\n  ],\n  "expire_at_ms": null\n}`,
    'lists/l.json': `{\n  "format_version": 1,\n  "items": [\n    "${word}"\n  ],\n  "expire_at_ms": null\n}`,
  });
}

/** A tree of strings of so many zero bytes each; the files are sparse, so they take no room. */
export function plantLargeStrings(root: string, count: number, bytes: number): string {
  plantTree(root, {});
  for (let i = 0; i < count; i++) plantSparse(join(root, DATABASE, 'strings', `large-${i}.bin`), bytes);
  return root;
}

export function plantSparse(path: string, bytes: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'w');
  ftruncateSync(fd, bytes);
  closeSync(fd);
}
