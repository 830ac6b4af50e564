import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import type { RunOptions } from './run.ts';

/** All that an operator sees of a run, and all that it makes. */
export interface Outcome {
  /** What it gives, without the age of things; or its error. */
  readonly result: unknown;
  /** In the order in which they were given. */
  readonly warnings: readonly unknown[];
  /** Of its place: path and content, or what else stands there. */
  readonly made: ReadonlyArray<readonly [path: string, content: string]>;
}

/** Does a run that makes things in an empty folder, and empties that again. @param place of what it makes; nothing else is in it. */
export function outcomeOf(place: string, workers: number, run: (options: RunOptions) => unknown): Outcome {
  const warnings: unknown[] = [];
  const warn = (warning: unknown) => void warnings.push(warning);
  const result = resultOf(() => run({ warn, workers, runId: '0123456789abcdef' }));
  const made = [...everythingIn(place, '')].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const name of readdirSync(place)) rmSync(`${place}/${name}`, { recursive: true });
  return { result, warnings, made };
}

/** Of its error; '' when it has none. */
export function messageOf({ result }: Outcome): string {
  return (result as { readonly message?: string }).message ?? '';
}

function resultOf(run: () => unknown): unknown {
  try {
    const { ageSeconds: _, ...result } = run() as { readonly ageSeconds?: number };
    return result;
  } catch (error) {
    const { name, message, problems } = error as Error & { readonly problems?: unknown };
    return { name, message, problems };
  }
}

/** Paths are byte strings. */
function* everythingIn(root: string, folder: string): Generator<[path: string, content: string]> {
  const native = (path: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
  for (const name of readdirSync(native(folder), { encoding: 'latin1' })) {
    const path = folder === '' ? name : `${folder}/${name}`;
    const stat = lstatSync(native(path));
    if (stat.isDirectory()) {
      yield [path, 'folder'];
      yield* everythingIn(root, path);
    } else if (stat.isSymbolicLink()) yield [path, `link to ${readlinkSync(native(path))}`];
    else yield [path, stat.isFile() ? withoutMoment(name, readFileSync(native(path), 'latin1')) : 'special'];
  }
}

/** A manifest and a sidecar have the time of the run, so the list of digests has it, too. */
function withoutMoment(name: string, text: string): string {
  if (name === 'CHECKSUMS') return text.replace(/^[0-9a-f]{64} {2}MANIFEST\.json$/m, '');
  return /\.json$/.test(name) ? text.replace(/"wall_time_iso": "[^"]*"/, '') : text;
}
