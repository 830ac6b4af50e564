/** docs/format/11-transactions.md, section 1. */
export const LOCK_ROWS = '!txn|lock|';
const LOCK_FORM = 1;
/** `01` u64 start, u64 expiry of the lock, flags; then u64 n and the n bytes of the first key. */
const LENGTH_AT = 18;
const FIRST_KEY_AT = 26;

/** The first key of the transaction that holds a lock, by the lock's row; `undefined` for any other row, and for a lock that breaks its format. */
export function firstKeyOf(key: Buffer, value: Buffer): Buffer | undefined {
  if (key.toString('latin1', 0, LOCK_ROWS.length) !== LOCK_ROWS) return undefined;
  if (value.length < FIRST_KEY_AT || value[0] !== LOCK_FORM) return undefined;
  const length = value.readBigUInt64BE(LENGTH_AT);
  return length === BigInt(value.length - FIRST_KEY_AT) ? value.subarray(FIRST_KEY_AT) : undefined;
}
