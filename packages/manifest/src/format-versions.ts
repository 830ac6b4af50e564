/** Of `MANIFEST.json`. */
export const MANIFEST_VERSION = 1;

/** Of the sidecar of a snapshot. */
export const ENCODE_INFO_VERSION = 1;

/** Of the member `ekv` of both. */
export const EXTENSION_VERSION = 1;

/** Of the member `dynamodb_jsonl` of that. */
export const DYNAMODB_JSONL_VERSION = 1;
