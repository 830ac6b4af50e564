import { type Adapter, addedByFlag, isJsonName } from '@ekv/adapter';
import { decodeSqs } from './decode/index.ts';
import { encodeSqs } from './encode/index.ts';
import { completedLine } from './files/completed-line.ts';
import { ignoredGeneration } from './files/ignored-generation.ts';
import { SQS_FAMILIES } from './layout/families.ts';

/** SQS, for programs that work on whole trees. */
export const sqsAdapter: Adapter = {
  name: 'sqs',
  families: { data: SQS_FAMILIES, internal: [], operational: [], unread: new Map() },
  fileFamilies: [],
  guards: [
    addedByFlag('preserve_sqs_visibility', 'visibility timeouts, receive counts and receipt handles are reset'),
    addedByFlag('include_sqs_side_records', 'side records are not read back'),
  ],
  encode: (tree, { warn, scratch, shiftMs, complete }) => encodeSqs(tree, { warn, scratch, shiftMs, complete }),
  decode: (source, sink, { exclusions, warn, scratch, shiftMs }) =>
    decodeSqs(source, sink, {
      warn,
      scratch,
      shiftMs,
      preserveSqsVisibility: exclusions.preserve_sqs_visibility,
      includeSideRecords: exclusions.include_sqs_side_records,
    }),
  isJson: isJsonName,
  isLineSet: () => false,
  comparedLine: ignoredGeneration,
  completed: completedLine,
};
