import type { TreeSink, TreeSource } from '@ekv/dump-tree';
import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import { givenObject, wrongKind } from '@ekv/snapshot/arguments';

/** What every encode and decode of an adapter is told. */
interface GivenOptions {
  readonly warn: Warn;
  readonly scratch: ScratchFolder;
}

/**
 * The options of an encode of an adapter. Throws ArgumentError for them, and for what is no tree: classes do not count, another copy of
 * a package has others.
 *
 * @param call for people.
 */
export function givenEncode<Options extends GivenOptions>(call: string, tree: TreeSource, options: Options): Options {
  if (typeof tree?.isFolder !== 'function' || typeof tree.entries !== 'function')
    throw wrongKind(tree, `the tree of ${call}`, 'a TreeSource, such as an InputTree');
  return givenOptions(call, options);
}

/** As {@link givenEncode}, for a decode: rows of a snapshot, and the place for the files of a tree. */
export function givenDecode<Options extends GivenOptions>(
  call: string,
  source: RowSource,
  sink: TreeSink,
  options: Options,
): Options {
  if (typeof source?.rows !== 'function' || typeof source.count !== 'function')
    throw wrongKind(source, `the source of ${call}`, 'rows that were checked, as rowsOf() of openSnapshot gives them');
  if (typeof sink?.file !== 'function' || typeof sink.lines !== 'function')
    throw wrongKind(sink, `the sink of ${call}`, 'a TreeSink, such as a StagedTree');
  return givenOptions(call, options);
}

function givenOptions<Options extends GivenOptions>(call: string, options: Options): Options {
  const { warn, scratch } = givenObject(options, `the options of ${call}`);
  if (typeof warn !== 'function') throw wrongKind(warn, `the option "warn" of ${call}`, 'a function');
  if (typeof scratch?.newFile !== 'function')
    throw wrongKind(scratch, `the option "scratch" of ${call}`, 'a ScratchFolder');
  return options;
}
