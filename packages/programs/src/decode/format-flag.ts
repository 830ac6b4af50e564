import { DUMP_FORMATS, type DumpFormat } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';

/** What `--format` says. Throws UsageError. */
export function formatOf(form: string | undefined): DumpFormat | undefined {
  const format = DUMP_FORMATS.find((known) => known === form);
  if (format === undefined && form !== undefined && form !== '')
    throw new UsageError(`--format ${JSON.stringify(form)} must be folder, tar or tar.zst`);
  return format;
}
