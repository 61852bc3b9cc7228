// Random requests against a model of versions. After each request, listings, counts and reads match the model, and the
// store verifies. After everything is deleted, nothing is left.
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { verifyStore } from "../../src/objects/verify.ts"
import { childrenOf, readXml, textOf as textIn } from "../../src/oss/xml-read.ts"
import { prefixBounds, ROW_FAMILY, type RowFamily, rowKey } from "../../src/storage/row-keys.ts"
import { scanAll } from "../../src/storage/scan-all.ts"
import { type BucketClient, makeBucket, textOf, versionIdOf } from "./bucket-client.ts"
import { startLocalServer, startMemoryServer, type TestServer } from "./running-server.ts"

const ENGINES = { memory: startMemoryServer, local: startLocalServer } as const
const BUCKET = "model-bucket"
const NAMES = ["a", "a/b", "a b"]
const HEADER = "x-oss-server-side-encryption"
const ENCRYPTIONS = [{}, { [HEADER]: "AES256" }, { [HEADER]: "KMS" }, { [HEADER]: "SM4" }]
const FAMILIES: readonly RowFamily[] = [
  "current",
  "version",
  "marker",
  "nullVersion",
  "inline",
  "content",
  "manifest",
  "blob",
  "upload",
  "part",
]

interface ModelVersion {
  readonly id: string
  readonly kind: "put" | "appended" | "marker"
  body: string
}

interface Model {
  versioning: "never" | "Enabled" | "Suspended"
  /** For each name, newest first. */
  readonly versions: Map<string, ModelVersion[]>
}

interface Step {
  readonly action:
    "put" | "upload" | "append" | "copy" | "delete" | "deleteVersion" | "Enabled" | "Suspended"
  readonly name: string
  /** Chooses sizes, encryptions and versions. */
  readonly choice: number
}

const step: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom<Step["action"]>(
    ...(["put", "put", "upload", "append", "append", "copy", "delete", "deleteVersion"] as const),
    ...(["deleteVersion", "Enabled", "Suspended"] as const),
  ),
  name: fc.constantFrom(...NAMES),
  choice: fc.nat(1000),
})

function versionsOf({ versions }: Model, name: string): ModelVersion[] {
  const found = versions.get(name) ?? []
  versions.set(name, found)
  return found
}

/** A new newest version; unless versioning is Enabled it replaces the null version. */
function push(model: Model, name: string, version: ModelVersion): void {
  const versions = versionsOf(model, name)
  if (model.versioning !== "Enabled") removeById(versions, "null")
  versions.unshift(version)
}

function removeById(versions: ModelVersion[], id: string): void {
  const index = versions.findIndex((each) => each.id === id)
  if (index >= 0) versions.splice(index, 1)
}

function bodyOf(choice: number): string {
  const size = [0, 1, 3000, 70_000][choice % 4] ?? 0
  return String.fromCodePoint(97 + (choice % 26)).repeat(size)
}

interface World {
  readonly bucket: BucketClient
  readonly model: Model
}

/** The id in the response; "null" where versions were never kept, because no id is returned then. */
function idOf({ model }: World, answer: Parameters<typeof versionIdOf>[0]): string {
  if (model.versioning !== "never") return versionIdOf(answer)
  assert.equal(answer.headers["x-oss-version-id"], undefined)
  return "null"
}

const ACTIONS: Record<Step["action"], (world: World, step: Step) => Promise<void>> = {
  async put(world, { name, choice }) {
    const body = bodyOf(choice)
    const answer = await world.bucket.put(name, body, ENCRYPTIONS[choice % 3])
    push(world.model, name, { id: idOf(world, answer), kind: "put", body })
  },
  async upload(world, { name, choice }) {
    const parts = [bodyOf(choice).padEnd(102_400, "p"), bodyOf(choice + 1)]
    const answers = await world.bucket.upload(name, parts, ENCRYPTIONS[choice % 4])
    const id = idOf(world, answers.at(-1) ?? assert.fail())
    push(world.model, name, { id, kind: "put", body: parts.join("") })
  },
  async append(world, { name, choice }) {
    const [top] = versionsOf(world.model, name)
    const isNew = top === undefined || top.kind === "marker"
    const position = String(isNew ? 0 : top.body.length)
    const body = bodyOf(choice)
    const query = { append: "", position }
    const answer = await world.bucket.send({ method: "POST", objectKey: name, query, body })
    if (top?.kind === "put") {
      assert.equal(answer.code, "ObjectNotAppendable")
      return
    }
    assert.equal(answer.status, 200, answer.body.toString())
    const id = idOf(world, answer)
    if (isNew) push(world.model, name, { id, kind: "appended", body })
    else {
      assert.equal(id, top.id)
      top.body += body
    }
  },
  async copy(world, { name, choice }) {
    const source = NAMES[choice % NAMES.length] ?? ""
    const versions = versionsOf(world.model, source)
    const version = versions[choice % Math.max(versions.length, 1)]
    if (version === undefined || version.kind === "marker") return
    const path = `/${BUCKET}/${encodeURIComponent(source)}?versionId=${version.id}`
    const headers = { "x-oss-copy-source": path, ...ENCRYPTIONS[choice % 4] }
    const answer = await world.bucket.put(name, "", headers)
    push(world.model, name, { id: idOf(world, answer), kind: "put", body: version.body })
  },
  async delete(world, { name }) {
    const answer = await world.bucket.send({ method: "DELETE", objectKey: name })
    assert.equal(answer.status, 204)
    if (world.model.versioning === "never") world.model.versions.set(name, [])
    else push(world.model, name, { id: versionIdOf(answer), kind: "marker", body: "" })
  },
  async deleteVersion(world, { name, choice }) {
    const versions = versionsOf(world.model, name)
    const versionId = versions[choice % (versions.length + 1)]?.id ?? "null"
    const query = { versionId }
    const answer = await world.bucket.send({ method: "DELETE", objectKey: name, query })
    assert.equal(answer.status, 204)
    removeById(versions, versionId)
  },
  async Enabled({ bucket, model }) {
    await bucket.setVersioning("Enabled")
    model.versioning = "Enabled"
  },
  async Suspended({ bucket, model }) {
    await bucket.setVersioning("Suspended")
    model.versioning = "Suspended"
  },
}

