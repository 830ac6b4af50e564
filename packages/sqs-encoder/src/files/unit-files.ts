import type { Owner } from '@ekv/adapter';
import { queueFolder, SQS_FOLDER } from './paths.ts';

/** See `Adapter.mayBeOf`: all messages of a queue are in its folder. */
export function mayBeOfMessage(path: string, { scope }: Owner): boolean {
  if (scope === undefined || !path.startsWith(`${SQS_FOLDER}/`)) return true;
  const folder = `${SQS_FOLDER}/${queueFolder(scope)}`;
  return path === folder || path.startsWith(`${folder}/`);
}
