import assert from "node:assert/strict"
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import fc from "fast-check"
import { fakeClock } from "../../base/clock.ts"
import { createMemoryMetadataStore } from "../../storage/memory/metadata-store.ts"
import { addRecoveryWrap, hasRootKey, initRootKey, openRootKey } from "./root-key.ts"
import { checkRootKey } from "./root-key-check.ts"
import type { Unlock } from "./unlock.ts"

const COST = { N: 16, r: 8, p: 1 }
const NEW = { dataExists: false }
const CONTEXT = Buffer.from("context")
const SECRET = Buffer.from("secret")

type Initial = Exclude<Unlock, { provider: "recovery" }>

const keyFile = (dir: string): Initial => ({ provider: "key-file", path: join(dir, "unlock.key") })
const passphrase = (text: string): Initial => ({
  provider: "passphrase",
  passphrase: Buffer.from(text),
  cost: COST,
})

async function emptyDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "osseal-root-key-"))
  t.after(() => rm(dir, { recursive: true }))
  return dir
}

async function onlyWrapPath(dir: string): Promise<string> {
  const [name, ...more] = await readdir(join(dir, "root-key"))
  assert(name !== undefined && more.length === 0)
  return join(dir, "root-key", name)
}

const providers: Record<string, (dir: string) => Initial> = {
  "a key file": keyFile,
  "a passphrase": () => passphrase("correct horse"),
}

for (const [name, unlockIn] of Object.entries(providers)) {
  test(`a root key created with ${name} opens with it again and is the same key`, async (t) => {
    const dir = await emptyDir(t)
    assert.equal(await hasRootKey(dir), false)
    const made = await initRootKey(dir, unlockIn(dir), NEW)
    assert.equal(await hasRootKey(dir), true)
    const opened = await openRootKey(dir, unlockIn(dir))
    assert.equal(opened.rootKeyId, made.rootKeyId)
    assert.deepEqual(opened.rootKey.unwrap(CONTEXT, made.rootKey.wrap(CONTEXT, SECRET)), SECRET)
  })

  test(`a second root key is never created with ${name}, nor one where data exist`, async (t) => {
    const dir = await emptyDir(t)
    await assert.rejects(initRootKey(dir, unlockIn(dir), { dataExists: true }), {
      name: "RootKeyError",
      message: /holds data but no root key/,
    })
    assert.deepEqual(await readdir(dir), [])
    await initRootKey(dir, unlockIn(dir), NEW)
    await assert.rejects(initRootKey(dir, unlockIn(dir), NEW), /already has a root key/)
  })
}

test("only the owner can access the folder and its files, and they hold no plain root key", async (t) => {
  const dir = await emptyDir(t)
  const { secret } = await initRootKey(dir, keyFile(dir), NEW)
  const wrapPath = await onlyWrapPath(dir)
  assert.equal((await stat(join(dir, "root-key"))).mode & 0o777, 0o700)
  for (const path of [wrapPath, join(dir, "unlock.key")]) {
    assert.equal((await stat(path)).mode & 0o777, 0o600)
  }
  const text = await readFile(wrapPath, "utf8")
  assert(!text.includes(secret.export().toString("base64")))
  assert(!(await readFile(join(dir, "unlock.key"))).equals(secret.export()))
})

test("a key file or wrap that others may read, or its group may change, is refused", async (t) => {
  const dir = await emptyDir(t)
  await initRootKey(dir, keyFile(dir), NEW)
  for (const path of [join(dir, "unlock.key"), await onlyWrapPath(dir)]) {
    for (const mode of [0o604, 0o620, 0o444]) {
      await chmod(path, mode)
      await assert.rejects(openRootKey(dir, keyFile(dir)), /chmod 600/)
    }
    for (const mode of [0o600, 0o400, 0o440, 0o640]) {
      await chmod(path, mode)
      await openRootKey(dir, keyFile(dir))
    }
  }
})

test("a missing, short or foreign key file opens nothing and is not replaced", async (t) => {
  const dir = await emptyDir(t)
  const path = join(dir, "unlock.key")
  await initRootKey(dir, keyFile(dir), NEW)
  await writeFile(path, Buffer.alloc(32, 1))
  await assert.rejects(openRootKey(dir, keyFile(dir)), /does not open the root key/)
  await writeFile(path, Buffer.alloc(31, 1))
  await assert.rejects(openRootKey(dir, keyFile(dir)), /exactly 32 bytes/)
  await rm(path)
  await assert.rejects(openRootKey(dir, keyFile(dir)), /is missing/)
  await assert.rejects(stat(path), { code: "ENOENT" })
})

