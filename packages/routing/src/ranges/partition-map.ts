import { UsageError } from '@ekv/snapshot';
import { u32At } from '../key/key-bytes.ts';
import { queueNameEnd } from '../key/partitioned-key.ts';
import { parseGroupId } from './group-id.ts';

const FORM =
  'the form is queue.fifo:N=group,group;other.fifo:M=group, as the flag --sqsFifoPartitionMap of a server has it';
const MOST_PARTITIONS = 32;

/** Queues with several partitions by name, and the group of each partition, in order. docs/format/10-routing.md, section 4. */
export type PartitionMap = ReadonlyMap<string, readonly bigint[]>;

/**
 * The map of a text such as `lane.fifo:2=1,2`, the value of a server's flag `--sqsFifoPartitionMap`; of an empty text an empty one.
 * Blanks around parts are cut, empty parts passed over.
 *
 * @param name what the text is, for messages: `the option partitionMap`.
 * @throws UsageError for text that is no map: a number of partitions that is no power of two up to 32, or not that many groups.
 */
export function parsePartitionMap(text: string, name: string): PartitionMap {
  const map = new Map<string, bigint[]>();
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue;
    const { queue, groups } = parseQueue(part, name);
    if (map.has(queue)) throw new UsageError(`${name} names the queue ${JSON.stringify(queue)} twice; name it once`);
    map.set(queue, groups);
  }
  return map;
}

/** The text that {@link parsePartitionMap} reads as this map. */
export function partitionMapText(map: PartitionMap): string {
  return [...map].map(([queue, groups]) => `${queue}:${groups.length}=${groups.join(',')}`).join(';');
}

function parseQueue(part: string, name: string): { queue: string; groups: bigint[] } {
  const shown = JSON.stringify(part);
  const equals = part.indexOf('=');
  const colon = part.lastIndexOf(':', equals);
  if (equals === -1 || colon === -1) throw new UsageError(`${name}: ${shown} has no ":" or no "="; ${FORM}`);
  const queue = part.slice(0, colon).trim();
  if (queue === '') throw new UsageError(`${name}: ${shown} has no name of a queue; ${FORM}`);
  const digits = part.slice(colon + 1, equals).trim();
  const count = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!isPartitionCount(count))
    throw new UsageError(
      `${name}: the number of partitions in ${shown} is no power of two from 1 to ${MOST_PARTITIONS}; ${FORM}`,
    );
  const groups = part
    .slice(equals + 1)
    .split(',')
    .map((text) => parseGroup(text.trim(), name, shown));
  if (groups.length !== count)
    throw new UsageError(
      `${name}: ${shown} has ${count} partitions and ${groups.length} groups; name one for each partition`,
    );
  return { queue, groups };
}

function isPartitionCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= MOST_PARTITIONS && (count & (count - 1)) === 0;
}

function parseGroup(text: string, name: string, shown: string): bigint {
  const group = parseGroupId(text);
  if (group === undefined)
    throw new UsageError(`${name}: the group ${JSON.stringify(text)} in ${shown} is no number; ${FORM}`);
  if (group === 0n)
    throw new UsageError(`${name}: ${shown} names group 0, which keeps time and holds no rows; name another group`);
  return group;
}

/** Finds the group of a row of a queue with partitions, for keys that come in order: the queue is mostly that of the key before. */
export class PartitionLookup {
  readonly #queues: ReadonlyMap<string, readonly bigint[]>;
  #lastName: Buffer | undefined;
  #last: readonly bigint[] | undefined;

  constructor(map: PartitionMap) {
    this.#queues = new Map([...map].map(([queue, groups]) => [Buffer.from(queue).toString('base64url'), groups]));
  }

  /** The group for the key whose queue name begins at `name`; nothing for queues that the map does not have, and malformed keys. */
  groupOf(bytes: Uint8Array, name: number, end: number): bigint | undefined {
    const nameEnd = queueNameEnd(bytes, name, end);
    if (nameEnd === -1) return undefined;
    if (!this.#isLast(bytes, name, nameEnd)) {
      this.#lastName = Buffer.from(bytes.subarray(name, nameEnd));
      this.#last = this.#queues.get(this.#lastName.toString('latin1'));
    }
    return this.#last?.[u32At(bytes, nameEnd + 1)];
  }

  /** The queue of such a key when the map does not have it; nothing for queues that it has, and malformed keys. */
  unmapped(bytes: Uint8Array, name: number, end: number): string | undefined {
    const nameEnd = queueNameEnd(bytes, name, end);
    if (nameEnd === -1) return undefined;
    const text = Buffer.from(bytes.subarray(name, nameEnd)).toString('latin1');
    return this.#queues.has(text) ? undefined : Buffer.from(text, 'base64url').toString();
  }

  #isLast(bytes: Uint8Array, name: number, nameEnd: number): boolean {
    const last = this.#lastName;
    if (last?.length !== nameEnd - name) return false;
    for (let i = last.length - 1; i >= 0; i--) {
      if (last[i] !== bytes[name + i]) return false;
    }
    return true;
  }
}
