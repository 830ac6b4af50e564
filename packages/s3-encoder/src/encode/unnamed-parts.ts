import { filesBelow, type Problems, type TreeSource } from '@ekv/dump-tree';
import { ExternalSorter, type FindingKind, type Findings, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';
import { STATE_FILES, UPLOADS_FOLDER } from '../state/state-files.ts';

const UNNAMED: FindingKind = {
  event: 'whole_state_unnamed',
  says: `files of parts of open uploads are named by no line of ${STATE_FILES.uploads}`,
  advice: 'they were left out; put the line of their upload back, or remove them',
  loss: true,
};

/** What is looked through, and where findings go. */
interface Look {
  readonly tree: TreeSource;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly findings: Findings;
}

const NAMED = 0;
const THERE = 1;

/** Finds the bytes of open uploads that no line stands for: they would be lost without a word. Bounded memory. */
export class UnnamedParts {
  readonly #look: Look;
  readonly #paths: ExternalSorter;

  constructor(look: Look) {
    this.#look = look;
    this.#paths = new ExternalSorter({ scratch: look.scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  /** @param path of a file that a line names. */
  name(path: string): void {
    this.#paths.add(Buffer.from(path, 'latin1'), Buffer.of(NAMED));
  }

  /** To be called when all lines were read. */
  report(): void {
    const { tree, problems, findings } = this.#look;
    const folder = UPLOADS_FOLDER.slice(0, -1);
    if (!tree.isFolder(folder)) return;
    for (const { path } of filesBelow(tree, folder, (entries) => problems.guard(entries)))
      this.#paths.add(Buffer.from(path, 'latin1'), Buffer.of(THERE));
    const rows = this.#paths.sorted();
    try {
      let isNamed = false;
      while (rows.next()) {
        if (!rows.isRepeated()) isNamed = false;
        if (rows.bytes[rows.payloadStart] === NAMED) isNamed = true;
        else if (!isNamed)
          findings.add(UNNAMED, () => tree.display(rows.bytes.toString('latin1', rows.keyStart, rows.keyEnd)));
      }
    } finally {
      rows.close();
    }
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#paths.close();
  }
}