async function listed(bucket: BucketClient): Promise<Map<string, string[]>> {
  const { body } = await bucket.send({ method: "GET", query: { versions: "" } })
  const root = readXml(body, "ListVersionsResult")
  const found = new Map<string, string[]>()
  for (const element of ["Version", "DeleteMarker"] as const) {
    for (const each of childrenOf(root, element)) {
      const name = textIn(each, "Key") ?? ""
      const isLatest = textIn(each, "IsLatest") === "true" ? " latest" : ""
      const line = `${textIn(each, "VersionId")} ${textIn(each, "Size") ?? "marker"}${isLatest}`
      found.set(name, [...(found.get(name) ?? []), line])
    }
  }
  return new Map([...found].map(([name, lines]) => [name, lines.toSorted()]))
}

function expectedList({ versions }: Model): Map<string, string[]> {
  const lines = (each: ModelVersion, index: number): string =>
    `${each.id} ${each.kind === "marker" ? "marker" : each.body.length}${index === 0 ? " latest" : ""}`
  return new Map(
    [...versions]
      .filter(([, ofName]) => ofName.length > 0)
      .map(([name, ofName]) => [name, ofName.map(lines).toSorted()]),
  )
}

async function checkCounts({ bucket, model }: World): Promise<void> {
  const all = [...model.versions.values()].flat()
  const objects = all.filter(({ kind }) => kind !== "marker")
  const stat = await bucket.send({ method: "GET", query: { stat: "" } })
  const bytes = objects.reduce((sum, { body }) => sum + body.length, 0)
  assert.deepEqual(
    ["ObjectCount", "Storage", "DeleteMarkerCount"].map((name) => Number(textOf(stat, name))),
    [objects.length, bytes, all.length - objects.length],
  )
}

async function checkBytes({ bucket, model }: World): Promise<void> {
  for (const [name, versions] of model.versions) {
    for (const [index, { id, kind, body }] of versions.entries()) {
      const got = await bucket.get(name, { versionId: id })
      if (kind === "marker") assert.equal(got.code, "MethodNotAllowed")
      else assert.equal(got.body.toString(), body)
      if (index > 0) continue
      const newest = await bucket.get(name)
      if (kind === "marker") assert.equal(newest.code, "NoSuchKey")
      else assert.equal(newest.body.toString(), body)
    }
  }
}

async function leftRows(server: TestServer): Promise<string[]> {
  assert.equal(await server.data.store.reclaimer.drained(), true)
  const left: string[] = []
  for (const family of FAMILIES) {
    const bounds = prefixBounds(rowKey(family))
    assert.equal(bounds.from[0], ROW_FAMILY[family])
    for await (const row of scanAll(server.data.store.metadata, bounds)) {
      left.push(`${family} ${Buffer.from(row.key).toString("hex")}`)
    }
  }
  return left
}

for (const [engine, start] of Object.entries(ENGINES)) {
  test(`versions match a model on the ${engine} engine, and nothing is left behind`, async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const server = await start()
      try {
        await run(server, steps)
      } finally {
        await server.stop()
      }
    })
    await fc.assert(property, { numRuns: engine === "memory" ? 40 : 10 })
  })
}

async function run(server: TestServer, steps: readonly Step[]): Promise<void> {
  const bucket = await makeBucket(server, BUCKET)
  const world: World = { bucket, model: { versioning: "never", versions: new Map() } }
  for (const each of steps) {
    await ACTIONS[each.action](world, each)
    assert.deepEqual(await listed(bucket), expectedList(world.model))
    await checkCounts(world)
  }
  await checkBytes(world)
  assert.equal(await server.data.store.reclaimer.drained(), true)
  const findings: string[] = []
  const { leftovers } = await verifyStore(server.data.store, {
    finding: ({ what, reason }) => findings.push(`${what}: ${reason}`),
    progress: () => undefined,
  })
  assert.deepEqual({ findings, leftovers }, { findings: [], leftovers: 0 })
  for (const [objectKey, versions] of world.model.versions) {
    for (const { id: versionId } of versions) {
      await bucket.send({ method: "DELETE", objectKey, query: { versionId } })
    }
  }
  assert.equal(await bucket.codeOf({ method: "DELETE" }), "204")
  assert.deepEqual(await leftRows(server), [])
}
