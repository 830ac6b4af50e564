import type { Dice } from './dice.ts';
import { type Entry, nodeFileOf, payloadOf, sortedPayloadOf } from './fsm-file.ts';

/**
 * Damages the file of a node: some of the bytes as they stand, or some entries, in a file that is whole again around them,
 * so that the damage gets past the checksum and down to the adapters.
 *
 * @param file bytes of the file. @param entries its entries.
 */
export function damaged(dice: Dice, file: Buffer, entries: readonly Entry[]): Buffer {
  if (dice.fraction() < 0.2) return dice.pick(BYTE_DAMAGES)(dice, Buffer.from(file));
  const wanted = dice.pick(SHAPES);
  const changed = [...entries];
  for (let i = dice.below(6); i >= 0; i--) changeEntry(dice, changed);
  const whole = wanted(changed);
  return dice.fraction() < 0.1 ? dice.pick(BYTE_DAMAGES)(dice, whole) : whole;
}

const SHAPES = [nodeFileOf, payloadOf, sortedPayloadOf, sortedPayloadOf];

type ByteDamage = (dice: Dice, bytes: Buffer) => Buffer;

/** Kinds of damage to bytes, whatever they are. */
export const BYTE_DAMAGES: readonly ByteDamage[] = [truncated, flipped, filled, doubled];

function truncated(dice: Dice, bytes: Buffer): Buffer {
  return bytes.subarray(0, dice.below(bytes.length));
}

function flipped(dice: Dice, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = dice.below(8); i >= 0 && copy.length > 0; i--) copy[dice.below(copy.length)]! ^= 1 << dice.below(8);
  return copy;
}

function filled(dice: Dice, bytes: Buffer): Buffer {
  const at = dice.below(bytes.length + 1);
  return Buffer.from(bytes).fill(dice.pick([0x00, 0xff, 0x7c]), at, Math.min(bytes.length, at + dice.below(32)));
}

/** A piece of the bytes comes a second time. */
function doubled(dice: Dice, bytes: Buffer): Buffer {
  const at = dice.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(dice.below(at + 1))]);
}

/** Families whose rows are read by rules of their own. */
const FAMILIES = [
  '!redis|str|',
  '!redis|hll|',
  '!redis|ttl|',
  '!redis|hash|',
  '!redis|set|',
  '!redis|zset|',
  '!redis|stream|',
  '!redis|new|',
  '!hs|meta|',
  '!hs|meta|d|',
  '!hs|fld|',
  '!st|meta|',
  '!st|mem|',
  '!zs|meta|',
  '!zs|mem|',
  '!zs|scr|',
  '!lst|meta|',
  '!lst|meta|d|',
  '!lst|itm|',
  '!lst|claim|',
  '!stream|meta|',
  '!stream|entry|',
  '!txn|lock|',
  '_meta_applied_index',
  '',
];

function changeEntry(dice: Dice, entries: Entry[]): void {
  const at = dice.below(entries.length);
  const { key, value } = entries[at]!;
  const bytes = dice.pick(BYTE_DAMAGES);
  const other = dice.pick(entries);
  const changes: ReadonlyArray<() => void> = [
    () => entries.splice(at, 1),
    () => entries.splice(dice.below(entries.length), 0, other),
    () => entries.splice(at, 1, { key, value: bytes(dice, value) }),
    () => entries.splice(at, 1, { key, value: Buffer.concat([value.subarray(0, 9), bytes(dice, value.subarray(9))]) }),
    () => entries.splice(at, 1, { key, value: other.value }),
    () => entries.splice(at, 1, { key: bytes(dice, key), value }),
    () => entries.splice(at, 1, { key: withFamily(dice, key), value }),
    () =>
      entries.splice(at, 0, { key: withFamily(dice, dice.bytes(dice.below(40))), value: dice.bytes(dice.below(60)) }),
    () => entries.splice(at, 1, { key: withTimestamp(dice, key), value }),
  ];
  dice.pick(changes)();
}

function withFamily(dice: Dice, key: Buffer): Buffer {
  const rest = key.indexOf('|', key.indexOf('|') + 1) + 1;
  return Buffer.concat([Buffer.from(dice.pick(FAMILIES)), key.subarray(rest)]);
}

function withTimestamp(dice: Dice, key: Buffer): Buffer {
  return Buffer.concat([key.subarray(0, Math.max(0, key.length - 8)), dice.bytes(8)]);
}
