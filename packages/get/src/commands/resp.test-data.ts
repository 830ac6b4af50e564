/** Commands in the protocol of Redis, each an array of bulk strings, as byte strings. */
export function parsedResp(bytes: Buffer): string[][] {
  const commands: string[][] = [];
  let at = 0;
  const line = (sign: string): number => {
    const end = bytes.indexOf('\r\n', at);
    const text = bytes.toString('latin1', at, end);
    if (text[0] !== sign || !/^.[0-9]+$/.test(text))
      throw new Error(`${JSON.stringify(text)} is no length behind ${sign}`);
    at = end + 2;
    return Number(text.slice(1));
  };
  while (at < bytes.length) {
    const words = line('*');
    const command: string[] = [];
    for (let i = 0; i < words; i++) {
      const length = line('$');
      command.push(bytes.toString('latin1', at, at + length));
      if (bytes.toString('latin1', at + length, at + length + 2) !== '\r\n')
        throw new Error(`no end at ${at + length}`);
      at += length + 2;
    }
    commands.push(command);
  }
  return commands;
}
