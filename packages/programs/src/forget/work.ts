import { ReaderGoneError, StandardOutput } from '@ekv/archive';
import type { WorkOptions } from '@ekv/command-line';
import { type Forgotten, forget } from '@ekv/core';
import type { ForgetDone, ForgetOrder } from './forget-program.ts';

/** Text is written when there are so many letters of it, and at the end. */
const BLOCK_LETTERS = 1 << 16;

/** What the working thread of `ekv forget` does: addresses are printed as they are found. */
export function forgetWork({ form, workers, ...request }: ForgetOrder, options: WorkOptions): ForgetDone {
  const output = new StandardOutput();
  let waiting = '';
  let isReaderGone = false;
  const flush = () => {
    if (isReaderGone || waiting === '') return;
    try {
      output.write(Buffer.from(waiting));
    } catch (error) {
      if (!(error instanceof ReaderGoneError)) throw error;
      // What was asked for is done all the same.
      isReaderGone = true;
    }
    waiting = '';
  };
  const tell = (forgotten: Forgotten) => {
    waiting += form === 'json' ? lineOfJson(forgotten) : lineOfText(forgotten);
    if (waiting.length >= BLOCK_LETTERS) flush();
  };
  try {
    const result = forget(request, { ...options, workers }, tell);
    flush();
    return { ...result, isReaderGone };
  } finally {
    output.close();
  }
}

function lineOfText({ address, entries, bytes }: Forgotten): string {
  return `${address}  ${entries} ${entries === 1 ? 'entry' : 'entries'}, ${bytes} bytes\n`;
}

function lineOfJson({ address, adapter, entries, bytes }: Forgotten): string {
  return `${JSON.stringify({ address, adapter, entries, bytes })}\n`;
}
