/** How the rows are called that are of no adapter: those of the node itself, of transactions, and of families that nobody knows. */
export const NO_ADAPTER = '(no adapter)';
