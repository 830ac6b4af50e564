import type { TestProject } from 'vitest/node';

/** Says before the first test what the run's dice begin with. */
export default function printSeed({ config }: TestProject): void {
  const form = process.env.EKV_FAULTS === 'long' ? 'long' : 'short';
  console.log(`faults: ${form} form, EKV_FAULTS_SEED=${config.env.EKV_FAULTS_SEED}`);
}
