import { DataError } from '@ekv/snapshot';

/** A manifest that breaks a rule of docs/format/02-dump-tree.md, section 3. */
export class ManifestError extends DataError {
  static override readonly brand: string = 'ManifestError';

  /** The field that is wrong, such as `exclusions.include_orphans`; empty when the file is not one JSON object. */
  readonly field: string;
  /** All fields that are wrong, {@link field} first. */
  readonly fields: readonly string[];

  constructor(message: string, field: string, fields: readonly string[] = [field]) {
    super(message);
    this.field = field;
    this.fields = fields;
  }
}

/** A manifest of a format version that this package does not know. */
export class ManifestVersionError extends ManifestError {
  static override readonly brand: string = 'ManifestVersionError';

  readonly version: number;

  constructor(message: string, version: number) {
    super(message, 'format_version');
    this.version = version;
  }
}
