import { ReaderGoneError, StandardOutput } from '@ekv/archive';
import type { WorkOptions } from '@ekv/command-line';
import { ScratchFolder } from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import type { GetOrder, Got } from './get-program.ts';
import { getUnits } from './get-units.ts';
import { printHistory } from './print-history.ts';

/** Pieces are written when there are so many bytes of them, and at the end. */
const BLOCK_BYTES = 1 << 18;

/** What the working thread of `ekv get` does: units are printed as they are found. */
export function getWork(order: GetOrder, options: WorkOptions): Got {
  const output = new StandardOutput();
  const scratch = new ScratchFolder(order.scratchRoot, scratchName(options.runId));
  let waiting: Buffer[] = [];
  let bytes = 0;
  let isReaderGone = false;
  const flush = () => {
    output.write(Buffer.concat(waiting));
    waiting = [];
    bytes = 0;
  };
  const print = (piece: string | Uint8Array) => {
    if (piece.length >= BLOCK_BYTES) {
      flush();
      return output.write(typeof piece === 'string' ? Buffer.from(piece) : piece);
    }
    const block = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece);
    waiting.push(block);
    bytes += block.length;
    if (bytes >= BLOCK_BYTES) flush();
  };
  const run = { options, scratch };
  const got = {
    units: 0,
    absent: [],
    isWhole: false,
    nextSteps: [],
    input: order.inputs.map(({ path }) => path).join(', '),
  };
  try {
    Object.assign(got, order.form === 'history' ? printHistory(order, run, print) : getUnits(order, run, print));
    flush();
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) throw error;
    isReaderGone = true;
  } finally {
    output.close();
    scratch.remove();
  }
  return { ...got, isReaderGone };
}
