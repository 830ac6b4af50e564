const FORM = /^--([a-z][a-z0-9-]*)(?: <[^<>]+?(\.\.\.)?>)?$/;

/** A flag of a command line, as `--name`, a switch, or `--name <value>`; `<value...>` may be given several times. */
export class Flag {
  /** With its value, as the help shows it. */
  readonly flags: string;
  readonly description: string;
  /** With its dashes. */
  readonly long: string;
  /** Whether it has a value; else it is a switch. */
  readonly required: boolean;
  readonly variadic: boolean;
  /** What it is when it is not given. */
  readonly defaultValue: string | undefined;
  /** The values that it may have; absent: any. */
  readonly argChoices: readonly string[] | undefined;
  readonly #name: string;

  constructor(
    flags: string,
    description: string,
    {
      defaultValue,
      choices,
    }: { readonly defaultValue?: string | undefined; readonly choices?: readonly string[] } = {},
  ) {
    const match = FORM.exec(flags);
    if (match === null) throw new TypeError(`${JSON.stringify(flags)} is no flag with a long name`);
    this.flags = flags;
    this.description = description;
    this.#name = match[1]!;
    this.long = `--${this.#name}`;
    this.required = flags.includes(' ');
    this.variadic = match[2] !== undefined;
    this.defaultValue = defaultValue;
    this.argChoices = choices;
  }

  /** Without dashes. */
  name(): string {
    return this.#name;
  }

  /** As a name of a program: `logFormat` of `--log-format`. */
  attributeName(): string {
    return this.#name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  }
}
