import { StreamWalk } from '../values/stream-walk.ts';
import type { ValueContext } from '../values/value-context.ts';
import { copyOfKey } from './copied-key.ts';
import { LentElements } from './lent-elements.ts';
import type { StoredStream, StoredStreamEntry } from './stored-key.ts';

export function* streamKeys(context: ValueContext): Generator<StoredStream> {
  const walk = new StreamWalk(context);
  try {
    while (walk.next()) {
      const key = copyOfKey(walk.key);
      const { lastMs, lastSeq } = walk.metadata!;
      const value = new LentElements(context.source, key, () => entriesOf(walk));
      yield { type: 'stream', key, expireAt: walk.expireAtMs, lastId: `${lastMs}-${lastSeq}`, value };
      value.takeBack();
    }
  } finally {
    walk.close();
  }
}

function* entriesOf(walk: StreamWalk): Generator<StoredStreamEntry> {
  while (walk.nextEntry()) {
    const fields: Array<[string, string]> = [];
    for (let i = 0; i < walk.fields.length; i += 2)
      fields.push([walk.fields[i]!.toString(), walk.fields[i + 1]!.toString()]);
    yield { id: `${walk.ms}-${walk.seq}`, fields };
  }
}
