export {
  type Adapter,
  addedByFlag,
  type ComparedLine,
  type ComparisonRules,
  type Completed,
  type DecodeRun,
  type EncodeRun,
  type Families,
  type Guard,
  type GuardFields,
  isJsonName,
  type TreeEdits,
} from './adapter.ts';
