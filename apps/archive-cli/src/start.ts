import { calledName } from '@ekv/command-line';
import { ARCHIVE } from '@ekv/programs/archive';
import { VERSION } from './version.ts';

const name = calledName('ekv-archive', 'elastickv-snapshot-archive');
const work = `${import.meta.dirname}/work.js`;
void ARCHIVE({ name, version: VERSION, work }).run(process.argv.slice(2));
