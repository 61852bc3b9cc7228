import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { createSecretKey } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import pino from "pino"
import { utf8 } from "../../base/bytes.ts"
import { systemClock } from "../../base/clock.ts"
import { randomSecret } from "../../base/random.ts"
import { type RootKey, rootKeyFromSecret } from "../../sealing/root-key.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { BlobStoreReadOnly, newBlobId } from "../blob-store.ts"
import { newCommit } from "../commit.ts"
import { type MetadataStore, StoreReadOnly, type Tally, type Write } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { createSealedMetadataStore } from "../sealed-metadata-store.ts"
import { type LocalStore, openLocalStore, openLocalStoreReadOnly } from "./local-store.ts"

const log = pino({ level: "silent" })
const open = (directory: string): Promise<LocalStore> =>
  openLocalStore(directory, { clock: systemClock, log })

async function inDirectory(prove: (directory: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), "osseal-local-"))
  try {
    await prove(join(parent, "data"))
  } finally {
    rmSync(parent, { recursive: true })
  }
}

async function put(
  store: MetadataStore,
  rows: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const writes = Object.entries(rows).map(([name, value]) => ({
    key: rowKey("settings", name),
    value,
    expect: "any" as const,
  }))
  const result = await store.commit(newCommit(systemClock, { guards: [], writes }))
  assert.equal(result.outcome, "applied")
}

async function valueAt(store: MetadataStore, name: string): Promise<Uint8Array | undefined> {
  const [row] = await store.get([rowKey("settings", name)])
  return row?.value
}

function newRootKey(): RootKey {
  return rootKeyFromSecret(createSecretKey(randomSecret(32)))
}

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
}

test("committed rows are there after closing and opening again", () =>
  inDirectory(async (directory) => {
    const blobId = newBlobId(systemClock.nowMs())
    const first = await open(directory)
    await put(first.metadata, { short: utf8("one"), long: Buffer.alloc(9000, 7) })
    const writer = await first.blobs.create(blobId)
    await writer.write([utf8("blob")])
    await writer.commit()
    await first.close()

    const second = await open(directory)
    assert.deepEqual(await valueAt(second.metadata, "short"), utf8("one"))
    assert.deepEqual(await valueAt(second.metadata, "long"), Buffer.alloc(9000, 7))
    assert.deepEqual(await Array.fromAsync(second.blobs.list()), [blobId])
    await second.close()
  }))

test("a commit applied before closing is still recognized when it is sent again", () =>
  inDirectory(async (directory) => {
    const writes = [{ key: rowKey("settings", "row"), value: utf8("x"), expect: "absent" as const }]
    const commit = newCommit(systemClock, { guards: [], writes })
    for (const displaced of [[], "unknown"]) {
      const local = await open(directory)
      assert.deepEqual(await local.metadata.commit(commit), { outcome: "applied", displaced })
      await local.close()
    }
  }))

test("tallies survive closing and opening again, and are taken back then", () =>
  inDirectory(async (directory) => {
    const write = (name: string, value: Uint8Array | null, tally?: Tally): Write => {
      const plain = { key: rowKey("settings", name), value, expect: "any" as const }
      return tally === undefined ? plain : { ...plain, tally }
    }
    const group = utf8("group")
    const commits = [
      [write("one", utf8("x"), { group, bytes: 10 }), write("two", utf8("x"), { group, bytes: 5 })],
      [write("one", null)],
      [write("two", utf8("y"), { group: utf8("other"), bytes: 1 })],
    ]
    const expected = [
      [{ group, rows: 2, bytes: 15 }],
      [{ group, rows: 1, bytes: 5 }],
      [{ group: utf8("other"), rows: 1, bytes: 1 }],
    ]
    for (const [index, writes] of commits.entries()) {
      const local = await open(directory)
      await local.metadata.commit(newCommit(systemClock, { guards: [], writes }))
      await local.close()
      const reading = openLocalStoreReadOnly(directory, { log, besideServer: true })
      assert.deepEqual(await reading.metadata.tallies(Buffer.alloc(0)), expected[index])
      await reading.close()
    }
    const database = new DatabaseSync(join(directory, "metadata.sqlite"))
    // Groups without rows leave nothing behind.
    assert.equal(database.prepare("SELECT count(*) AS left FROM groups").get()?.["left"], 1)
    database.close()
  }))

test("commits that wait when the store is closed are applied, and later ones are refused", () =>
  inDirectory(async (directory) => {
    const local = await open(directory)
    const waiting = put(local.metadata, { row: utf8("x") })
    // After one turn of the microtask queue the commit waits.
    await Promise.resolve()
    const closed = local.close()
    await waiting
    await closed
    await assert.rejects(put(local.metadata, { row: utf8("y") }), StoreReadOnly)
  }))

