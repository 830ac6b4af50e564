import { I64_MAX } from '@ekv/adapter';

/**
 * Moves times as `--shift-times` does; a time that is not set, 0, stays so.
 *
 * @param error makes what is thrown for a time that would leave 0 to 2^63 - 1.
 */
export function movedBy(shiftMs: bigint, error: (rule: string) => Error): (millis: bigint) => bigint {
  return (millis) => {
    if (millis === 0n || shiftMs === 0n) return millis;
    const moved = millis + shiftMs;
    if (moved >= 0n && moved <= I64_MAX) return moved;
    throw error(`the time ${millis} cannot be moved by ${shiftMs} ms`);
  };
}
