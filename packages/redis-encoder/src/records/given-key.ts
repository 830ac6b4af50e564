import { ArgumentError, Findings, nameRows, printable, type Warn } from '@ekv/snapshot';
import {
  givenBytes,
  givenTime,
  givenWarn,
  isPlainObject,
  type TextOrBytes,
  type Time,
  wrongKind,
} from '@ekv/snapshot/arguments';
import type { Kind } from '../key-kinds.ts';
import { LARGEST_EXPIRY } from '../layout/expiry-value.ts';
import { EXPIRY_ROWS } from '../layout/families.ts';
import { keyName } from '../layout/row-names.ts';
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
  /** Nothing when nobody listens. */
  readonly findings: Findings | undefined;
  readonly #warn: Warn | undefined;

  /** @param given when it expires, or options. @param more option beside those of every key. Throws ArgumentError. */
  constructor(kind: Kind, key: TextOrBytes, given: Expiry | KeyOptions, more?: string) {
    nameRows(EXPIRY_ROWS, keyName);
    this.kind = kind;
    this.bytes = key instanceof Uint8Array && key.length > 0 ? key : givenBytes(key, `the key of a ${kind}`);
    let expireAt: Expiry;
    if (isTime(given)) expireAt = given;
    else {
      this.#check(given, more);
      expireAt = given.expireAt;
      this.#warn = givenWarn(given.warn, this.name);
      if (this.#warn !== undefined) this.findings = new Findings();
    }
    this.expireAt = expireAt === undefined || expireAt === null ? null : this.#expiry(expireAt);
  }

  /** Gives the key for messages. */
  get name(): () => string {
    return () => `the ${this.kind} ${printable(this.bytes)}`;
  }

  /** Gives the warnings. To be called when the value is complete. */
  finish(): void {
    if (this.#warn !== undefined) this.findings!.report(this.#warn);
  }

  /** An option that is misspelt, and a time of another library, would give a key that never expires. */
  #check(given: KeyOptions, more: string | undefined): void {
    if (!isPlainObject(given)) throw wrongKind(given, () => `the options of ${this.name()}`, 'a plain object');
    for (const option in given) {
      if (option !== 'expireAt' && option !== 'warn' && option !== more)
        throw new ArgumentError(
          `${this.name()} has no option "${option}"; it takes expireAt, warn${more ? `, ${more}` : ''}`,
        );
    }
  }

  #expiry(given: Time): bigint | null {
    if (typeof given === 'number' || typeof given === 'bigint') {
      const time = Number(given);
      if (time === 0 || time === -1) return null;
      if (time === -2) this.#failAtExpiry('is -2, which PEXPIRETIME gives for a key that does not exist');
    }
    const expiry = typeof given === 'bigint' ? given : givenTime(given, () => `the expiry of ${this.name()}`);
    if (expiry <= 0n || expiry > LARGEST_EXPIRY)
      this.#failAtExpiry(`must be from 1 to ${LARGEST_EXPIRY} (milliseconds since 1970), not ${expiry}`);
    if (this.findings !== undefined) checkGivenExpiry(this.findings, expiry, this.name);
    return expiry;
  }

  #failAtExpiry(rule: string): never {
    throw new ArgumentError(`the expiry of ${this.name()} ${rule}`);
  }
}

function isTime(given: Expiry | KeyOptions): given is Expiry {
  return typeof given !== 'object' || given === null || given instanceof Date;
}
