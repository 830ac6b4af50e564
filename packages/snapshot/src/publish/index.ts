export { acceptSnapshot, type FinishedSnapshot } from './accept-snapshot.ts';
export { checkOutput, checkSidecar, isFileName } from './check-output.ts';
export {
  type EncodeInfoFields,
  encodeInfoText,
  encodeInfoWithoutTree,
  type FilterFields,
  filterInFileOrder,
  type MadeSnapshot,
} from './encode-info.ts';
export { FileSink, writeAndClose, writeNewFile } from './file-sink.ts';
export { fittedStem, NAME_MAX } from './fitted-name.ts';
export { type HiddenRun, hiddenRuns } from './hidden-runs.ts';
export { indentedJson, type JsonDocument } from './indented-json.ts';
export { identityAt, type KindInWords, kindInWords, look, lookThrough } from './look.ts';
export { refuseKind } from './output-kind.ts';
export { checkOutputLock, holdsOutputLock, type OutputLock, removeOutputLock, withOutputLock } from './output-lock.ts';
export {
  lockOf,
  type OutputPaths,
  outputPathsOf,
  type PairPaths,
  previousBeside,
  previousOf,
  removeTemporariesQuietly,
  SIDECAR_FILE,
} from './output-paths.ts';
export { writeOwner } from './owner-file.ts';
export { checkPublishLock, holdsPublishLock, removePublishLock, withPublishLock } from './publish-lock.ts';
export { type CheckPlaced, publishPair } from './publish-pair.ts';
export { removeQuietly } from './remove-quietly.ts';
export { rename, replaceFile, syncFolderOf } from './replace-file.ts';
export {
  OWNER_FILE,
  type OwnerState,
  ownerLine,
  ownerState,
  type RunOwner,
  readOwner,
  runOfOwner,
} from './run-owner.ts';
export { readSmallFile, type SmallFile } from './small-file.ts';
export { removeStopped, runsBeside } from './stopped-publication.ts';
export {
  newRunId,
  olderOutput,
  ownerOf,
  scratchName,
  TEMPORARY_SUFFIX,
  temporaryPath,
  temporaryStem,
} from './temporary-names.ts';
