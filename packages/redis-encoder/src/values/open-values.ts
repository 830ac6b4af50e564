import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import { KeyKinds } from '../key-kinds.ts';
import { type BareOrder, findExpiryOwners } from './expiry-owners.ts';
import { hasSeveralKinds } from './kinds-present.ts';
import { LeftOutKinds } from './left-out-kinds.ts';
import { ElementRows } from './rows/element-rows.ts';
import type { KeyRange } from './rows/key-order.ts';
import type { ValueContext } from './value-context.ts';

export interface OpenValuesOptions {
  readonly scratch: ScratchFolder;
  /** Nothing when nobody listens: then keys of several kinds are not looked for. */
  readonly warn: Warn | undefined;
  readonly bareOrder: BareOrder;
  readonly isWanted: (key: KeyRange) => boolean;
}

/** Settles whose expiry each index row is, and which kind of a key is left out: what must be known before the first walk. */
export function openValues(source: RowSource, options: OpenValuesOptions): ValueContext {
  const { scratch, bareOrder, isWanted } = options;
  const warn = options.warn ?? (() => {});
  const leftOut = new LeftOutKinds(warn);
  const expiries = findExpiryOwners(source, scratch, { leftOut, bareOrder });
  leftOut.finish();
  return {
    source,
    scratch,
    warn,
    expiries,
    leftOut,
    kinds: options.warn !== undefined && hasSeveralKinds(source) ? new KeyKinds(scratch) : undefined,
    elements: new ElementRows(scratch),
    isWanted,
  };
}
