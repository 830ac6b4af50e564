type DumpTree = typeof import('@ekv/dump-tree');

/** Files that were read ahead, trees that were staged, trees that were compared, all with threads at hand. */
export const handedOver = { read: 0, staged: 0, compared: 0 };

/**
 * The package as it is, for `vi.mock`, but for its patience: every small file is read, made and compared by a thread, however few there are,
 * where a run has more than one worker.
 */
export function eagerThreads(real: DumpTree): DumpTree {
  class InputTree extends real.InputTree {
    constructor(...[root, options]: ConstructorParameters<DumpTree['InputTree']>) {
      super(root, { ...options, aheadPace: real.EVERY_FILE });
    }

    override expect(path: string, bytes?: number): void {
      handedOver.read++;
      super.expect(path, bytes);
    }
  }
  const StagedTree = Object.create(real.StagedTree, {
    create: {
      value: (...[target, options]: Parameters<DumpTree['StagedTree']['create']>) => {
        if (options.threads) handedOver.staged++;
        return real.StagedTree.create(target, { ...options, filesBeforeThreads: 0 });
      },
    },
  });
  const fileComparers: DumpTree['fileComparers'] = (threads, root, outcome) => {
    handedOver.compared++;
    return real.fileComparers(threads, root, outcome, 0);
  };
  return { ...real, InputTree, StagedTree, fileComparers };
}
