import fc from 'fast-check';
import { counted, int, json, U64, u64, utf8 } from './stored-json.test-data.ts';

/** Rows by stored key, both as byte strings. */
type Rows = Record<string, string>;

const generation = fc.oneof(fc.bigInt({ min: 1n, max: 3n }), fc.constant(U64));
const part = fc.record({
  etag: fc.constantFrom('', '3303e12af474ca11d85ed2966a932992'),
  chunks: fc.array(fc.uint8Array({ minLength: 1, maxLength: 5 }), { maxLength: 3 }),
  version: fc.constantFrom(0n, 7n, U64),
  referenceVersion: fc.constantFrom(0n, 6n),
});
const upload = fc.record({
  object: fc.constantFrom('open', 'o\0p', 'é', 'dir/<b>', '\u2028'),
  id: fc.constantFrom('91b5251551b446af2667aca61d64f984', '00', 'A.b_c-d'),
  createdAt: fc.bigInt({ min: 1n, max: U64 }),
  type: fc.constantFrom('', 'text/<x>'),
  metadata: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.constantFrom('', '&', 'é'), { maxKeys: 2 }),
  parts: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 100_000 }), part), {
    maxLength: 3,
    selector: ([number]) => number,
  }),
});
const bucket = fc.record({
  generation,
  createdAt: fc.constantFrom(0n, 1n, U64),
  counter: fc.constantFrom('same', 'higher'),
  uploads: fc.uniqueArray(upload, { maxLength: 3, selector: ({ object, id }) => `${object} ${id}` }),
});
type Bucket = typeof bucket extends fc.Arbitrary<infer B> ? B : never;
type Upload = typeof upload extends fc.Arbitrary<infer U> ? U : never;

/** Rows of buckets of any age with open uploads in any state, and the counters of deleted buckets. */
export const uploadStates: fc.Arbitrary<Rows> = fc
  .tuple(
    fc.dictionary(fc.constantFrom('attic', 'm-n', 'zebra'), bucket, { maxKeys: 3 }),
    fc.dictionary(fc.constantFrom('gone', 'zebras'), generation, { maxKeys: 2 }),
  )
  .map(([buckets, deleted]) => {
    const rows: Rows = {};
    for (const [name, count] of Object.entries(deleted)) rows[`!s3|bucket|gen|${segment(name)}`] = u64(count);
    for (const [name, one] of Object.entries(buckets)) Object.assign(rows, rowsOf(name, one));
    return rows;
  });

function rowsOf(name: string, { generation, createdAt, counter, uploads }: Bucket): Rows {
  const isHigher = counter === 'higher' && generation < U64;
  const rows: Rows = {
    [`!s3|bucket|meta|${segment(name)}`]: utf8(
      json([
        ['bucket_name', JSON.stringify(name)],
        ['generation', int(generation)],
        ['created_at_hlc', int(createdAt)],
        ['owner', '""'],
        ['region', '"r"'],
        ['acl', '"private"'],
      ]),
    ),
    [`!s3|bucket|gen|${segment(name)}`]: u64(isHigher ? generation + 1n : generation),
  };
  for (const upload of uploads) Object.assign(rows, uploadRows(name, generation, upload));
  return rows;
}

function uploadRows(bucket: string, generation: bigint, upload: Upload): Rows {
  const { object, id, createdAt, type, metadata, parts } = upload;
  const rest = `${segment(bucket)}${u64(generation)}${segment(utf8(object))}${segment(id)}`;
  const names = Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const value = utf8(
    json([
      ['bucket', JSON.stringify(bucket)],
      ['object', JSON.stringify(object)],
      ['generation', int(generation)],
      ['upload_id', JSON.stringify(id)],
      ['created_hlc', int(createdAt)],
      ['content_type', type === '' ? undefined : JSON.stringify(type)],
      ['metadata', names.length === 0 ? undefined : json(names.map(([key, text]) => [key, JSON.stringify(text)]))],
    ]),
  );
  const rows: Rows = { [`!s3|upload|meta|${rest}`]: value, [`!s3|gc|upload|${rest}`]: value };
  for (const [number, { etag, chunks, version, referenceVersion }] of parts) {
    const sizes = chunks.map(({ length }) => length);
    rows[`!s3|upload|part|${rest}${u64(number)}`] = json([
      ['part_no', String(number)],
      ['etag', JSON.stringify(etag)],
      ['size_bytes', String(sizes.reduce((sum, size) => sum + size, 0))],
      ['chunk_count', String(sizes.length)],
      ['chunk_sizes', sizes.length === 0 ? undefined : `[${sizes.join()}]`],
      ['part_version', counted(version)],
      ['chunk_ref_version', counted(referenceVersion)],
    ]);
    for (const [i, chunk] of chunks.entries()) {
      const suffix = version === 0n ? '' : u64(version);
      rows[`!s3|blob|${rest}${u64(number)}${u64(i)}${suffix}`] = Buffer.from(chunk).toString('latin1');
    }
  }
  return rows;
}

/** docs/format/05-s3.md, section 1.1. */
function segment(bytes: string): string {
  return `${bytes.replaceAll('\0', '\0\xff')}\0\x01`;
}
