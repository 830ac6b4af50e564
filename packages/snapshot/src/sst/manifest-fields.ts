import { TableError } from './table-error.ts';

/** One SST file, as the manifest has it. */
export interface SstFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Its first and its last encoded key. */
  readonly smallest: Buffer;
  readonly largest: Buffer;
}

/** Manifest of a snapshot of SST files; docs/format/01-snapshot.md, section 3.7. */
export interface SstManifest {
  readonly lastCommitTs: bigint;
  readonly entryCount: number;
  /** Lengths of all encoded keys and values together. */
  readonly uncompressedBytes: number;
  readonly totalFileBytes: number;
  readonly files: readonly SstFile[];
}

const VERSION = 1;
const MOST_FILES = 1_048_576;
const MOST_U64 = 2n ** 64n - 1n;

const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
/** What is beside the files has few values; each file has six, with more than 200 bytes. */
const SHORT_VALUES = 32;
const BYTES_OF_A_VALUE = 16;

/** Their numbers have all 64 bits. */
const LONG_FIELDS = ['last_commit_ts', 'min_retained_ts', 'pending_min_retained_ts', 'applied_index'] as const;
const LONG_NUMBER = new RegExp(`"(${LONG_FIELDS.join('|')})":([0-9]+)`, 'g');
const FIELDS = new Set<string>([
  'version',
  ...LONG_FIELDS,
  'entry_count',
  'uncompressed_bytes',
  'total_file_bytes',
  'files',
]);
const FILE_FIELDS = new Set(['name', 'size', 'sha256', 'smallest', 'largest']);

/** Throws TableError for what is no manifest, or contradicts itself. */
export function sstManifestOf(bytes: Buffer): SstManifest {
  const fields = object(parsed(bytes), 'it');
  if (fields.version !== VERSION)
    throw new TableError(
      `it has version ${fields.version ?? 'none'}, this ekv reads version 1; use a newer ekv`,
      'form',
    );
  refuseUnknown(fields, FIELDS);
  for (const name of LONG_FIELDS) if (name !== 'applied_index' || name in fields) unsigned(fields, name);
  const files = filesOf(fields.files);
  const totalFileBytes = count(fields, 'total_file_bytes');
  const sum = files.reduce((all, { size }) => all + size, 0);
  if (sum !== totalFileBytes)
    throw new TableError(`total_file_bytes is ${totalFileBytes}, its files have ${sum} bytes together`);
  return {
    lastCommitTs: unsigned(fields, 'last_commit_ts'),
    entryCount: count(fields, 'entry_count'),
    uncompressedBytes: count(fields, 'uncompressed_bytes'),
    totalFileBytes,
    files,
  };
}

/** Long numbers as text. */
function parsed(bytes: Buffer): unknown {
  refuseCrowded(bytes);
  try {
    return JSON.parse(bytes.toString().replace(LONG_NUMBER, '"$1":"$2"'));
  } catch (error) {
    throw new TableError(`it is no JSON: ${(error as Error).message}`);
  }
}

/** 64 MiB of one-digit numbers or brackets would take gigabytes to parse. */
function refuseCrowded(bytes: Buffer): void {
  let values = 0;
  for (const byte of bytes) if (byte === COMMA || byte === BRACKET || byte === BRACE) values++;
  const most = SHORT_VALUES + bytes.length / BYTES_OF_A_VALUE;
  if (values > most) throw new TableError(`it has about ${values} values, too many for its ${bytes.length} bytes`);
}

type Fields = Readonly<Record<string, unknown>>;

function object(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TableError(`${what} is no JSON object`);
  return value as Fields;
}

function refuseUnknown(fields: Fields, known: ReadonlySet<string>): void {
  const unknown = Object.keys(fields).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new TableError(
      `it has the field ${JSON.stringify(unknown)}, which this ekv does not know; use a newer ekv`,
      'form',
    );
}

function unsigned(fields: Fields, name: (typeof LONG_FIELDS)[number]): bigint {
  const digits = fields[name];
  const value = typeof digits === 'string' && /^[0-9]{1,20}$/.test(digits) ? BigInt(digits) : -1n;
  if (value < 0n || value > MOST_U64) throw new TableError(`${name} must be a whole number of 64 bits, without a sign`);
  return value;
}

function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new TableError(`${name} must be a whole number, of no more than a file can have`);
  return value as number;
}

/** @param value `null` when there are none. */
function filesOf(value: unknown): SstFile[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new TableError('files must be a list');
  if (value.length > MOST_FILES) throw new TableError(`it has ${value.length} files, more than ${MOST_FILES}`);
  const files = value.map(fileOf);
  for (let i = 1; i < files.length; i++) {
    if (files[i - 1]!.largest.compare(files[i]!.smallest) >= 0)
      throw new TableError(`the keys of ${files[i]!.name} are not above those of the file before it`);
  }
  return files;
}

function fileOf(value: unknown, i: number): SstFile {
  const name = `${String(i).padStart(6, '0')}.sst`;
  const fields = object(value, `file ${name}`);
  refuseUnknown(fields, FILE_FIELDS);
  const { sha256 } = fields;
  if (fields.name !== name) throw new TableError(`file ${i} has the name ${JSON.stringify(fields.name)}, not ${name}`);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    throw new TableError(`the sha256 of ${name} is not 64 lower-case hex digits`);
  const smallest = keyOf(fields.smallest, name);
  const largest = keyOf(fields.largest, name);
  if (smallest.compare(largest) > 0) throw new TableError(`smallest of ${name} is above its largest`);
  return { name, size: count(fields, 'size'), sha256, smallest, largest };
}

function keyOf(value: unknown, name: string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  if (bytes === undefined || bytes.toString('base64') !== value)
    throw new TableError(`a bound of ${name} is not base64`);
  return bytes;
}
