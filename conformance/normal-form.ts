import { readFileSync } from 'node:fs';

/** Fields whose presence is compared and whose value is not: they differ from run to run. */
const VOLATILE = new Set([
  'wall_time_iso',
  'elastickv_version',
  'encoder_version',
  'fsm_path',
  'input_root',
  'output_fsm_path',
]);

/** A field that may also be absent. */
const OPTIONAL = 'elastickv_version';

/** The bytes of one file (a latin1 string), with what differs from run to run taken out. `path` is a byte string. */
export function normalForm(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const bytes = readFileSync(Buffer.from(path, 'latin1'));
  if (name === 'MANIFEST.json' || name.endsWith('.encode_info.json')) return comparableJson(bytes);
  if (name === 'CHECKSUMS') return withoutManifestLine(bytes.toString('latin1'));
  return bytes.toString('latin1');
}

/** JSON with sorted names and blanked volatile values; the bytes as they are when they are not JSON. */
function comparableJson(bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return JSON.stringify(JSON.parse(text, comparableValue));
  } catch {
    return bytes.toString('latin1');
  }
}

/** Reviver: keeps integers exact (as text), sorts names, blanks volatile fields. A marker keeps the kinds apart. */
function comparableValue(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  if (key === OPTIONAL) return undefined;
  if (VOLATILE.has(key)) return '*';
  if (typeof value === 'string') return `s:${value}`;
  if (typeof value === 'number') return `n:${context?.source ?? value}`;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A list of checksums without the line of MANIFEST.json, whose bytes differ from run to run. */
function withoutManifestLine(text: string): string {
  const lines = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  return lines.filter((line) => !/ {2}MANIFEST\.json[ \t\n\r\v\f]*$/.test(line)).join('');
}
