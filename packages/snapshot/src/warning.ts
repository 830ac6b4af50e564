/** Something the operator should know that does not stop the run. One warning per kind, with counts, never one per row. */
export interface Warning extends Weight {
  /** Stable name for programs, such as `redis_orphan_ttl` (docs/errors.md). */
  readonly event: string;
  /** One sentence for people. */
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | bigint>>;
}

/** What a warning weighs: `--strict` refuses both, for what it lets pass is whole and can be trusted. */
export interface Weight {
  /** True when a part of the input is not in the output because of it. */
  readonly loss?: boolean;
  /**
   * True when all of the input is in the output, but something that lies beside it contradicts it (a digest, a list of files), or
   * neither a server nor its clients could use it.
   */
  readonly doubt?: boolean;
}

/** Takes warnings, one at a time, while the work goes on. */
export type Warn = (warning: Warning) => void;
