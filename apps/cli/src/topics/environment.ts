export const ENVIRONMENT = `Variables:
  TMPDIR        where data goes that does not fit into memory, without --scratch-root; else /tmp
  COLUMNS       how wide helps are, 40 to 110; else the columns of the terminal
  TERM          with dumb progress comes in lines of its own
  EKV_DEBUG     set to anything, errors have a stack trace
  NODE_OPTIONS  options of Node, such as --max-old-space-size=4096 for a run that says that the memory is used up

Signals: INT, TERM and HUP stop a run, remove what it has begun, and leave the output as it was. USR1 prints how far it is:
  kill -USR1 PID

Streams: the result of --json, a list or an archive goes to standard output; warnings, progress, the closing line and errors go to standard error. Progress is shown where a terminal looks on, else only with --progress SECONDS.

Limits of the machine: at least 64 open files (ulimit -n 64) and 16 processes and threads (ulimit -u), no limit of virtual memory (ulimit -v unlimited). With less Node can crash or wait for ever before its first line: run scheduled work under timeout.

While a run works, files or a folder whose names hold tmp- and 16 hex digits stand beside its output; they become the output by a rename in the end. A killed run leaves them: the next run to that output names them with size and age, and decode and encode remove them with --remove-leftovers.
`;
