import type { AdapterName, Manifest } from './manifest-schema.ts';

/**
 * Whether an adapter was in the dump; says nothing about whether it had data. The folder of an adapter that was not is
 * stale. docs/format/02-dump-tree.md, section 3.4.
 */
export function adapterInManifest(manifest: Manifest, name: AdapterName): boolean {
  return manifest.adapters[name] !== undefined;
}
