import { join } from 'node:path';
import { readFloor, sequentialReadFloor, sequentialWriteFloor, writeFloor } from './floors.ts';
import { twoThreadReadFloor, twoThreadWriteFloor } from './floors-of-two-threads.ts';
import { MeasuredCase, runMeasured } from './measured-case.ts';
import { settle } from './settle.ts';
import type { Floors, ProgramFigures } from './steps.ts';
import { addTimes } from './times.ts';

const BARE_LINES = join(import.meta.dirname, 'bare-json-lines.ts');
const BARE_ROWS = join(import.meta.dirname, 'bare-message-rows.ts');

/** A generated tree of many files. */
export class TreeCase extends MeasuredCase {
  protected async floors(snapshot: string): Promise<Floors> {
    const { treePath: tree, outputs } = this;
    const read = readFloor(tree);
    const readByTwo = await twoThreadReadFloor(tree);
    settle(tree);
    const writeSnapshot = sequentialWriteFloor(outputs.fresh('floor.fsm'), this.snapshotBytes);
    const readSnapshot = sequentialReadFloor(snapshot);
    settle(tree);
    const write = writeFloor(tree, outputs.fresh('floor'));
    const writeByTwo = await twoThreadWriteFloor(tree, outputs.fresh('floor-of-two'));
    const encode = addTimes(read.list, read.readAndHash, writeSnapshot);
    const encodeByTwo = addTimes(read.list, readByTwo.readAndHash, writeSnapshot);
    return {
      'list the tree': read.list,
      'read the files': read.read,
      'read the files, two threads': readByTwo.read,
      'read and hash the files': read.readAndHash,
      'read and hash the files, two threads': readByTwo.readAndHash,
      'write and hash a snapshot': writeSnapshot,
      'read a snapshot': readSnapshot,
      'make the folders': write.makeFolders,
      'create the files': write.create,
      'create the files, two threads': writeByTwo.create,
      'hash each file': write.hashEach,
      'hash each file, two threads': writeByTwo.hashEach,
      'flush the files': write.flush,
      'flush the files, two threads': writeByTwo.flush,
      'encode floor': encode,
      'encode floor, two threads': encodeByTwo,
      'decode floor': addTimes(readSnapshot, write.makeFolders, write.create, write.hashEach, write.flush),
      'decode floor, two threads': addTimes(
        readSnapshot,
        writeByTwo.makeFolders,
        writeByTwo.create,
        writeByTwo.hashEach,
        writeByTwo.flush,
      ),
      'self-test floor': addTimes(encode, readSnapshot, read.read),
      'self-test floor, two threads': addTimes(encodeByTwo, readSnapshot, readByTwo.read),
    };
  }
}

/** A generated tree whose data are lines of JSON. */
export class LinesCase extends TreeCase {
  protected override async bare(snapshot: string): Promise<ProgramFigures[]> {
    const lines = await runMeasured([process.execPath, BARE_LINES, this.treePath]);
    const rows = await runMeasured([process.execPath, BARE_ROWS, snapshot, this.outputs.fresh('bare.jsonl')]);
    return [
      { program: 'bare JSON lines', workers: 0, wall: lines.wall, cpu: lines.cpu, peakBytes: lines.peakBytes },
      { program: 'bare message rows', workers: 0, wall: rows.wall, cpu: rows.cpu, peakBytes: rows.peakBytes },
    ];
  }
}
