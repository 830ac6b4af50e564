export const EXIT_CODES = `Of every command but get and diff:
  0        done
  1        the call or the machine: flags, paths, a full disk, files that cannot be read; a result of --json that cannot be written
  2        the data: a dump, an archive, a snapshot or a directory is refused, or the self-test differs; nothing was published
  128 + n  stopped by signal n (130 by Ctrl-C, 143 by SIGTERM); temporary files were removed

With --salvage, of decode and inspect:
  3        done, and what was damaged is not in it

Of decode 1 is every failure, the data's too.

Of get and diff, as of grep and diff:
  0        all that was asked for is there; nothing differs
  1        something is not there; something differs
  2        every failure

After a failure the output is as it was before, but when a self-test of encode differs: then what stood there is <output>.previous, and <output>.mismatch.txt says what differs. Warnings do not change the exit code; --strict makes errors of those that tell of a loss.

With --json standard output has one object also after a failure: "exit_code", and in "error" its "kind", which is usage, environment, data, stopped, or defect for a fault of ekv itself; its "message", and "problems" where there are several.
`;
