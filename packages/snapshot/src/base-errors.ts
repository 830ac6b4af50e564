const BRANDS = Symbol.for('ekv.error.brands');

/**
 * The one error hierarchy of ekv. A library caller tells the kinds apart by class, never by text.
 *
 * Every message is one line that says what is wrong, where (path, key, offset), by which rule, and where that helps
 * what to do next. What a caller can turn on is "the option force": programs say it as their flag, --force. Exit codes of the programs: docs/format/08-cli.md, section 8.
 */
export class EkvError extends Error {
  /**
   * Names the class in every copy and every version of the package: `instanceof` goes by it, so that two copies in one program
   * know each other's errors. Minifiers may rename classes; this stays.
   */
  static readonly brand: string = 'EkvError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    const brands = brandsOf(new.target);
    this.name = Object.hasOwn(new.target, 'brand') ? brands[0]! : new.target.name;
    Object.defineProperty(this, BRANDS, { value: brands });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class of somebody else, which extends one of these.
    if (!Object.hasOwn(this, 'brand')) return Function.prototype[Symbol.hasInstance].call(this, value);
    return (value as Branded | null | undefined)?.[BRANDS]?.includes(this.brand) ?? false;
  }
}

interface Branded {
  readonly [BRANDS]?: readonly string[];
}

/** Brands of a class and of those that it extends. */
function brandsOf(errorClass: typeof EkvError): string[] {
  const brands: string[] = [];
  for (let at = errorClass; at.brand !== undefined; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'brand')) brands.push(at.brand);
  }
  return brands;
}

/** An argument that a caller of the library must not give, or a call at the wrong time. */
export class ArgumentError extends EkvError {
  static override readonly brand: string = 'ArgumentError';
}
