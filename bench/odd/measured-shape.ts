import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareTrees } from '../compare-trees.ts';
import { measureProcess, type ProcessFigures } from '../measured-process.ts';
import { type ShapeOfTree, writeShape } from './odd-shape.ts';

export const STEPS = ['encode', 'decode', 'self-test'] as const;
export type OddStep = (typeof STEPS)[number];

export type ShapeFigures = Readonly<Record<OddStep, ProcessFigures>>;

/** Where it is measured, and with what. */
export interface Place {
  /** A folder that is there; everything in it is removed again. */
  readonly folder: string;
  readonly workers: number;
  readonly encodeProgram: string;
  readonly decodeProgram: string;
}

/**
 * Encodes a generated tree, decodes the snapshot, and encodes with the self-test. Throws an Error when a program fails, or
 * when the decoded tree is not the generated one.
 */
export async function measureShape(shape: ShapeOfTree, records: number, place: Place): Promise<ShapeFigures> {
  const path = (name: string) => join(place.folder, name);
  const [tree, snapshot, decoded] = [path('tree'), path('encoded.fsm'), path('decoded')];
  const common = ['--workers', String(place.workers), '--scratch-root', place.folder, '--quiet'];
  try {
    writeShape(shape, records, tree);
    const encode = await run(place.encodeProgram, '--input', tree, '--output', snapshot, ...common);
    const renaming = shape.renamesCollisions ? ['--rename-collisions'] : [];
    const decode = await run(place.decodeProgram, '--input', snapshot, '--output', decoded, ...renaming, ...common);
    const { differences, examples } = compareTrees(tree, decoded);
    if (differences > 0) throw new Error(`the decoded tree has ${differences} differences:\n${examples.join('\n')}`);
    rmSync(decoded, { recursive: true });
    const tested = path('tested.fsm');
    const selfTest = await run(place.encodeProgram, '--input', tree, '--output', tested, '--self-test', ...common);
    return { encode, decode, 'self-test': selfTest };
  } finally {
    for (const name of ['tree', 'decoded']) rmSync(path(name), { recursive: true, force: true });
    for (const name of ['encoded', 'tested']) {
      rmSync(path(`${name}.fsm`), { force: true });
      rmSync(path(`${name}.fsm.encode_info.json`), { force: true });
    }
  }
}

async function run(program: string, ...words: readonly string[]): Promise<ProcessFigures> {
  const command = [process.execPath, program, ...words];
  const finished = await measureProcess(command);
  if (finished.code !== 0) throw new Error(`exit code ${finished.code} of: ${command.join(' ')}\n${finished.output}`);
  return finished;
}