test("a wrong, empty or missing passphrase opens nothing", async (t) => {
  const dir = await emptyDir(t)
  await initRootKey(dir, passphrase("right"), NEW)
  await assert.rejects(openRootKey(dir, passphrase("wrong")), /passphrase does not open/)
  await assert.rejects(
    openRootKey(dir, passphrase("")),
    /passphrase \(OSSEAL_PASSPHRASE\) is empty/,
  )
  await assert.rejects(
    openRootKey(dir, keyFile(dir)),
    /cannot be unlocked by a key file \(--unlock-key.*; it is unlocked by a passphrase \(OSSEAL_PASSPHRASE/,
  )
})

test("opening a folder without a root key fails and creates none", async (t) => {
  const dir = await emptyDir(t)
  await assert.rejects(
    openRootKey(dir, keyFile(dir)),
    /has no root key; check the path, or restore/,
  )
  assert.equal(await hasRootKey(dir), false)
})

test("a recovery code opens the root key when the key file is gone", async (t) => {
  const dir = await emptyDir(t)
  const made = await initRootKey(dir, keyFile(dir), NEW)
  const code = await addRecoveryWrap(dir, made)
  const second = await addRecoveryWrap(dir, await openRootKey(dir, keyFile(dir)))
  await rm(join(dir, "unlock.key"))
  for (const each of [code, second]) {
    const opened = await openRootKey(dir, { provider: "recovery", code: each })
    assert.deepEqual(opened.rootKey.unwrap(CONTEXT, made.rootKey.wrap(CONTEXT, SECRET)), SECRET)
  }
  const wrong = code.replace(/^./, (first) => (first === "A" ? "B" : "A"))
  await assert.rejects(openRootKey(dir, { provider: "recovery", code: wrong }), /does not open/)
})

test("a wrap whose ids were changed does not open", async (t) => {
  const dir = await emptyDir(t)
  await initRootKey(dir, keyFile(dir), NEW)
  const wrapPath = await onlyWrapPath(dir)
  const good = await readFile(wrapPath, "utf8")
  for (const name of ["rootKeyId", "wrapId"]) {
    const pattern = new RegExp(`("${name}": ")[0-9a-f-]{36}`)
    const changed = good.replace(pattern, "$100000000-0000-4000-8000-000000000000")
    assert.notEqual(changed, good)
    await writeFile(wrapPath, changed)
    await assert.rejects(openRootKey(dir, keyFile(dir)), /does not open the root key/)
  }
})

test("a folder that holds wraps of two root keys is refused", async (t) => {
  const one = await emptyDir(t)
  const two = await emptyDir(t)
  await initRootKey(one, keyFile(one), NEW)
  const foreign = await initRootKey(two, passphrase("a"), NEW)
  await assert.rejects(addRecoveryWrap(one, foreign), /different root keys/)
  const name = "passphrase.json"
  await writeFile(join(one, "root-key", name), await readFile(await onlyWrapPath(two)), {
    mode: 0o600,
  })
  await assert.rejects(openRootKey(one, keyFile(one)), /different root keys/)
})

test("a wrap with any byte changed opens as nothing but the root key itself", async (t) => {
  const dir = await emptyDir(t)
  const made = await initRootKey(dir, keyFile(dir), NEW)
  const wrapPath = await onlyWrapPath(dir)
  const good = await readFile(wrapPath)
  const position = fc.nat({ max: good.length - 1 })
  const changes = fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), async (at, mask) => {
    const changed = Buffer.from(good)
    changed[at] = (changed[at] ?? 0) ^ mask
    await writeFile(wrapPath, changed)
    try {
      const opened = await openRootKey(dir, keyFile(dir))
      assert(opened.secret.equals(made.secret))
    } catch (error) {
      assert.equal(error instanceof Error ? error.name : error, "RootKeyError")
    }
  })
  await fc.assert(changes, { numRuns: 60 })
})

test("data bound to one root key refuse another", async (t) => {
  const one = await emptyDir(t)
  const two = await emptyDir(t)
  const store = createMemoryMetadataStore()
  const clock = fakeClock(0)
  const { rootKey } = await initRootKey(one, keyFile(one), NEW)
  await checkRootKey(store, rootKey, clock)
  await checkRootKey(store, (await openRootKey(one, keyFile(one))).rootKey, clock)
  const other = await initRootKey(two, keyFile(two), NEW)
  await assert.rejects(checkRootKey(store, other.rootKey, clock), {
    name: "RootKeyError",
    message: /not the one under which the data is sealed/,
  })
})
