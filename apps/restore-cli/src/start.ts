import { calledName } from '@ekv/command-line';
import { PREPARE, RESTORE } from '@ekv/programs/restore';
import { VERSION } from './version.ts';

/** The older name, under which nothing but this is done. */
const PREPARE_ALONE = 'elastickv-snapshot-prepare-restore';

const name = calledName('ekv-restore', PREPARE_ALONE);
const work = `${import.meta.dirname}/work.js`;
const program = name === PREPARE_ALONE ? PREPARE : RESTORE;
void program({ name, version: VERSION, work }).run(process.argv.slice(2));
