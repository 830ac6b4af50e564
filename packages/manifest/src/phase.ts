/** The tree was decoded from a snapshot file. */
export const PHASE_SNAPSHOT = 'phase0-snapshot-decode';

/** The tree was read from a cluster that runs. */
export const PHASE_LIVE = 'phase1-live-pinned';
