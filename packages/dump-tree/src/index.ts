export { CHECKSUMS_NAME, ChecksumsWriter, checksumLine, escapePath, MANIFEST_NAME } from './checksums/checksums.ts';
export type { ChecksumsFinding, ChecksumsReport } from './checksums/checksums-report.ts';
export { ChecksumsVerifier, type ListedTree } from './checksums/checksums-verifier.ts';
export { type DigestOnOpening, eachPiece, fileDigest, jsonDigest, type TakePiece } from './files/file-digest.ts';
export { ANY_BYTES, DESCRIPTION_JSON, type FileLimit, ROW_BYTES, ROW_JSON } from './files/file-limits.ts';
export { LineReader } from './files/line-reader.ts';
export { cleanedPath, displayPath } from './files/tree-path.ts';
export { TreeReadError, treeReadError } from './files/tree-read-error.ts';
export { changedWhileRead, readWholeFile, sha256Of, WholeFiles } from './files/whole-files.ts';
export type { EntryKind } from './input/entry-kind.ts';
export { type EntryBelow, filesBelow } from './input/files-below.ts';
export { InputTree, type InputTreeOptions, type ReadDigests } from './input/input-tree.ts';
export { MOST_PROBLEMS, Problems, TreeProblemsError } from './input/problems.ts';
export { folderInPlaceOfFile, refusedEntry, StrayFiles } from './input/stray-files.ts';
export type { LargeFile, TreeEntry, TreeFile, TreeSource } from './input/tree-source.ts';
export { UnknownFields } from './input/unknown-fields.ts';
export { isValidUtf8, JsonBytes } from './json/json-bytes.ts';
export { type ByteRange, JsonReader, type JsonRules } from './json/json-reader.ts';
export { JsonSequence } from './json/json-sequence.ts';
export type { JsonKind, TextPlace } from './json/json-text.ts';
export { LongListFile, type LongListOptions } from './json/long-list-file.ts';
export { repairedUtf8, validSequence } from './json/repaired-utf8.ts';
export {
  decodeFileName,
  encodeBinaryFileName,
  encodeFileName,
  encodeFileNameWithZeros,
  FILE_NAME_MAX,
  FilenameError,
  hashedFileName,
  hashedPrefix,
  isHashedFileName,
} from './names/filename.ts';
export { Keymap } from './names/keymap.ts';
export { type KeymapRecord, keymapLine, readKeymapRecord } from './names/keymap-record.ts';
export { fewNames, isNameOfDump } from './output/dump-entries.ts';
export { EarlyFlush } from './output/early-flush.ts';
export { type HiddenPaths, hiddenPaths } from './output/hidden-names.ts';
export { findLeftovers, findRuns, removeStaging } from './output/leftovers.ts';
export { makeFolders, removeParents, syncParents } from './output/made-parents.ts';
export { isOpenToAll } from './output/open-folder.ts';
export { refuseInsideDump } from './output/output-target.ts';
export { refuseOutputInside } from './output/outside-tree.ts';
export { ParentFolder } from './output/parent-folder.ts';
export { StagedFolder } from './output/staged-folder.ts';
export { StagedTree, type StagedTreeOptions } from './output/staged-tree.ts';
export { sizeOf, type TakenRoom } from './output/taken-room.ts';
export type { LineSink, PieceSink, TreeSink } from './output/tree-sink.ts';
export { warnOfRuns } from './output/warn-of-runs.ts';
export { fileComparers } from './threads/file-threads.ts';
export { type AheadPace, EVERY_FILE } from './threads/files-ahead.ts';
export type { FilesBehind, FilesOutcome } from './threads/files-behind.ts';
