import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** Bytes are byte strings; scores are as a server writes them. */
export type Value =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'hash' | 'zset'; readonly value: ReadonlyArray<readonly [string, string]> }
  | { readonly type: 'list' | 'set'; readonly value: readonly string[] }
  | {
      readonly type: 'stream';
      readonly value: ReadonlyArray<readonly [id: string, fields: readonly string[]]>;
      readonly last: string;
    }
  | { readonly type: 'ReJSON-RL'; readonly value: null };

export interface TestRedisOptions {
  /** Keys that scans give at once; each comes a second time on the next page. */
  readonly page?: number;
  /** Commands that the server does not know. */
  readonly unknown?: readonly string[];
  /** Is told each command before it is answered. */
  readonly onCommand?: (command: readonly string[], redis: TestRedis) => void;
}

type Reply =
  | string
  | number
  | null
  | { readonly status: string }
  | { readonly error: string }
  | { readonly double: string }
  | { readonly map: ReadonlyArray<readonly [Reply, Reply]> }
  | readonly Reply[];

/** A server that speaks RESP2 and RESP3 and knows the commands that read. */
export class TestRedis {
  readonly data = new Map<string, Value>();
  /** Milliseconds since 1970. */
  readonly expiries = new Map<string, number>();
  readonly commands: string[][] = [];
  readonly #options: TestRedisOptions;
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  constructor(options: TestRedisOptions = {}) {
    this.#options = options;
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    const protocol = { version: 2 };
    let rest = '';
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (let found = commandIn(rest); found !== undefined; found = commandIn(rest)) {
        rest = rest.slice(found.length);
        socket.write(Buffer.from(written(this.#answer(found.command, protocol), protocol.version), 'latin1'));
      }
    });
  }

  #answer([name, ...args]: string[], protocol: { version: number }): Reply {
    const command = name!.toUpperCase();
    this.commands.push([command, ...args]);
    this.#options.onCommand?.([command, ...args], this);
    if (this.#options.unknown?.includes(command)) return { error: `ERR unknown command '${name}'` };
    if (command === 'HELLO') {
      protocol.version = Number(args[0] ?? 2);
      return {
        map: [
          ['server', 'redis'],
          ['proto', protocol.version],
        ],
      };
    }
    if (command === 'INFO') return 'redis_version:7.4.0\r\nloading:0\r\n';
    if (command === 'CLIENT' || command === 'SELECT') return { status: 'OK' };
    if (command === 'SCAN') return this.#page([...this.data.keys()], args[0]!, (key) => [key]);
    // XINFO STREAM key
    return this.#read(command, command === 'XINFO' ? args.slice(1) : args);
  }

  #read(command: string, [key, ...args]: string[]): Reply {
    const found = this.data.get(key!);
    const expiry = this.expiries.get(key!);
    if (command === 'TYPE') return { status: found?.type ?? 'none' };
    if (command === 'PEXPIRETIME') return found === undefined ? -2 : (expiry ?? -1);
    if (command === 'PTTL') return found === undefined ? -2 : expiry === undefined ? -1 : expiry - Date.now();
    if (command === 'XINFO' && found === undefined) return { error: 'ERR no such key' };
    const type = TYPE_OF[command];
    if (type === undefined) return { error: `ERR unknown command '${command}'` };
    if (found !== undefined && found.type !== type)
      return { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
    return this.#readValue(command, found, args);
  }

  #readValue(command: string, found: Value | undefined, args: string[]): Reply {
    const list = (found?.value ?? []) as readonly string[];
    const pairs = (found?.value ?? []) as ReadonlyArray<readonly [string, string]>;
    const entries = (found?.value ?? []) as ReadonlyArray<readonly [string, readonly string[]]>;
    switch (command) {
      case 'GET':
        return found === undefined ? null : (found.value as string);
      case 'STRLEN':
      case 'HLEN':
      case 'LLEN':
      case 'SCARD':
      case 'ZCARD':
      case 'XLEN':
        return found === undefined ? 0 : list.length;
      case 'HGETALL':
        return { map: pairs };
      case 'SMEMBERS':
        return list;
      case 'LRANGE':
        return list.slice(Number(args[0]), args[1] === '-1' ? undefined : Number(args[1]) + 1);
      case 'ZRANGE':
        return pairs.map(([member, score]) => [member, { double: score }]);
      case 'SSCAN':
        return this.#page(list, args[0]!, (member) => [member]);
      case 'HSCAN':
      case 'ZSCAN':
        return this.#page(pairs, args[0]!, (pair) => pair);
      case 'XRANGE':
        return entries
          .filter(([id]) => args[0] === '-' || number(id) >= number(args[0]!))
          .slice(0, args[2] === 'COUNT' ? Number(args[3]) : undefined);
      default:
        return {
          map: [
            ['length', list.length],
            ['last-generated-id', (found as { last?: string } | undefined)?.last ?? '0-0'],
          ],
        };
    }
  }

