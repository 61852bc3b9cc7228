import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import { rootKeyFromSecret } from "../sealing/root-key.ts"
import { createMemoryMetadataStore } from "../storage/memory/metadata-store.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import { createSealedMetadataStore } from "../storage/sealed-metadata-store.ts"
import type { AccessKey } from "./access-keys.ts"
import { createConsoleSessions, FRESH_MS, SESSION_MS } from "./console-sessions.ts"

const ACCESS_KEY: AccessKey = {
  accessKeyId: "one",
  accessKeySecret: "secret",
  principal: { kind: "account", accountId: "1" },
}

function opened() {
  const clock = fakeClock(1_700_000_000_000)
  const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
  const store = createMemoryMetadataStore()
  const metadata = createSealedMetadataStore({ store, rootKey, clock })
  const known = new Map([[ACCESS_KEY.accessKeyId, ACCESS_KEY]])
  const accessKeys = { find: (id: string) => Promise.resolve(known.get(id)) }
  const countRows = async (): Promise<number> => {
    const bounds = prefixBounds(rowKey("session"))
    return (await metadata.scan({ ...bounds, limit: 10_000, values: false })).length
  }
  return {
    clock,
    known,
    countRows,
    sessions: createConsoleSessions({ metadata, accessKeys, clock }, 20),
  }
}

test("a session is found by its token for twelve hours, and by nothing else", async () => {
  const { clock, sessions } = opened()
  const { token, session } = await sessions.open(ACCESS_KEY, true)
  assert.equal((await sessions.find(token))?.accessKeyId, "one")
  for (const other of ["", session.tokenHash, session.csrfToken, `${token}a`, "\0".repeat(5000)]) {
    assert.equal(await sessions.find(other), undefined)
  }
  clock.advance(SESSION_MS - 1)
  assert.notEqual(await sessions.find(token), undefined)
  clock.advance(1)
  assert.equal(await sessions.find(token), undefined)
})

test("a session ends with its access key, and with another secret under the same id", async () => {
  const { known, sessions } = opened()
  const { token } = await sessions.open(ACCESS_KEY, true)
  known.set("one", { ...ACCESS_KEY, accessKeySecret: "another secret" })
  assert.equal(await sessions.find(token), undefined)
  known.set("one", ACCESS_KEY)
  assert.notEqual(await sessions.find(token), undefined)
  known.delete("one")
  assert.equal(await sessions.find(token), undefined)
})

test("a proof is fresh for five minutes, and a new one for five more", async () => {
  const { clock, sessions } = opened()
  const { token, session } = await sessions.open(ACCESS_KEY, false)
  assert.equal(session.freshUntilMs, 0)
  const refreshed = await sessions.refresh(session)
  assert.equal(refreshed.freshUntilMs, clock.nowMs() + FRESH_MS)
  assert.equal((await sessions.find(token))?.freshUntilMs, refreshed.freshUntilMs)
})

test("a session that was ended is not there again by a fresh proof", async () => {
  const { sessions } = opened()
  const { token, session } = await sessions.open(ACCESS_KEY, true)
  await sessions.end(session)
  await sessions.refresh(session)
  assert.equal(await sessions.find(token), undefined)
})

test("what has expired is removed, and of too many sessions the oldest end", async () => {
  const { clock, countRows, sessions } = opened()
  const first = await sessions.open(ACCESS_KEY, true)
  clock.advance(1)
  for (let index = 0; index < 20; index += 1) await sessions.open(ACCESS_KEY, true)
  assert.equal(await countRows(), 20)
  assert.equal(await sessions.find(first.token), undefined)
  clock.advance(SESSION_MS)
  const last = await sessions.open(ACCESS_KEY, true)
  assert.equal(await countRows(), 1)
  await sessions.endAll()
  assert.equal(await sessions.find(last.token), undefined)
})
