/** Something the operator should know that does not stop the run. One warning per kind, with counts, never one per row. */
export interface Warning {
  /** Stable name for programs, such as `redis_orphan_ttl` (docs/errors.md). */
  readonly event: string;
  /** One sentence for people. */
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | bigint>>;
  /** True when a part of the input is not in the output because of it; `--strict` refuses that. */
  readonly loss?: boolean;
}

export type Warn = (warning: Warning) => void;
