import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether a folder is a complete dump: a manifest, and CHECKSUMS that lists exactly the files that are there, with their
 * digests. Written without the packages that are tested. Names with backslashes and line feeds do not occur in dumps.
 *
 * @returns one line that says what is wrong; `undefined` for a complete dump.
 */
export function wrongDump(root: string): string | undefined {
  if (!existsSync(join(root, 'MANIFEST.json'))) return 'MANIFEST.json is missing';
  if (!existsSync(join(root, 'CHECKSUMS'))) return 'CHECKSUMS is missing';
  const manifest = JSON.parse(readFileSync(join(root, 'MANIFEST.json'), 'utf8')) as { format_version: number };
  if (manifest.format_version !== 1) return `format_version is ${manifest.format_version}`;
  const listed = listedDigests(join(root, 'CHECKSUMS'));
  const found = new Map(filesIn(root, '').map((path) => [path, hash('sha256', readFileSync(join(root, path)), 'hex')]));
  found.delete('CHECKSUMS');
  for (const [path, digest] of found) {
    if (!listed.has(path)) return `${path} is not listed`;
    if (listed.get(path) !== digest) return `${path} has other bytes than CHECKSUMS tells`;
  }
  for (const path of listed.keys()) if (!found.has(path)) return `${path} is listed and missing`;
  return undefined;
}

/** SHA-256 of CHECKSUMS: tells one complete dump from another. */
export function dumpDigest(root: string): string {
  const wrong = wrongDump(root);
  if (wrong !== undefined) throw new Error(`${root} is no complete dump: ${wrong}`);
  const listed = readFileSync(join(root, 'CHECKSUMS'), 'utf8');
  // The manifest holds the time of the run.
  return hash('sha256', listed.replace(/^.*MANIFEST\.json\n/m, ''), 'hex');
}

/** Digests by path, as a CHECKSUMS file lists them. */
function listedDigests(path: string): Map<string, string> {
  const lines = readFileSync(path, 'utf8').split('\n');
  if (lines.pop() !== '') throw new Error(`${path} does not end with a line feed`);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, path) : [path];
  });
}
