export const EXIT_CODES = `Of every command:
  0        done
  1        the call or the machine: flags, paths, a full disk, files that cannot be read; a result of --json that cannot be written
  2        the data: a dump, an archive, a snapshot or a directory is refused, or the self-test differs; nothing was published
  128 + n  stopped by signal n (130 by Ctrl-C, 143 by SIGTERM); temporary files were removed

Of inspect also:
  3        with --salvage: the counts are those of what can be read

Of get and diff, as of grep and diff:
  0        found; the same
  1        something that was asked for is not there; different
  2        all that is wrong, and nothing is known: flags, paths, the machine, the data

Of decode alone:
  1        every failure, the data's too
  3        with --salvage: the tree is there, and what was damaged is not in it

After a failure the output is as it was before, but when a self-test of encode differs: then what stood there is <output>.previous, and <output>.mismatch.txt says what differs. Warnings do not change the exit code; --strict makes errors of those that tell of a loss.

With --json standard output has one object also after a failure: "exit_code", and in "error" its "kind", which is usage, environment, data, stopped, or defect for a fault of ekv itself; its "message", and "problems" where there are several.
`;
