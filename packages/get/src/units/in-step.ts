/**
 * Brings units together with their scopes, where both come in one order: gives each unit with the scope that has its name. Both are walked over once.
 */
export function* inStep<Unit, Scope>(
  units: Iterable<Unit>,
  scopes: Iterable<Scope>,
  isOf: (unit: Unit, scope: Scope) => boolean,
): Generator<readonly [Unit, Scope], void, undefined> {
  const walk = scopes[Symbol.iterator]();
  try {
    let at = walk.next();
    for (const unit of units) {
      while (!at.done && !isOf(unit, at.value)) at = walk.next();
      if (at.done) return;
      yield [unit, at.value];
    }
  } finally {
    walk.return?.();
  }
}