test("only the owner can enter the directory and read its files", () =>
  inDirectory(async (directory) => {
    const local = await open(directory)
    await put(local.metadata, { row: utf8("x") })
    const writer = await local.blobs.create(newBlobId(systemClock.nowMs()))
    await writer.commit()
    assert.equal(statSync(directory).mode & 0o777, 0o700)
    const files = filesBelow(directory)
    assert.ok(files.some((path) => path.endsWith("-wal")))
    for (const path of files) assert.equal(statSync(path).mode & 0o777, 0o600, path)
    await local.close()
  }))

test("a directory is open only once, even in one process, and free again when it is closed", () =>
  inDirectory(async (directory) => {
    const local = await open(directory)
    await assert.rejects(open(directory), {
      name: "DirectoryInUse",
      message: `${directory} is in use by process ${process.pid} (osseal server); stop it first, or name another directory`,
    })
    await put(local.metadata, { row: utf8("still works") })
    await local.close()
    await (await open(directory)).close()
  }))

test("a read-only store beside an open one sees its commits and refuses every write", () =>
  inDirectory(async (directory) => {
    const local = await open(directory)
    const reading = openLocalStoreReadOnly(directory, { log, besideServer: true })
    const blobId = newBlobId(systemClock.nowMs())
    const writer = await local.blobs.create(blobId)
    await writer.commit()
    await put(local.metadata, { row: utf8("x") })
    assert.deepEqual(await valueAt(reading.metadata, "row"), utf8("x"))
    await assert.rejects(put(reading.metadata, { row: utf8("y") }), StoreReadOnly)
    await assert.rejects(reading.blobs.create(newBlobId(0)), BlobStoreReadOnly)
    await assert.rejects(reading.blobs.delete(blobId), BlobStoreReadOnly)
    assert.deepEqual(await Array.fromAsync(reading.blobs.list()), [blobId])
    await reading.close()
    await local.close()
  }))

test("a database of another format is refused and left unchanged", () =>
  inDirectory(async (directory) => {
    await (await open(directory)).close()
    const path = join(directory, "metadata.sqlite")
    const database = new DatabaseSync(path)
    database.exec("PRAGMA user_version = 3")
    database.close()
    const before = readFileSync(path)
    await assert.rejects(open(directory), /has format 3/)
    assert.deepEqual(readFileSync(path), before)
  }))

test("a file that is not a database is refused, and the directory is free again", () =>
  inDirectory(async (directory) => {
    await (await open(directory)).close()
    const path = join(directory, "metadata.sqlite")
    writeFileSync(path, "x".repeat(5000))
    await assert.rejects(open(directory), { code: "ERR_SQLITE_ERROR" })
    rmSync(path)
    rmSync(join(directory, "store.json"))
    await (await open(directory)).close()
  }))

test("a sealed value moved to another row does not open", () =>
  inDirectory(async (directory) => {
    const rootKey = newRootKey()
    const local = await open(directory)
    const sealed = createSealedMetadataStore({ store: local.metadata, rootKey, clock: systemClock })
    await put(sealed, { mine: utf8("mine"), other: utf8("other") })
    await local.close()

    const database = new DatabaseSync(join(directory, "metadata.sqlite"))
    const move = "UPDATE rows SET value = (SELECT value FROM rows WHERE key = ?) WHERE key = ?"
    database.prepare(move).run(rowKey("settings", "other"), rowKey("settings", "mine"))
    database.close()

    const again = await open(directory)
    const store = createSealedMetadataStore({ store: again.metadata, rootKey, clock: systemClock })
    await assert.rejects(valueAt(store, "mine"), SealBroken)
    assert.deepEqual(await valueAt(store, "other"), utf8("other"))
    await again.close()
  }))

test("with sealing, no file of the directory shows a value", () =>
  inDirectory(async (directory) => {
    const canary = "a canary that sings when it is read"
    const local = await open(directory)
    const rootKey = newRootKey()
    const sealed = createSealedMetadataStore({ store: local.metadata, rootKey, clock: systemClock })
    await put(sealed, { canaryRow: utf8(canary), long: Buffer.alloc(9000, canary) })
    // Another process copies the files: closing them in this one would drop the locks of the open database.
    const copy = `${directory}-copy`
    execFileSync("cp", ["-r", directory, copy])
    await local.close()
    for (const each of [copy, directory]) {
      const contents = filesBelow(each).map((path) => readFileSync(path))
      assert.ok(contents.some((bytes) => bytes.includes("canaryRow")))
      assert.ok(contents.every((bytes) => !bytes.includes(canary)))
    }
  }))
