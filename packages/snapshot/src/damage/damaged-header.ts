import type { ByteWindow } from '../format/byte-window.ts';
import { PAYLOAD_HEADER_BYTES, PAYLOAD_MAGIC } from '../format/constants.ts';
import type { ContainerHeader } from '../format/container.ts';

/** The longest wrapper. */
const LAST_PLACE = 10 + 1024;
const MAGIC = Buffer.from(PAYLOAD_MAGIC, 'latin1');

/**
 * Finds the payload of a file whose header breaks a rule: by its magic, with at most one byte of it wrong, wherever a wrapper
 * can end. Leaves the window at the first entry; `undefined` when there is none.
 *
 * @param window at the start of the file.
 */
export function readDamagedHeader(window: ByteWindow): ContainerHeader | undefined {
  const available = Math.min(window.left, LAST_PLACE + PAYLOAD_HEADER_BYTES);
  if (!window.need(available)) return undefined;
  const start = window.bytes.subarray(window.at, window.at + available);
  const at = magicAt(start, 0) ?? magicAt(start, 1);
  if (at === undefined) return undefined;
  window.at += at + PAYLOAD_HEADER_BYTES;
  return { wrapperVersion: at === 0 ? 0 : 1, clockCeilingMs: undefined, lastCommitTs: start.readBigUInt64LE(at + 8) };
}

/** @param wrong how many bytes of the magic are. */
function magicAt(bytes: Buffer, wrong: number): number | undefined {
  for (let at = 0; at + PAYLOAD_HEADER_BYTES <= bytes.length; at++) {
    let differences = 0;
    for (let i = 0; i < MAGIC.length && differences <= wrong; i++) if (bytes[at + i] !== MAGIC[i]) differences++;
    if (differences === wrong) return at;
  }
  return undefined;
}
