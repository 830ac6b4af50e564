import type { Unit } from './unit.ts';

/**
 * Whether nobody could see a unit any more at a moment, though its rows are there. docs/format/13-selection.md, section 4.
 *
 * @param momentMs milliseconds since 1970.
 */
export function overAt(momentMs: bigint): (unit: Unit) => boolean {
  return (unit) => {
    if (unit.adapter === 'redis') return isPast(unit.stored.expireAt ?? 0n, momentMs);
    if (unit.adapter !== 'sqs') return false;
    const { message, queue } = unit;
    return isPast(message.sendTimestampMillis + queue.messageRetentionSeconds * 1000n, momentMs);
  };
}

/** An expiry of 0 is none. */
function isPast(time: bigint, moment: bigint): boolean {
  return time !== 0n && time <= moment;
}
