import { indentedJson, type JsonDocument } from './indented-json.ts';

/** A selection by which a part of the data was taken; docs/format/13-selection.md, section 5. */
export interface FilterFields {
  readonly match?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly expired_before_ms?: bigint | undefined;
}

/** What the sidecar of a snapshot says, under the names of its fields. docs/format/08-cli.md, section 5.1. */
export interface EncodeInfoFields {
  readonly format_version: number;
  readonly encoder_version: string;
  /** The layout of keys that was written. */
  readonly encoder_key_format_version: number;
  readonly wall_time_iso: string;
  readonly input_root: string;
  readonly output_fsm_path: string;
  readonly output_fsm_sha256: string;
  readonly last_commit_ts: bigint;
  readonly last_commit_ts_overridden: boolean;
  readonly manifest_last_commit_ts: bigint;
  /** Left out when it is empty. */
  readonly manifest_cluster_id: string;
  readonly adapters_enabled: readonly string[];
  readonly self_test: { readonly ran: boolean; readonly matched: boolean };
  readonly ekv?:
    | {
        readonly version: number;
        readonly partial?: Readonly<Record<string, bigint>> | undefined;
        readonly filter?: readonly FilterFields[] | undefined;
        readonly group?: bigint | undefined;
        readonly ranges?: string | undefined;
        readonly partition_map?: string | undefined;
      }
    | undefined;
}

/** What is known of a snapshot that was made of no tree. */
export interface MadeSnapshot {
  readonly output: string;
  readonly sha256: string;
  readonly lastCommitTs: bigint;
  /** Whether the time was given, in place of the present one. */
  readonly isTimeGiven?: boolean;
  /** The program and its version. Default: nothing. */
  readonly writtenBy?: string | undefined;
  readonly adapters?: readonly string[] | undefined;
}

type InfoWithoutTree = Omit<EncodeInfoFields, 'format_version' | 'adapters_enabled' | 'ekv'> & {
  readonly format_version: 1;
  readonly adapters_enabled: string[];
};

/** What the sidecar of such a snapshot says. */
export function encodeInfoWithoutTree(made: MadeSnapshot): InfoWithoutTree {
  const { output, sha256, lastCommitTs, isTimeGiven = false, writtenBy = '', adapters = [] } = made;
  return {
    format_version: 1,
    encoder_version: writtenBy,
    encoder_key_format_version: 1,
    wall_time_iso: new Date().toISOString(),
    input_root: '',
    output_fsm_path: output,
    output_fsm_sha256: sha256,
    last_commit_ts: lastCommitTs,
    last_commit_ts_overridden: isTimeGiven,
    manifest_last_commit_ts: 0n,
    manifest_cluster_id: '',
    adapters_enabled: [...adapters],
    self_test: { ran: false, matched: false },
  };
}

/** The bytes of `<output>.encode_info.json`, unchecked. */
export function encodeInfoText(info: EncodeInfoFields): Buffer {
  const fields = {
    format_version: info.format_version,
    encoder_version: info.encoder_version,
    encoder_key_format_version: info.encoder_key_format_version,
    wall_time_iso: info.wall_time_iso,
    input_root: info.input_root,
    output_fsm_path: info.output_fsm_path,
    output_fsm_sha256: info.output_fsm_sha256,
    last_commit_ts: info.last_commit_ts,
    last_commit_ts_overridden: info.last_commit_ts_overridden,
    manifest_last_commit_ts: info.manifest_last_commit_ts,
    manifest_cluster_id: info.manifest_cluster_id || undefined,
    adapters_enabled: info.adapters_enabled,
    self_test: { ran: info.self_test.ran, matched: info.self_test.matched },
    ekv: info.ekv && {
      version: info.ekv.version,
      partial: info.ekv.partial,
      filter: info.ekv.filter?.map(filterInFileOrder),
      group: info.ekv.group,
      ranges: info.ekv.ranges,
      partition_map: info.ekv.partition_map,
    },
  };
  return indentedJson(fields, 'html');
}

/** Here and in the manifest of a tree. */
export function filterInFileOrder({ match, scopes, exclude, expired_before_ms }: FilterFields): JsonDocument {
  return { match, scopes, exclude, expired_before_ms };
}
