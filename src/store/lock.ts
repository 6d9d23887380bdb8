/** A lock that ends with its process, however that ends: an exclusive SQLite transaction on a file of its own. */
export interface Lock {
  release(): void;
}
