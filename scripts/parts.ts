import type { OutputChunk, OutputOptions, RolldownOutput } from 'rolldown';

type Division = Pick<OutputOptions, 'codeSplitting' | 'chunkFileNames'>;

/**
 * How the code of a working thread is divided into files: what a start needs is one, what is loaded when it is called is one each, and what
 * several of these need is one for each adapter, and one for the rest.
 *
 * @param undivided what becomes of it when nothing says how: dozens of files. @param name of the thread.
 */
export function partsOfThread(undivided: RolldownOutput, name: string): Division {
  const chunks = chunksOf(undivided);
  const entry = chunks.filter(({ isEntry }) => isEntry);
  const atStart = modulesOf(chunks, entry);
  const isEntry = (id: string) => entry.some(({ facadeModuleId }) => facadeModuleId === id);
  return {
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { debugName: 'at start', name: (id) => (atStart.has(id) && !isEntry(id) ? 'start' : null) },
        { debugName: 'shared', name: (id) => adapterOf(id) ?? 'shared', minShareCount: 2 },
      ],
    },
    chunkFileNames: ({ facadeModuleId }) => {
      const [, adapter, direction] = /(\w+)-encoder\/dist\/(\w+)\/index\.js$/.exec(facadeModuleId ?? '') ?? [];
      return `${name}-${adapter === undefined ? '[name]' : `${adapter}-${direction}`}.js`;
    },
  };
}

/**
 * The same for the main thread: what is loaded for anything but a version; what the helps of several commands share, beside which each
 * command has a file of its own; and what only a run needs.
 */
export function partsOfMain(undivided: RolldownOutput, name: string): Division {
  const chunks = chunksOf(undivided);
  const first = chunks.filter(({ isEntry }) => isEntry);
  const start = importedLater(chunks, first);
  const atStart = modulesOf(chunks, start);
  const inFirst = modulesOf(chunks, first);
  const programs = importedLater(chunks, start).filter(({ facadeModuleId }) => PROGRAM.test(facadeModuleId ?? ''));
  const ofPrograms = programs.map((program) => modulesOf(chunks, [program]));
  const group = (id: string) => {
    if (inFirst.has(id)) return null;
    if (atStart.has(id)) return programs.length > 0 ? 'start' : null;
    const users = ofPrograms.filter((modules) => modules.has(id)).length;
    if (users > 0) return users > 1 ? 'command' : null;
    return RUN.test(id) ? 'run' : null;
  };
  return {
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ debugName: 'main', name: group }] },
    chunkFileNames: `${name}-[name].js`,
  };
}

const PROGRAM = /packages\/programs\/dist\/[\w/]+-programs?\.js$/;
/** What else is loaded later are texts. */
const RUN = /packages\/(?:command-line\/dist\/(?!overview|text-command)|core|snapshot|dump-tree)/;

function chunksOf({ output }: RolldownOutput): OutputChunk[] {
  return output.filter((file) => file.type === 'chunk');
}

/** What is in some chunks, and in those that are loaded with them. */
function modulesOf(chunks: readonly OutputChunk[], some: readonly OutputChunk[]): ReadonlySet<string> {
  const files = new Set(some.map(({ fileName }) => fileName));
  const modules = new Set<string>();
  for (const name of files) {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    for (const imported of chunk?.imports ?? []) files.add(imported);
    for (const id of chunk?.moduleIds ?? []) modules.add(id);
  }
  return modules;
}

function importedLater(chunks: readonly OutputChunk[], some: readonly OutputChunk[]): OutputChunk[] {
  const names = new Set(some.flatMap(({ dynamicImports }) => dynamicImports));
  return chunks.filter(({ fileName }) => names.has(fileName));
}

function adapterOf(id: string): string | undefined {
  return /packages\/(\w+)-encoder\/dist\//.exec(id)?.[1];
}
