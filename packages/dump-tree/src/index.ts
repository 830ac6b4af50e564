export { CHECKSUMS_NAME, ChecksumsWriter, checksumLine, escapePath, MANIFEST_NAME } from './checksums.ts';
export {
  decodeSegment,
  encodeBinarySegment,
  encodeSegment,
  FilenameError,
  hashedPrefix,
  isHashedSegment,
  SEGMENT_MAX,
} from './filename.ts';
export { InputTree, type TreeEntry } from './input-tree.ts';
export { isValidUtf8, JsonBytes } from './json-bytes.ts';
export { type JsonKind, JsonReader } from './json-reader.ts';
export { Keymap, type KeymapRecord, keymapLine } from './keymap.ts';
export { LineReader } from './line-reader.ts';
export { StagedTree, type StagedTreeOptions } from './staged-tree.ts';
export type { LineSink, TreeSink } from './tree-sink.ts';
