export {
  type Catalog,
  catalogGroup,
  catalogRows,
  isMoving,
  readCatalog,
  type StoredRow,
} from './catalog/catalog.ts';
export { type CatalogInForce, catalogInForce, type GroupInput } from './catalog/catalog-in-force.ts';
export { missingGroups, withLastGroup } from './catalog/groups-left.ts';
export { ACTIVE, type Route, readRoute, routeBytes } from './catalog/route.ts';
export { CATALOG_ROWS, CATALOG_VERSION_KEY } from './key/catalog-key.ts';
export { parseGroupId } from './ranges/group-id.ts';
export { parseRanges, rangesText } from './ranges/parse-ranges.ts';
export { type PartitionMap, parsePartitionMap, partitionMapText } from './ranges/partition-map.ts';
export { haveGaps, type RouteRange, rangesProblem, rangeText } from './ranges/route-range.ts';
export { ANY_GROUP, NO_GROUP, Router, type RouterOptions, routeKey } from './router.ts';
