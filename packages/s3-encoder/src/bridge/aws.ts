export {
  type FetchedBody,
  type FetchedObject,
  type FromObjectsOptions,
  fromObjects,
  type GetObject,
  type ListedObject,
  type ListedPage,
  type ObjectKey,
} from './from-objects.ts';
export { type PutObject, toPutObject } from './put-object.ts';
