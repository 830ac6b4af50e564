/** A command with its arguments. */
export type Command = readonly [name: string, ...args: ReadonlyArray<string | Buffer>];

/**
 * What a bridge needs of a client: to send a command, and to get texts of the reply as bytes. Commands that are sent without waiting
 * for each other go out together.
 */
export interface Redis {
  send(command: Command): Promise<unknown>;
}

/** A list in a reply; what is none, as after a change of the protocol, is an empty one. */
export function listIn(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

/** A text as bytes; numbers and texts of the protocol, such as `:1` and `+OK`, as their characters. */
export function bytesIn(reply: unknown): Buffer {
  return Buffer.isBuffer(reply) ? reply : Buffer.from(String(reply));
}

export function textIn(reply: unknown): string {
  return bytesIn(reply).toString('latin1');
}

/** Names and values in turn, be they sent as such (RESP2), in pairs, or as a map (RESP3). */
export function* pairsIn(reply: unknown): Generator<readonly [unknown, unknown]> {
  if (reply instanceof Map) return yield* reply;
  if (!Array.isArray(reply)) return yield* Object.entries(reply ?? {});
  if (Array.isArray(reply[0])) return yield* reply as Array<[unknown, unknown]>;
  for (let i = 0; i + 1 < reply.length; i += 2) yield [reply[i], reply[i + 1]];
}

/** The value of a name in {@link pairsIn}. */
export function valueIn(reply: unknown, name: string): unknown {
  for (const [one, value] of pairsIn(reply)) if (textIn(one) === name) return value;
  return undefined;
}

/** Whether an error is an answer of the server that begins with a word, such as `WRONGTYPE`. */
export function isRefusal(error: unknown, word: string): boolean {
  return error instanceof Error && error.message.startsWith(word);
}
