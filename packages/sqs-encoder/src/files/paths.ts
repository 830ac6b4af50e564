import { encodeFileName, FILE_NAME_MAX } from '@ekv/dump-tree';

/** Where SQS data lies in a dump tree; docs/format/06-sqs.md, section 4.4. */
export const SQS_FOLDER = 'sqs';
export const QUEUE_FILE = '_queue.json';
export const MESSAGES_FILE = 'messages.jsonl';
export const SIDE_RECORDS_FILE = '_internals/side_records.jsonl';
/** What the folder of side records without a queue ends with. */
export const ORPHAN_SUFFIX = '.orphan';

/** Name of a queue's folder; `undefined` when no folder can have it. */
export function queueFolder(name: Buffer): string | undefined {
  const folder = encodeFileName(name);
  return folder === '' || folder === '.' || folder === '..' ? undefined : folder;
}

/** Name of the folder of side records whose queue does not exist. @param queue its base64 part. */
export function orphanFolder(queue: Buffer): string {
  const text = queue.toString('latin1');
  const isName = queue.length <= FILE_NAME_MAX && /^[A-Za-z0-9_-]+$/.test(text);
  return `${isName ? text : encodeFileName(queue)}${ORPHAN_SUFFIX}`;
}

/** Whether a path, relative to the root, is that of a queue's messages. */
export function isMessagesPath(path: string): boolean {
  return path.startsWith(`${SQS_FOLDER}/`) && path.endsWith(`/${MESSAGES_FILE}`);
}
