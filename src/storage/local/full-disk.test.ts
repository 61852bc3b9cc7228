// A file system that other programs fill to the last byte or inode: a start, deletions and revocations must succeed.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { createSecretKey } from "node:crypto"
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import pino from "pino"
import { systemClock } from "../../base/clock.ts"
import { rootKeyFromSecret } from "../../sealing/root-key.ts"
import { newCommit } from "../commit.ts"
import { type Commit, type MetadataStore, StoreFull } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { createSealedMetadataStore } from "../sealed-metadata-store.ts"
import { type LocalStore, openLocalStore } from "./local-store.ts"

const log = pino({ level: "silent" })
const ROWS = 800
const rootKey = rootKeyFromSecret(createSecretKey(Buffer.alloc(32, 1)))

const skip =
  process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0
    ? false
    : "mounting a small file system needs root"

/** A file system of 200 MiB that is removed after the test. */
function mountSmall(t: TestContext, options = "size=200m"): string {
  const mounted = mkdtempSync(join(tmpdir(), "osseal-full-"))
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", mounted])
  assert.equal(status, 0, String(stderr))
  t.after(() => {
    spawnSync("umount", ["-l", mounted])
    rmSync(mounted, { recursive: true })
  })
  return mounted
}

/** Takes every remaining byte. */
function fill(mounted: string): void {
  const file = openSync(join(mounted, `filling-${systemClock.nowMs()}`), "a")
  try {
    for (const size of [1024 * 1024, 4096]) {
      const bytes = Buffer.alloc(size, 1)
      try {
        for (;;) if (writeSync(file, bytes) < size) break
      } catch {
        // Full at this size.
      }
    }
  } finally {
    closeSync(file)
  }
  assert.equal(statfsSync(mounted).bavail, 0)
}

function open(directory: string): Promise<LocalStore> {
  return openLocalStore(directory, { clock: systemClock, log })
}

function sealed({ metadata }: LocalStore): MetadataStore {
  return createSealedMetadataStore({ store: metadata, rootKey, clock: systemClock })
}

function writeOf(index: number, value: Buffer | null, isRelease = false): Commit {
  const write = { key: rowKey("settings", `row ${index}`), value, expect: "any" as const }
  return newCommit(systemClock, { guards: [], writes: [write], isRelease })
}

/** A closed store with rows and a complete reserve. */
async function prepare(directory: string): Promise<void> {
  const local = await open(directory)
  const store = sealed(local)
  for (let index = 0; index < ROWS; index += 1) {
    await store.commit(writeOf(index, Buffer.alloc(2000, index)))
  }
  while (piecesOf(directory) < 8) await delay(50)
  await local.close()
}

function piecesOf(directory: string): number {
  try {
    return readdirSync(join(directory, "reserve")).length
  } catch {
    return 0
  }
}

test(
  "on a disk without a free byte a start, a revocation and 800 of 800 deletions go through",
  { skip },
  async (t) => {
    const mounted = mountSmall(t)
    const directory = join(mounted, "data")
    await prepare(directory)
    fill(mounted)
    const local = await open(directory)
    fill(mounted)
    const store = sealed(local)
    await assert.rejects(store.commit(writeOf(0, Buffer.alloc(10))), StoreFull)
    assert.equal((await store.commit(writeOf(0, Buffer.from("revoked"), true))).outcome, "applied")
    for (let index = 1; index < ROWS; index += 1) {
      assert.equal((await store.commit(writeOf(index, null))).outcome, "applied", `row ${index}`)
    }
    await local.close()
    const again = await open(directory)
    const [row] = await sealed(again).get([rowKey("settings", "row 0")])
    assert.equal(Buffer.from(row?.value ?? []).toString(), "revoked")
    await again.close()
  },
)

test(
  "a disk that fills up while the store is open prevents no deletion and no revocation",
  { skip },
  async (t) => {
    const mounted = mountSmall(t)
    const directory = join(mounted, "data")
    await prepare(directory)
    const local = await open(directory)
    const store = sealed(local)
    fill(mounted)
    assert.equal((await store.commit(writeOf(0, Buffer.from("revoked"), true))).outcome, "applied")
    for (let index = 1; index < ROWS; index += 1) {
      assert.equal((await store.commit(writeOf(index, null))).outcome, "applied", `row ${index}`)
    }
    await local.close()
  },
)

test("without a free inode a start and a deletion go through", { skip }, async (t) => {
  const mounted = mountSmall(t, "size=200m,nr_inodes=600")
  const directory = join(mounted, "data")
  await prepare(directory)
  for (let index = 0; statfsSync(mounted).ffree > 0; index += 1) {
    writeFileSync(join(mounted, `inode-${index}`), "")
  }
  const local = await open(directory)
  assert.equal((await sealed(local).commit(writeOf(0, null))).outcome, "applied")
  await local.close()
})
