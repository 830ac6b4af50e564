import { DESCRIPTION_JSON } from '@ekv/dump-tree';
import { FORMAT_VERSION } from '../files/paths.ts';
import { U32_MAX } from '../layout/integers.ts';
import { noSettings, type QueueSettings, readSetting } from '../layout/queue-settings.ts';
import { brokenRule } from '../layout/settings-rules.ts';
import { queueFaults } from '../sense/queue-faults.ts';
import type { EncodeContext } from './encode-context.ts';

/**
 * Reads `_queue.json`; docs/format/06-sqs.md, sections 5.1 and 6. Throws DataError with line, column and field. What a server would
 * not have becomes a finding.
 */
export function readQueueFile(context: EncodeContext, path: string): QueueSettings {
  const { tree, reader, unknownFields, findings, deadLetterQueues } = context;
  const shown = tree.display(path);
  reader.reset(shown, tree.read(path, DESCRIPTION_JSON));
  const start = reader.mark();
  const settings = noSettings();
  /** Where the value of each field stands. */
  const marks = new Map<string, number>();
  let version: bigint | undefined;
  if (!reader.takeNull()) {
    reader.object((field) => {
      marks.set(field, reader.mark());
      if (field === 'format_version')
        version = reader.takeNull() ? undefined : reader.integer('"format_version"', 0n, U32_MAX);
      else if (!readSetting(reader, field, settings, 'file')) {
        unknownFields.add(field, shown);
        reader.skip();
      }
    }, 'the file');
  }
  reader.end();
  if (version === undefined) reader.failAtMark(start, `"format_version" is missing, it must be ${FORMAT_VERSION}`);
  if (version !== FORMAT_VERSION) {
    const rule = `"format_version" is ${version}, this version of ekv reads ${FORMAT_VERSION} alone`;
    reader.failAtMark(marks.get('format_version')!, rule);
  }
  const broken = brokenRule(settings);
  if (broken !== undefined) reader.failAtMark(marks.get(broken.field) ?? start, broken.rule);
  const placeOf = (field: string) => `${shown}:${reader.lineAt(marks.get(field) ?? start)}`;
  for (const { kind, field, says } of queueFaults(settings)) {
    findings.add(kind, () => `${placeOf(field)}: "${field}" ${says}`);
  }
  deadLetterQueues.add(settings, () => placeOf('redrive_policy'));
  return settings;
}