  /** A page of a scan; what came last on the page before comes again. */
  #page<T>(all: readonly T[], cursor: string, parts: (one: T) => readonly string[]): Reply {
    const { page = 3 } = this.#options;
    const start = Number(cursor);
    const end = start + page;
    const shown = all.slice(Math.max(0, start - 1), end);
    return [end >= all.length ? '0' : String(end), shown.flatMap(parts)];
  }
}

const TYPE_OF: Readonly<Record<string, string>> = {
  GET: 'string',
  STRLEN: 'string',
  HLEN: 'hash',
  HGETALL: 'hash',
  HSCAN: 'hash',
  LLEN: 'list',
  LRANGE: 'list',
  SCARD: 'set',
  SMEMBERS: 'set',
  SSCAN: 'set',
  ZCARD: 'zset',
  ZRANGE: 'zset',
  ZSCAN: 'zset',
  XLEN: 'stream',
  XRANGE: 'stream',
  XINFO: 'stream',
};

function number(id: string): bigint {
  const [ms, seq = '0'] = id.split('-');
  return (BigInt(ms!) << 64n) | BigInt(seq);
}

/** The first command of a text, an array of texts as clients send it, and the length of both. */
function commandIn(text: string): { readonly command: string[]; readonly length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return undefined;
  const command: string[] = [];
  let at = head[0].length;
  for (let i = 0; i < Number(head[1]); i++) {
    const length = /^\$(\d+)\r\n/.exec(text.slice(at, at + 20));
    if (length === null) return undefined;
    const start = at + length[0].length;
    at = start + Number(length[1]) + 2;
    if (at > text.length) return undefined;
    command.push(text.slice(start, at - 2));
  }
  return { command, length: at };
}

function written(reply: Reply, protocol: number): string {
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  const all = (replies: readonly Reply[]) => replies.map((one) => written(one, protocol)).join('');
  if (isList(reply)) {
    // Members with scores come in pairs in RESP3 alone.
    const elements = protocol === 2 && isScored(reply[0]) ? (reply as Reply[][]).flat() : reply;
    return `*${elements.length}\r\n${all(elements)}`;
  }
  if ('status' in reply) return `+${reply.status}\r\n`;
  if ('error' in reply) return `-${reply.error}\r\n`;
  if ('double' in reply) return protocol === 3 ? `,${reply.double}\r\n` : written(reply.double, protocol);
  const flat = reply.map.flat();
  return protocol === 3 ? `%${reply.map.length}\r\n${all(flat)}` : written(flat, protocol);
}

function isList(reply: Reply | undefined): reply is readonly Reply[] {
  return Array.isArray(reply);
}

function isScored(reply: Reply | undefined): boolean {
  const score = isList(reply) ? reply[1] : null;
  return typeof score === 'object' && score !== null && 'double' in score;
}
