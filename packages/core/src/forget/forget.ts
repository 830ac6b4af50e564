import { ScratchFolder, UsageError } from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import { dumpFormatOf, endsLikeArchive } from '../decode/dump-format.ts';
import { refuseStandardStream } from '../output/standard-stream.ts';
import { readAddress, writeAddress } from '../owners/addresses.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { literalPattern } from '../selection/literal-pattern.ts';
import { Selection } from '../selection/selection.ts';
import { type InputKind, inputKindOf } from '../sources/input-kind.ts';
import { forgetInDump } from './forget-dump.ts';
import type { ForgetRequest, ForgetResult, TellForgotten } from './forget-request.ts';
import { forgetInSnapshot } from './forget-snapshot.ts';
import type { ForgottenKeys } from './forgotten-keys.ts';
import { refuseThere } from './output-there.ts';

/**
 * Takes keys, items, objects and messages out of a snapshot or a dump, with all of their versions and everything derived from them; what is made holds
 * no byte of them. The input stays as it is: whoever wants to forget removes it. docs/forget.md.
 *
 * Throws UsageError for the request, or when nothing matches; EnvironmentError; DataError for the input: SnapshotFormatError also for encrypted
 * entries, GuardError for a dump that holds what encode cannot restore.
 *
 * @param tell is called for each unit and scope that goes, before anything is written.
 */
export function forget(request: ForgetRequest, options: RunOptions = {}, tell: TellForgotten = () => {}): ForgetResult {
  const selection = checkedSelection(request);
  const kind = inputKindOf(request.input);
  if (kind === 'node folder')
    throw new UsageError(
      `${request.input} has no MANIFEST.json, so it is no dump; of the folder of a node, whose files are its own, name one snapshot, and give the node the file that is made with ekv restore prepare`,
    );
  refuseOtherKind(kind, request);
  const run = new Run(options);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  const walked: ForgottenKeys[] = [];
  const job = { request, selection, run, scratch, tell, walked };
  try {
    return { kind, ...(kind === 'snapshot' ? forgetInSnapshot(job) : forgetInDump(job)) };
  } finally {
    for (const keys of walked) keys.close();
    scratch.remove();
  }
}

/** Throws UsageError. */
function checkedSelection({ input, output, addresses = [], selection, check }: ForgetRequest): Selection {
  if (input === '') throw new UsageError('the input is missing: name a snapshot file or a dump');
  refuseStandardStream(input, '--input', 'the snapshot file or the dump');
  const { match = [], scopes = [], expired } = selection;
  if (addresses.length + match.length + scopes.length === 0)
    throw new UsageError(
      "say what is to be forgotten: an address, as redis/user:42, or --match 'redis/user:42*', or --scope dynamodb=orders",
    );
  if (addresses.length > 0 && match.length + scopes.length > 0)
    throw new UsageError('give addresses, or --match and --scope, not both');
  if (expired !== undefined)
    throw new UsageError('--expired has no meaning here: what is named is forgotten, expired or not');
  const chosen = new Selection(
    addresses.length > 0
      ? { ...selection, match: addresses.map((one) => literalPattern(writeAddress(readAddress(one)))) }
      : selection,
  );
  if (check) {
    if (output !== '') throw new UsageError('--check writes nothing: leave --output out, or forget without --check');
    return chosen;
  }
  if (output === '') throw new UsageError('--output is required: name the snapshot file or the dump to make');
  refuseStandardStream(output, '--output', 'the snapshot file or the dump to make');
  refuseThere(output);
  return chosen;
}

/** What is made is of the kind of the input; a name that promises another one is a mistake. Throws UsageError. */
function refuseOtherKind(kind: InputKind, { input, output, format }: ForgetRequest): void {
  if (kind !== 'snapshot') {
    dumpFormatOf({ output, format });
    return;
  }
  if (format !== undefined)
    throw new UsageError(
      `--format ${format} is for dumps, and of a snapshot a snapshot is made: leave it out, or decode ${input} first`,
    );
  if (endsLikeArchive(output))
    throw new UsageError(
      `the output ${output} ends like an archive, and of a snapshot a snapshot is made: name it .fsm, or decode ${input} first`,
    );
}
