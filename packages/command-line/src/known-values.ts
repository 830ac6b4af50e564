import { Option } from 'commander';

const VALUES = new WeakMap<Option, readonly string[]>();

/**
 * A flag whose value is mostly one of a few, or a list of them. A shell proposes these; what else the flag takes, and what it refuses, is said by
 * the program.
 */
export function optionWithValues(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description);
  VALUES.set(option, values);
  return option;
}

/** What a shell proposes as the value of a flag: all choices, or those of {@link optionWithValues}; else nothing. */
export function knownValues(option: Option): readonly string[] {
  return option.argChoices ?? VALUES.get(option) ?? [];
}
