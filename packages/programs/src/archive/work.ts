import { type ArchiveRun, packTree, unpackArchive, verifyDump } from '@ekv/archive';
import type { WorkOptions } from '@ekv/command-line';
import type { ListOrder } from './list-program.ts';
import type { PackOrder } from './pack-program.ts';
import { printMembers } from './print-members.ts';
import type { UnpackOrder } from './unpack-program.ts';
import type { VerifyOrder } from './verify-program.ts';

/** What the working thread of `ekv archive` does. */
export function archiveWork(
  order: PackOrder | UnpackOrder | VerifyOrder | ListOrder,
  { warn, runId, progress, gate }: WorkOptions,
) {
  const run: ArchiveRun = { warn, runId, progress, gate };
  if (order.command === 'pack') return packTree(order, run);
  if (order.command === 'unpack') return unpackArchive(order, run);
  return order.command === 'verify' ? verifyDump(order, run) : printMembers(order, run);
}
