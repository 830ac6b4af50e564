import type { Warn } from '@ekv/snapshot';

const MESSAGES = {
  s3_last_modified_unusable:
    'times of objects are no UTC times from 1970 on with a year of four digits: these objects get no time',
  s3_keymap_other_name: 'key map lines give names other than those that decode makes; they count as they are',
} as const;

type Event = keyof typeof MESSAGES;

/** One warning of each kind, with the number of places and one of them. */
export class CountedWarnings {
  readonly #found = new Map<Event, { count: number; readonly example: string }>();

  /** @param example for people; asked for only once. */
  add(event: Event, example: () => string): void {
    const found = this.#found.get(event);
    if (found !== undefined) found.count++;
    else this.#found.set(event, { count: 1, example: example() });
  }

  report(warn: Warn): void {
    for (const [event, { count, example }] of this.#found)
      warn({ event, message: MESSAGES[event], fields: { count, example } });
  }
}
