import { ArgumentError } from '../errors.ts';

/** Takes bytes in order, each block at once: what it returns is looked at only to refuse a sink that goes on later. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
  /**
   * `during the call`: the sink does not look at a block after its call, so that the next one may use the same memory. Default: a
   * block is the sink's own for good.
   */
  readonly holdsBlocks?: 'during the call' | undefined;
  /**
   * Where it writes, if that is all that it does with a block: another thread may write blocks there in its place, as long as it does
   * not write itself. Only of a sink that holds blocks during the call.
   */
  readonly descriptor?: OpenDescriptor | undefined;
}

/** Takes bytes one after the other. */
export interface OpenDescriptor {
  readonly fd: number;
  /** Is told how many bytes somebody else wrote. */
  wrote(bytes: number): void;
}

/**
 * Gives a sink its next block. Throws ArgumentError for one that did not take all of it at once, such as a stream, an asynchronous
 * function, or a system call that wrote a part.
 */
export function giveBlock(sink: ByteSink, block: Uint8Array): void {
  const result: unknown = sink.write(block);
  if (result === undefined || result === block.length) return;
  const given = typeof result === 'number' ? `${result} for ${block.length} bytes` : `a ${nameOf(result)}`;
  throw new ArgumentError(
    `a sink takes all bytes before it returns, and gives nothing back; this one gave ${given}. A stream or an asynchronous function is no sink: writeSnapshot writes a file without blocking`,
  );
}

function nameOf(result: unknown): string {
  return typeof result === 'object' && result !== null && 'then' in result ? 'promise' : typeof result;
}
