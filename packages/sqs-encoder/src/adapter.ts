import { type Adapter, addedByFlag, isJsonName } from '@ekv/adapter';
import { decodeSqs } from './decode/index.ts';
import { encodeSqs } from './encode/index.ts';
import { completedLine } from './files/completed-line.ts';
import { ignoredGeneration } from './files/ignored-generation.ts';
import { mayBeOfMessage } from './files/unit-files.ts';
import { SIDE_FAMILIES, SQS_FAMILIES } from './layout/families.ts';
import { sqsOwners } from './owners/sqs-owners.ts';
import { STATE_FILES } from './state/state-files.ts';

/** SQS, for programs that work on whole trees. */
export const sqsAdapter: Adapter = {
  name: 'sqs',
  families: { data: SQS_FAMILIES, derived: SIDE_FAMILIES, internal: [], operational: [], unread: new Map() },
  fileFamilies: [],
  stateEntries: Object.values(STATE_FILES).map((path) => path.slice(path.lastIndexOf('/') + 1)),
  guards: [
    addedByFlag('preserve_sqs_visibility', 'visibility timeouts, receive counts and receipt handles are reset'),
    addedByFlag('include_sqs_side_records', 'side records are not read back'),
  ],
  owners: sqsOwners,
  mayBeOf: mayBeOfMessage,
  encode: (tree, { warn, scratch, shiftMs, complete, takes, expired, state }) =>
    encodeSqs(tree, { warn, scratch, shiftMs, complete, takes, expired, state }),
  decode: (source, sink, { exclusions, warn, scratch, shiftMs, expired, state }) =>
    decodeSqs(source, sink, {
      warn,
      scratch,
      shiftMs,
      expired,
      state,
      preserveSqsVisibility: exclusions.preserve_sqs_visibility,
      includeSideRecords: exclusions.include_sqs_side_records,
    }),
  isJson: isJsonName,
  isLineSet: () => false,
  comparedLine: ignoredGeneration,
  completed: completedLine,
};
