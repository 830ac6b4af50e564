import { JsonBytes } from '@ekv/dump-tree';
import { writeString } from '../layout/json-members.ts';
import { type StateFile, stateOrder } from '../state/state-files.ts';
import type { StateLines } from './state-files.ts';

/** Lines of the whole state about one queue. */
export class QueueLines {
  readonly #lines: StateLines;
  readonly #name: Buffer;
  readonly #json = new JsonBytes();
  readonly #head: Buffer;

  /** @param name as the queue's file has it, UTF-8. */
  constructor(lines: StateLines, name: Buffer) {
    this.#lines = lines;
    this.#name = name;
    this.#json.text('{"queue":');
    writeString(this.#json, name);
    this.#json.text(',');
    this.#head = Buffer.from(this.#json.view());
  }

  /** @param members JSON text that follows the queue. @param partition, tail of the key; absent for a row of the queue as a whole. */
  add(file: StateFile, members: Buffer, partition?: number, tail?: Buffer): void {
    const line = Buffer.concat([this.#head, members, END]);
    this.#lines.add(file, stateOrder(this.#name, partition, tail), line);
  }
}

const END = Buffer.from('}\n');
