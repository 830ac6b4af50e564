import { ArgumentError, Findings, printable, type Warn } from '@ekv/snapshot';
import { givenBytes, givenObject, givenTime, type TextOrBytes, type Time, wrongKind } from '@ekv/snapshot/arguments';
import type { Kind } from '../key-kinds.ts';
import { LARGEST_EXPIRY } from '../layout/expiry-value.ts';
import { checkGivenExpiry } from '../sense/expiry-findings.ts';

/**
 * When a key expires: milliseconds since 1970, or a Date. 0, -1 (as PEXPIRETIME gives it), `null` and nothing stand for a key that
 * does not expire.
 */
export type Expiry = Time | null | undefined;

/** What can be said of a key beside its value. */
export interface KeyOptions {
  /** Default: the key does not expire. */
  readonly expireAt?: Expiry;
  /** Gets what a server or its clients could not use: one warning for each kind of it (docs/errors.md). Default: it is not looked for. */
  readonly warn?: Warn | undefined;
}

/** A key that a caller gave, its expiry, and what is found about both and the value. */
export class GivenKey {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970; `null` = it does not expire. */
  readonly expireAt: bigint | null;
  readonly findings: Findings | undefined;
  readonly #warn: Warn | undefined;

  /** @param given when it expires, or options. @param more options beside those of every key. Throws ArgumentError. */
  constructor(kind: Kind, key: TextOrBytes, given: Expiry | KeyOptions, more = '') {
    this.kind = kind;
    this.bytes = givenBytes(key, `the key of a ${kind}`);
    const { expireAt, warn } = isTime(given) ? { expireAt: given } : this.#checked(given, more);
    if (warn !== undefined && typeof warn !== 'function')
      throw wrongKind(warn, () => `the option "warn" of ${this.name()}`, 'a function');
    this.#warn = warn;
    this.findings = warn === undefined ? undefined : new Findings();
    this.expireAt = this.#expiry(expireAt);
  }

  /** For messages. */
  readonly name = (): string => `the ${this.kind} ${printable(this.bytes)}`;

  /** Gives the warnings. To be called when the value is complete. */
  finish(): void {
    if (this.#warn !== undefined) this.findings?.report(this.#warn);
  }

  /** An option that is misspelt would give a key that never expires. */
  #checked(given: KeyOptions, more: string): KeyOptions {
    givenObject(given, () => `the options of ${this.name()}`);
    for (const option in given) {
      if (option !== 'expireAt' && option !== 'warn' && option !== more)
        throw new ArgumentError(`${this.name()} has no option "${option}"`);
    }
    return given;
  }

  #expiry(given: Expiry): bigint | null {
    if (given === undefined || given === null) return null;
    const name = () => `the expiry of ${this.name()}`;
    if (typeof given === 'number' || typeof given === 'bigint') {
      const time = Number(given);
      if (time === 0 || time === -1) return null;
      if (time === -2)
        throw new ArgumentError(`${name()} is -2, which PEXPIRETIME gives for a key that does not exist`);
    }
    const expiry = givenTime(given, name);
    if (expiry > 0n && expiry <= LARGEST_EXPIRY) {
      if (this.findings !== undefined) checkGivenExpiry(this.findings, expiry, this.name);
      return expiry;
    }
    throw new ArgumentError(
      `${name()} must be from 1 to ${LARGEST_EXPIRY} ms after 1970, which a server can count, not ${expiry}`,
    );
  }
}

function isTime(given: Expiry | KeyOptions): given is Expiry {
  return typeof given !== 'object' || given === null || given instanceof Date;
}
