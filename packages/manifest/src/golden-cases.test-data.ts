import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, '../../../fixtures/golden');

export interface GoldenManifest {
  /** Such as `tree/manifest-version-gate/t-two`. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Exit code that encode must have for this manifest. */
  readonly exit: number;
  /** Words that must be in the message, in any case. */
  readonly words: readonly string[];
  /** The snapshot that the tree must become. */
  readonly wanted: Buffer | undefined;
}

interface GoldenCase {
  readonly steps: ReadonlyArray<{ tool: string; args: string[]; exit: number; stderr?: string[] }>;
  readonly expect?: Readonly<Record<string, string>>;
}

/** The manifests that the encode steps of a golden case read. */
export function goldenManifests(name: string): GoldenManifest[] {
  const folder = join(GOLDEN, name);
  const file = ['case.json', 'beyond.json'].map((json) => join(folder, json)).find((path) => existsSync(path))!;
  const { steps, expect = {} } = JSON.parse(readFileSync(file, 'utf8')) as GoldenCase;
  return steps.map(({ args, exit, stderr = [] }) => {
    const input = args[args.indexOf('--input') + 1]!.replace('{case}/', '');
    const wanted = expect[args[args.indexOf('--output') + 1]!.replace('{work}/', '')];
    return {
      name: `${name}/${input}`,
      bytes: readFileSync(join(folder, input, 'MANIFEST.json')),
      exit,
      words: stderr,
      wanted: wanted === undefined ? undefined : readFileSync(join(folder, wanted)),
    };
  });
}

/** Paths below the golden folder with the bytes of the files. */
export function goldenFiles(pattern: string): Array<{ name: string; bytes: Buffer }> {
  const names = globSync(pattern, { cwd: GOLDEN }).sort();
  return names.map((name) => ({ name, bytes: readFileSync(join(GOLDEN, name)) }));
}
