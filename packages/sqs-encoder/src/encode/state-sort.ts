import { readStateLines, sortedEntries } from '@ekv/adapter';
import { DESCRIPTION_JSON, JsonReader, JsonSequence, UnknownFields } from '@ekv/dump-tree';
import { DataError, ExternalSorter, MAIN_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { LONGEST_LINE, MessageLineReader } from '../files/message-line.ts';
import { MESSAGES_FILE, QUEUE_FILE, SQS_FOLDER } from '../files/paths.ts';
import { readQueueJson } from '../files/queue-json.ts';
import { base64Part } from '../layout/base64-parts.ts';
import { movedBy } from '../state/moved-times.ts';
import { DEDUPLICATION_FORM, LOCK_FORM } from '../state/side-values.ts';
import { STATE_FILES, type StateFile } from '../state/state-files.ts';
import { CounterLine, type LineForm, QueueLine, ReceiveLine, SideStateLine } from '../state/state-line-forms.ts';
import type { EncodeContext } from './encode-context.ts';

/** What meets in the sort, queue by queue: base64 part of its name, a zero byte, the kind, and for those of messages their order. */
export const STATE_KIND = { queue: 0, queues: 1, counters: 2, deduplication: 3, message: 4 } as const;
/** Behind the order of a message. Payload of the first: its number in its file, f64; of the others the line. */
export const OF_MESSAGE = { message: 0, receives: 1, locks: 2 } as const;

/** Lines of the whole state by file, each kind read into one object. */
export class StateForms {
  readonly queues: QueueLine = new QueueLine();
  readonly counters: CounterLine = new CounterLine();
  readonly receives: ReceiveLine = new ReceiveLine();
  readonly deduplication: SideStateLine = new SideStateLine(DEDUPLICATION_FORM, 'deduplication id');
  readonly locks: SideStateLine = new SideStateLine(LOCK_FORM, 'group');
  readonly #reader = new JsonReader();

  /** Reads a line that was read before. */
  parse<File extends StateFile>(file: File, line: Buffer): this[File] {
    const form: LineForm = this[file];
    const reader = this.#reader;
    reader.reset(STATE_FILES[file], line);
    form.begin();
    reader.object((field) => form.fields[field]!(reader));
    return this[file];
  }
}

/**
 * Brings the queues and messages of a tree and the lines of the whole state into one sort, where what belongs together meets. What is
 * wrong with a queue or its messages is passed over: whoever makes rows of them says so. Throws DataError for a line that breaks a rule.
 */
export function sortedState(context: EncodeContext, forms: StateForms): SortedRows {
  const sorter = new ExternalSorter({ scratch: context.scratch, arenaBytes: MAIN_SORT_BYTES });
  try {
    addTree(context, sorter);
    for (const file of Object.keys(STATE_FILES) as StateFile[]) addFile(context, sorter, file, forms[file]);
    return sorter.sorted();
  } catch (error) {
    sorter.close();
    throw error;
  }
}

function addFile({ tree, shiftMs }: EncodeContext, sorter: ExternalSorter, file: StateFile, form: LineForm): void {
  const reader = new JsonReader();
  readStateLines(tree, reader, {
    path: STATE_FILES[file],
    fields: form.fields,
    begin: () => form.begin(),
    take: (line) => {
      const rule = form.broken();
      if (rule !== undefined) line.fail(rule);
      line.ascend(form.order());
      form.move(movedBy(shiftMs, (broken) => line.fail(broken)));
      sorter.add(keyOf(file, form), line.text);
    },
  });
}

function keyOf(file: StateFile, form: LineForm): Buffer {
  if (form instanceof ReceiveLine) return messageKey(form.queue, form.partition, form.messageId, OF_MESSAGE.receives);
  if (file === 'locks' && form instanceof SideStateLine)
    return messageKey(form.queue, form.partition, form.value.messageId, OF_MESSAGE.locks);
  return queueKey(form.queue, STATE_KIND[file as 'queues' | 'counters' | 'deduplication']);
}

function queueKey(name: Buffer, kind: number): Buffer {
  return Buffer.from(`${base64Part(name)}\0${String.fromCharCode(kind)}`, 'latin1');
}

function messageKey(name: Buffer, partition: number | undefined, id: Buffer, kind: number): Buffer {
  const place = Buffer.alloc(4);
  place.writeUInt32BE(partition ?? 0);
  return Buffer.concat([
    queueKey(name, STATE_KIND.message),
    place,
    Buffer.from(`${base64Part(id)}\0`),
    Buffer.of(kind),
  ]);
}

/** Queues are numbered as they come, and messages in their files. */
function addTree({ tree, scratch }: EncodeContext, sorter: ExternalSorter): void {
  const reader = new JsonReader();
  const unknownFields = new UnknownFields();
  let queues = 0;
  for (const { name, kind } of folders(tree, scratch)) {
    if (kind !== 'folder') continue;
    const folder = `${SQS_FOLDER}/${name}`;
    passingOver(() => {
      const path = `${folder}/${QUEUE_FILE}`;
      reader.reset(tree.display(path), tree.read(path, DESCRIPTION_JSON));
      const { settings } = readQueueJson({ tree, reader, unknownFields }, path);
      const number = Buffer.alloc(4);
      number.writeUInt32BE(queues++);
      sorter.add(queueKey(settings.name, STATE_KIND.queue), number);
      const file = tree.openOptional(`${folder}/${MESSAGES_FILE}`, 'left out');
      if (file === undefined) return;
      try {
        addMessages(
          new JsonSequence(file, reader, LONGEST_LINE),
          new MessageLineReader(reader, unknownFields, file.name),
        );
      } finally {
        file.close();
      }

      function addMessages(sequence: JsonSequence, line: MessageLineReader): void {
        const payload = Buffer.alloc(8);
        for (let messages = 0; sequence.next(); messages++) {
          line.read();
          const { id, partition } = line.message;
          payload.writeDoubleBE(messages);
          sorter.add(messageKey(settings.name, partition, id.view(), OF_MESSAGE.message), payload);
        }
      }
    });
  }
}

function* folders(tree: EncodeContext['tree'], scratch: EncodeContext['scratch']) {
  let isThere = false;
  passingOver(() => {
    isThere = tree.isFolder(SQS_FOLDER);
  });
  if (isThere) yield* sortedEntries(tree, scratch, SQS_FOLDER);
}

function passingOver(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
}
