import { createHash } from 'node:crypto';

/**
 * What docs/format/05-s3.md, sections 4 to 4.2 say of the paths of a bucket's keys, in the plainest way: all keys in
 * memory, each compared with each. Keys and paths are byte strings.
 */
export interface ModelledPath {
  readonly path: string;
  readonly kind: string | undefined;
}

/** Paths by key, or the pairs of files that want one place. */
export function modelledPaths(keys: readonly string[]): Map<string, ModelledPath> | 'clash' {
  const first = attempt(keys, false);
  const hasKeymap = [...first.values()].some(({ kind }) => kind !== undefined);
  const paths = hasKeymap ? attempt(keys, true) : first;
  const files = [...paths.values()].flatMap(({ path }) => [path, `${path}${SIDECAR}`]);
  if (hasKeymap) files.push('KEYMAP.jsonl');
  const isClash = files.some((a, i) => files.some((b, k) => k !== i && (a === b || b.startsWith(`${a}/`))));
  return isClash ? 'clash' : paths;
}

const SIDECAR = '.elastickv-meta.json';
const OWN_FOLDERS = ['_orphans', '_incomplete_uploads'];

function attempt(keys: readonly string[], hasKeymap: boolean): Map<string, ModelledPath> {
  const replaced = new Map(keys.map((key) => [key, replace(key, hasKeymap)]));
  return new Map(
    keys.map((key) => {
      const path = replaced.get(key)!;
      const isFolder = keys.some((other) => other !== key && replaced.get(other)!.startsWith(`${path}/`));
      if (path !== key) {
        const made = isFolder ? suffixed(path, '.elastickv-leaf-data', '').path : path;
        return [key, { path: made, kind: 'sha-fallback' }];
      }
      if (key.endsWith(SIDECAR)) return [key, suffixed(key, '.user-data', 'meta-suffix-rename')];
      return [key, isFolder ? suffixed(key, '.elastickv-leaf-data', 's3-leaf-data') : { path, kind: undefined }];
    }),
  );
}

function suffixed(key: string, suffix: string, kind: string): ModelledPath {
  const segments = key.split('/');
  const last = segments.pop()!;
  if (last.length + suffix.length <= 235) return { path: key + suffix, kind };
  return { path: [...segments, hashedLast(last)].join('/'), kind: 'sha-fallback' };
}

function replace(key: string, hasKeymap: boolean): string {
  const whole = /[\0\\]/.test(key) || key.split('/').some((segment) => segment === '.' || segment === '..');
  // All keys are of a bucket named `bucket`; whether it has a key map does not count.
  const isLong = `s3/bucket/${replaceSegments(key, true)}`.length > 3000;
  const path = whole || isLong ? hashed(key, key) : replaceSegments(key, hasKeymap);
  return path !== key && path.endsWith(SIDECAR) ? suffixed(path, '.user-data', '').path : path;
}

function replaceSegments(key: string, hasKeymap: boolean): string {
  const segments = key.split('/');
  const names = segments.map((segment, i) => {
    const isLast = i === segments.length - 1;
    const isOwn =
      i === 0 &&
      (segment === '_bucket.json' ||
        (hasKeymap && segment === 'KEYMAP.jsonl') ||
        (!isLast && OWN_FOLDERS.includes(segment)));
    if (segment !== '' && segment.length <= (isLast ? 235 : 255) && !isOwn) return segment;
    return isLast ? hashedLast(segment) : hashed(segment, `${segment}/`);
  });
  return names.join('/');
}

function hashedLast(segment: string): string {
  const name = hashed(segment, segment);
  return name.endsWith(SIDECAR) ? `${name}.user-data` : name;
}

function hashed(segment: string, digested: string): string {
  const digest = createHash('sha256').update(Buffer.from(digested, 'latin1')).digest('hex').slice(0, 32);
  const tail = segment
    .slice(0, 64)
    .replace(/[^A-Za-z0-9._-]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return `${digest}__${tail}`;
}
