import type { ExpiryLimit } from '@ekv/adapter';
import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import { KeyKinds } from '../key-kinds.ts';
import { BareExpiries } from './bare-expiries.ts';
import { type BareOrder, closeOwners, findExpiryOwners } from './expiry-owners.ts';
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
  /** Leaves keys out that had expired. Default: none. */
  readonly expired?: ExpiryLimit | undefined;
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
    expired: options.expired && { limit: options.expired, bare: bareExpiries(source, scratch) },
  };
}

/** Those of bare values in the order of these: the ones that are written have that of index rows. */
function bareExpiries(source: RowSource, scratch: ScratchFolder): BareExpiries {
  const { bareValues, ...others } = findExpiryOwners(source, scratch, {
    leftOut: new LeftOutKinds(() => {}),
    bareOrder: 'values',
  });
  closeOwners({ ...others, bareValues: undefined });
  return new BareExpiries(bareValues);
}
