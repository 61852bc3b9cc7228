import assert from "node:assert/strict"
import { test } from "node:test"
import { createNonceMemory } from "./nonces.ts"

test("a nonce is accepted once for each access key until it is forgotten", () => {
  const nonces = createNonceMemory(100)
  assert.equal(nonces.accept("a", "n", 0, 10), true)
  assert.equal(nonces.accept("a", "n", 9, 19), false)
  assert.equal(nonces.accept("b", "n", 9, 19), true)
  assert.equal(nonces.accept("a", "n", 10, 20), true)
  assert.equal(nonces.accept("a", "n", 19, 29), false)
})

test("access key and nonce are kept apart, wherever the boundary between them lies", () => {
  const nonces = createNonceMemory(100)
  assert.equal(nonces.accept("a", "bc", 0, 10), true)
  assert.equal(nonces.accept("ab", "c", 0, 10), true)
})

test("when the store is full, the oldest nonce is forgotten first", () => {
  const nonces = createNonceMemory(3)
  for (const nonce of ["1", "2", "3", "4"]) assert(nonces.accept("a", nonce, 0, 100))
  assert.equal(nonces.accept("a", "4", 1, 101), false)
  assert.equal(nonces.accept("a", "2", 1, 101), false)
  assert.equal(nonces.accept("a", "1", 1, 101), true)
})
