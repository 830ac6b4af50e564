import type { AdapterName } from '@ekv/manifest';
import type { DumpFormat } from '../decode/dump-format.ts';
import type { SelectionOptions } from '../selection/selection.ts';
import type { InputKind } from '../sources/input-kind.ts';

/** What is to be taken out of what. */
export interface ForgetRequest {
  /** Path of a snapshot file, or of a dump: a folder or an archive. It stays as it is. */
  readonly input: string;
  /** What is made, of the same kind: a snapshot file, or a dump. Nothing must stand there. */
  readonly output: string;
  /** For a dump. Default: as the suffix of the output says (`.tar`, `.tar.zst`), else a folder. */
  readonly format?: DumpFormat | undefined;
  /** Addresses of what is forgotten, of these alone, whatever `*` or `[` they hold. Not together with `match` or `scopes`. */
  readonly addresses?: readonly string[] | undefined;
  /** What is forgotten; it must name something when there are no addresses. */
  readonly selection: SelectionOptions;
  /** Version of the tool, for manifest and sidecar. */
  readonly toolVersion: string;
  /** Only looks what would go, and writes nothing; `output` is empty then. */
  readonly check?: boolean | undefined;
  /** Removes what runs left beside the output that were killed. */
  readonly removeLeftovers?: boolean | undefined;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

/** How much went. */
export interface ForgottenSum {
  /** Keys, items, objects, messages; and scopes that went as a whole. */
  readonly owners: number;
  /** Entries of all versions, with those of indexes and expiries. */
  readonly entries: number;
  /** Bytes of their keys and values. */
  readonly bytes: number;
}

export interface ForgetResult {
  readonly outcome: 'forgotten' | 'checked';
  readonly kind: InputKind;
  readonly input: string;
  readonly output: string;
  /** By adapter, those of which something went. */
  readonly forgotten: ReadonlyMap<AdapterName, ForgottenSum>;
  /** S3 contents that nothing names any more. */
  readonly contents: number;
  /** Entries that stayed. */
  readonly entries: number;
  /** Size of the snapshot that was made, bytes; of a dump that of its data files. 0 when nothing was written. */
  readonly bytes: number;
  /** Of the snapshot that was made, 64 lower-case hex digits. */
  readonly sha256: string | undefined;
  readonly warnings: number;
}

/** What goes of one owner: a unit, or a scope with what is known of it beside its units. */
export interface Forgotten {
  readonly address: string;
  readonly adapter: AdapterName;
  /** Entries: of all versions, deletions, lines of expiries and of indexes. */
  readonly entries: number;
  /** Bytes of their keys and values. */
  readonly bytes: number;
}

/** Is told what goes, in the order of addresses. */
export type TellForgotten = (forgotten: Forgotten) => void;
