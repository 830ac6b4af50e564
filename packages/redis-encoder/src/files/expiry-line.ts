/** A line of `strings_ttl.jsonl` or `hll_ttl.jsonl`. @param name the encoded file name without its suffix. */
export function sidecarLine(name: string, expireAtMs: bigint): Buffer {
  return Buffer.from(`{"key":"${name}","expire_at_ms":${expireAtMs}}\n`, 'latin1');
}
