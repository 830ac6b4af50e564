import { sortedEntries } from '@ekv/adapter';
import { DESCRIPTION_JSON, folderInPlaceOfFile, refusedEntry } from '@ekv/dump-tree';
import { DataError, ExternalSorter, printable, SIDE_SORT_BYTES } from '@ekv/snapshot';
import { MESSAGES_FILE, QUEUE_FILE, SQS_FOLDER } from '../files/paths.ts';
import { readQueueJson } from '../files/queue-json.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { queueFaults } from '../sense/queue-faults.ts';
import type { EncodeContext } from './encode-context.ts';

/** A queue of a tree. */
export interface FoundQueue {
  /** Path of its folder. */
  readonly folder: string;
  readonly settings: QueueSettings;
}

/**
 * The queues of a tree, sorted by the names of their folders, whatever the order of the file system: so runs are repeatable. The
 * files in the folders are judged by name and kind. What a server would not have in a queue becomes a finding.
 * docs/format/06-sqs.md, section 5.1.
 */
export function* queuesOf(context: EncodeContext): Generator<FoundQueue> {
  const { tree, problems, strays, scratch } = context;
  if (problems.attempt(() => tree.isFolder(SQS_FOLDER)) !== true) return;
  for (const { name, kind } of problems.guard(sortedEntries(tree, scratch, SQS_FOLDER))) {
    const folder = `${SQS_FOLDER}/${name}`;
    if (kind !== 'folder') strays.add(folder, kind);
    else if (checkFolder(context, folder)) {
      const settings = problems.attempt(() => readQueue(context, `${folder}/${QUEUE_FILE}`));
      if (settings !== undefined) yield { folder, settings };
    }
  }
}

/** @returns whether the queue can be read. */
function checkFolder({ tree, problems, strays }: EncodeContext, folder: string): boolean {
  const isReadable = problems.attempt(() => {
    let areFiles = true;
    for (const { name, kind } of tree.entries(folder)) {
      const path = `${folder}/${name}`;
      if (name !== QUEUE_FILE && name !== MESSAGES_FILE) strays.add(path, kind);
      else if (kind !== 'file') {
        areFiles = false;
        problems.add(notAFile(tree.display(path), kind));
      }
    }
    return areFiles;
  });
  return isReadable === true;
}

function notAFile(path: string, kind: 'folder' | 'link' | 'special'): DataError {
  return kind === 'folder' ? folderInPlaceOfFile(path) : refusedEntry(path, kind);
}

/** Reads `_queue.json`. Throws DataError with line, column and field. */
function readQueue(context: EncodeContext, path: string): QueueSettings {
  const { tree, reader, findings } = context;
  reader.reset(tree.display(path), tree.read(path, DESCRIPTION_JSON));
  const { settings, positionOf } = readQueueJson(context, path);
  for (const { kind, field, says } of queueFaults(settings)) {
    findings.add(kind, () => `${positionOf(field)}: "${field}" ${says}`);
  }
  context.deadLetterQueues.add(settings, () => positionOf('redrive_policy'));
  return settings;
}

/** The names that queues bear: two folders must not have the same one. */
export class QueueNames {
  readonly #context: EncodeContext;
  readonly #names: ExternalSorter;

  constructor(context: EncodeContext) {
    this.#context = context;
    this.#names = new ExternalSorter({ scratch: context.scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  add(name: Buffer, folder: string): void {
    this.#names.add(name, Buffer.from(folder, 'latin1'));
  }

  /** To be called once, after the last queue. */
  refuseRepeated(): void {
    const { tree, problems } = this.#context;
    const names = this.#names.sorted();
    let previousFolder = '';
    try {
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
    } finally {
      names.close();
    }
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#names.close();
  }
}
