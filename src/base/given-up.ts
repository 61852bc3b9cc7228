/**
 * Makes `generator` also call `release` when it is given up. A generator that is given up before its first step runs
 * none of its `finally` blocks.
 */
export function releasedWhenGivenUp<T>(
  generator: AsyncGenerator<T, void, undefined>,
  release: () => Promise<unknown>,
): AsyncGenerator<T, void, undefined> {
  const giveUp = generator.return.bind(generator)
  generator.return = async (value) => {
    await release()
    return await giveUp(value)
  }
  return generator
}
