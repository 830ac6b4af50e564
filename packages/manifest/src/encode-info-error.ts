import { DataError } from '@ekv/snapshot';

/** A sidecar that breaks a rule of docs/format/08-cli.md, section 5. */
export class EncodeInfoError extends DataError {
  static override readonly brand: string = 'EncodeInfoError';

  /** The field that is wrong, such as `self_test.ran`; empty when the file is not one JSON object. */
  readonly field: string;
  /** All fields that are wrong, {@link field} first. */
  readonly fields: readonly string[];

  constructor(message: string, field: string, fields: readonly string[] = [field]) {
    super(message);
    this.field = field;
    this.fields = fields;
  }
}

/** A sidecar of a format version that this package does not know, or without one. */
export class EncodeInfoVersionError extends EncodeInfoError {
  static override readonly brand: string = 'EncodeInfoVersionError';

  /** 0 when absent. */
  readonly version: number;

  constructor(message: string, version: number) {
    super(message, 'format_version');
    this.version = version;
  }
}
