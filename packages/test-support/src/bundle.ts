import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ENTRY = '\0entry';

/** What a bundler makes of a program, minified. @param folder from which the program imports what it names by a relative path. */
export async function bundled(program: string, folder: string): Promise<string> {
  const entry = {
    name: 'entry',
    resolveId: (id: string, from: string | undefined) => {
      if (id === ENTRY) return id;
      return from === ENTRY ? join(folder, id) : null;
    },
    load: (id: string) => (id === ENTRY ? program : null),
  };
  const bundle = await rolldown({
    input: ENTRY,
    platform: 'node',
    external: [/^node:/],
    plugins: [entry],
    cwd: folder,
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  return output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

/** A bundle of a program that uses one thing. @param from path of its module in the folder. */
export function bundleUsing(name: string, from: string, folder: string): Promise<string> {
  return bundled(`import { ${name} } from '${from}'; globalThis.used = ${name};`, folder);
}
