import { refusedEntry } from '@ekv/dump-tree';
import { DataError, ExternalSorter, printable } from '@ekv/snapshot';
import { MESSAGES_FILE, QUEUE_FILE, SQS_FOLDER } from '../files/paths.ts';
import type { EncodeContext } from './encode-context.ts';

const ARENA_BYTES = 8 << 20;
const NOTHING = Buffer.alloc(0);

/**
 * The queue folders of a tree, sorted by their names, whatever the order of the file system: so runs are repeatable. The
 * files in them are judged by name and kind. docs/format/06-sqs.md, section 5.1.
 */
export function* queueFolders(context: EncodeContext): Generator<string> {
  const { tree, problems, strays, scratch } = context;
  if (problems.attempt(() => tree.isFolder(SQS_FOLDER)) !== true) return;
  const sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  for (const { name, kind } of tree.entries(SQS_FOLDER)) {
    if (kind === 'folder') sorter.add(Buffer.from(name, 'latin1'), NOTHING);
    else strays.add(`${SQS_FOLDER}/${name}`, kind);
  }
  const names = sorter.sorted();
  try {
    while (names.next()) {
      const folder = `${SQS_FOLDER}/${names.bytes.toString('latin1', names.keyStart, names.keyEnd)}`;
      if (checkFolder(context, folder)) yield folder;
    }
  } finally {
    names.close();
  }
}

/** @returns whether both files of the queue can be read. */
function checkFolder({ tree, problems, strays }: EncodeContext, folder: string): boolean {
  let readable = true;
  for (const { name, kind } of tree.entries(folder)) {
    const path = `${folder}/${name}`;
    if (name !== QUEUE_FILE && name !== MESSAGES_FILE) strays.add(path, kind);
    else if (kind !== 'file') {
      readable = false;
      problems.add(notAFile(tree.display(path), kind));
    }
  }
  return readable;
}

function notAFile(path: string, kind: 'folder' | 'link' | 'special'): DataError {
  return kind === 'folder' ? new DataError(`${path} must be a regular file, it is a folder`) : refusedEntry(path, kind);
}

/** The queues' names: two folders must not have the same one. */
export class QueueNames {
  readonly #context: EncodeContext;
  readonly #names: ExternalSorter;

  constructor(context: EncodeContext) {
    this.#context = context;
    this.#names = new ExternalSorter({ scratch: context.scratch, arenaBytes: ARENA_BYTES });
  }

  add(name: Uint8Array, folder: string): void {
    this.#names.add(name, Buffer.from(folder, 'latin1'));
  }

  /** To be called once, behind the last queue. */
  refuseRepeated(): void {
    const { tree, problems } = this.#context;
    const names = this.#names.sorted();
    let previousFolder = '';
    while (names.next()) {
      const folder = names.bytes.toString('latin1', names.payloadStart, names.payloadEnd);
      if (names.isRepeated()) {
        const name = printable(names.bytes.subarray(names.keyStart, names.keyEnd));
        problems.add(
          new DataError(
            `duplicate queue ${name}: ${tree.display(previousFolder)} and ${tree.display(folder)} both have this "name" in ${QUEUE_FILE}; remove or rename one of them`,
          ),
        );
      }
      previousFolder = folder;
    }
    names.close();
  }
}
