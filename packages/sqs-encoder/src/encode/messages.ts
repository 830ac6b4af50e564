import { JsonSequence } from '@ekv/dump-tree';
import { LONGEST_LINE, MessageLineReader } from '../files/message-line.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import type { EncodeContext } from './encode-context.ts';
import { MessageRules } from './message-rules.ts';

/**
 * The messages of a `messages.jsonl`, in the order of the file, completed and moved in time as the context says;
 * docs/format/06-sqs.md, sections 5.1 and 5.3. The same object is given for each. What a server or its clients cannot use becomes
 * a finding.
 *
 * What breaks the form of JSON ends the file; a message that breaks a rule is a problem, and the next one is read.
 */
export function* messagesOf(context: EncodeContext, path: string, settings: QueueSettings): Generator<MessageFields> {
  const { tree, reader, problems, messageFindings, completion } = context;
  const file = tree.openOptional(path, 'recorded of JSON');
  if (file === undefined) return;
  try {
    const sequence = new JsonSequence(file, reader, LONGEST_LINE);
    const line = new MessageLineReader(reader, context.unknownFields, file.name);
    const rules = new MessageRules(settings, context.shiftMs);
    const { message } = line;
    messageFindings.begin(settings, line);
    completion?.begin(settings);
    while (sequence.next()) {
      line.read();
      const broken = completion?.complete(message) ?? rules.broken(message) ?? rules.move(message);
      if (broken === undefined) {
        messageFindings.take(message);
        yield message;
      } else problems.attempt(() => reader.failAtMark(line.start, broken));
    }
    messageFindings.end();
  } finally {
    file.close();
  }
}
