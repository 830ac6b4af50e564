import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll } from 'vitest';

/**
 * Bundles modules of a program that a test starts many times, as the command lines are bundled: to start it from its sources takes
 * three times as long, nearly all of it for reading them. Each module has its name, with `.mjs` instead of `.ts`, in one folder that is gone
 * after the tests of the file.
 *
 * @returns the path of the first.
 */
export async function bundledProgram(...modules: readonly [URL, ...URL[]]): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'ekv-test-program-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const names = modules.map((module) => basename(module.pathname, '.ts'));
  // One by one: a part that two of them shared would run the one in the other.
  for (const [i, module] of modules.entries()) {
    const name = names[i]!;
    const bundle = await rolldown({ input: { [name]: fileURLToPath(module) }, platform: 'node', external: [/^node:/] });
    await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: `${name}-[name].mjs` });
  }
  return join(dir, `${names[0]}.mjs`);
}
