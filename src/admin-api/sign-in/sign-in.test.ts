import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { test } from "node:test"
import { type FakeClock, fakeClock } from "../../base/clock.ts"
import { CHALLENGE_MS, type Challenges, createChallenges } from "./challenges.ts"
import { createSignInLimits, networkOf } from "./limits.ts"
import { createSignInLinks } from "./links.ts"

const SECRET = "the secret"

function answered(challenges: Challenges, accessKeyId = "one") {
  const { challengeId, message } = challenges.create(accessKeyId, "sign-in")
  const proof = createHmac("sha256", SECRET).update(message).digest("hex")
  return { accessKeyId, purpose: "sign-in", challengeId, proof } as const
}

function started(): { clock: FakeClock; challenges: Challenges } {
  const clock = fakeClock(1_700_000_000_000)
  return { clock, challenges: createChallenges(clock) }
}

test("a proof is valid once", () => {
  const { challenges } = started()
  const input = answered(challenges)
  assert.equal(challenges.check(input, SECRET), true)
  assert.equal(challenges.check(input, SECRET), false)
})

test("a wrong proof uses the challenge up", () => {
  const { challenges } = started()
  const input = answered(challenges)
  assert.equal(challenges.check({ ...input, proof: "0".repeat(64) }, SECRET), false)
  assert.equal(challenges.check(input, SECRET), false)
})

test("a proof is valid for two minutes", () => {
  for (const [ms, expected] of [
    [CHALLENGE_MS - 1, true],
    [CHALLENGE_MS, false],
  ] as const) {
    const { clock, challenges } = started()
    const input = answered(challenges)
    clock.advance(ms)
    assert.equal(challenges.check(input, SECRET), expected)
  }
})

test("a proof is valid for its access key, its purpose and its process only", () => {
  const { challenges } = started()
  const resigned = (changed: Partial<ReturnType<typeof answered>> & { purpose?: unknown }) => {
    const input = { ...answered(challenges), ...changed }
    const { purpose, accessKeyId, challengeId } = input
    const message = `osseal console\n${purpose}\n${accessKeyId}\n${challengeId}`
    const proof = createHmac("sha256", SECRET).update(message).digest("hex")
    return { ...input, proof }
  }
  assert.equal(challenges.check(resigned({}), SECRET), true)
  assert.equal(challenges.check(resigned({ accessKeyId: "two" }), SECRET), false)
  const other = { ...resigned({}), purpose: "reauthenticate" } as const
  assert.equal(challenges.check(other, SECRET), false)
  const { challengeId } = answered(started().challenges)
  assert.equal(challenges.check(resigned({ challengeId }), SECRET), false)
  for (const made of ["", ".", "zzz.a.b", `zzzzzzzzz.${"a".repeat(16)}.${"b".repeat(22)}`]) {
    assert.equal(challenges.check(resigned({ challengeId: made }), SECRET), false)
  }
})

test("no proof is valid for an access key that does not exist", () => {
  const { challenges } = started()
  assert.equal(challenges.check(answered(challenges), undefined), false)
})

test("delays double from the sixth failure on, up to one minute for a key and 15 minutes for an address", () => {
  const clock = fakeClock(0)
  const limits = createSignInLimits(clock)
  const attempt = { accessKeyId: "one", sourceAddress: "192.0.2.1" }
  const elsewhere = { ...attempt, sourceAddress: "192.0.2.2" }
  const waits: number[] = []
  for (let failure = 0; failure < 20; failure += 1) {
    limits.failed(attempt)
    waits.push(limits.waitMs(attempt))
  }
  assert.deepEqual(waits.slice(3, 9), [0, 1000, 2000, 4000, 8000, 16_000])
  assert.equal(waits.at(-1), 15 * 60_000)
  assert.equal(limits.waitMs(elsewhere), 60_000)
  assert.equal(limits.waitMs({ ...elsewhere, accessKeyId: "two" }), 0)
  clock.advance(60_000)
  assert.equal(limits.waitMs(elsewhere), 0)
  limits.succeeded(elsewhere)
  limits.failed(elsewhere)
  assert.equal(limits.waitMs(elsewhere), 0)
  assert.equal(limits.waitMs(attempt), 14 * 60_000)
  clock.advance(60 * 60_000)
  assert.equal(limits.waitMs(attempt), 0)
})

test("failures under ever new names are counted by address, and the memory does not grow", () => {
  const limits = createSignInLimits(fakeClock(0))
  for (let index = 0; index < 20_000; index += 1) {
    limits.failed({ accessKeyId: `key-${index}`, sourceAddress: "192.0.2.1" })
  }
  assert(limits.waitMs({ accessKeyId: "new", sourceAddress: "192.0.2.1" }) > 0)
  assert.equal(limits.waitMs({ accessKeyId: "key-0", sourceAddress: "192.0.2.2" }), 0)
})

test("an IPv6 network of one machine counts as one address", () => {
  for (const [address, network] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8::6", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["", "0:0:0:0"],
  ] as const) {
    assert.equal(networkOf(address), network, address)
  }
})

test("a link signs in once, within ten minutes", () => {
  const clock = fakeClock(0)
  const links = createSignInLinks(clock)
  const token = links.issue("one")
  assert.equal(links.use(`${token}x`), undefined)
  assert.equal(links.use(token), "one")
  assert.equal(links.use(token), undefined)
  const late = links.issue("one")
  clock.advance(10 * 60_000)
  assert.equal(links.use(late), undefined)
})
