/** Put in by the build (`scripts/bundle.ts`). */
declare const EKV_VERSION: string;

/** `ekv/<package version>`, with `+<commit>` when built from a checkout. */
export const VERSION: string = EKV_VERSION;
