// Every operation is overtaken by every other one, before each of its first commits and reads. Whatever two gateways do
// to one name, nothing acknowledged is lost, nothing is torn, and nothing is left behind.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { describe, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import {
  type Acknowledged,
  type Bytes,
  EXCLUDED_AFTER,
  mayUndo,
  type Operation,
  OPERATIONS,
  RACED,
  type World,
} from "../../test/objects/race-operations.ts"
import { allVersions, assertNothingLeft, assertTallies } from "../../test/objects/soundness.ts"
import {
  anotherKeyService,
  anotherStore,
  ATTRIBUTES,
  BUCKET,
  incomingOf,
  loseRow,
  openBucket,
  openStore,
  overtakingCommit,
  overtakingRead,
  OWNER,
  put,
  readBytes,
  type StoreFixture,
  STRANGER,
  sweep,
  targetOf,
} from "../../test/objects/store-fixture.ts"
import { newCommit } from "../storage/commit.ts"
import type { Commit } from "../storage/metadata-store.ts"
import { appendObject } from "./append.ts"
import { findBucket, loadBucket, setVersioning } from "./buckets.ts"
import { uploadRow } from "./rows/keyspace.ts"
import type { EncryptionChoice, ObjectVersion, Versioning } from "./rows/records.ts"
import { RuleBroken } from "./rule-broken.ts"
import { initiateUpload, loadUpload, uploadPart, uploadWrite } from "./uploads.ts"
import { KEEPER } from "../../test/kms/key-service-fixture.ts"

const PART_BYTES = 102_400
const BASE = randomBytes(300)
/** The fewest pieces that the keeper joins. */
const APPENDS_TO_JOIN = 8
const PARTS = [randomBytes(PART_BYTES), randomBytes(500)]
const SIDES: Readonly<Record<"first" | "second", Bytes>> = {
  first: { small: randomBytes(900), large: randomBytes(PART_BYTES), appended: randomBytes(20_000) },
  second: { small: randomBytes(90), large: randomBytes(PART_BYTES + 1), appended: randomBytes(70) },
}

/** All contents that a version may legitimately have. */
const LEGITIMATE: ReadonlySet<string> = new Set(
  [
    BASE,
    Buffer.concat(PARTS),
    ...Object.values(SIDES).flatMap(({ small, large, appended }) => [
      small,
      large,
      appended,
      Buffer.concat([BASE, appended]),
    ]),
  ].map((bytes) => bytes.toString("latin1")),
)

interface Race {
  readonly versioning: Versioning
  readonly operations: readonly [Operation, Operation]
}

function involves({ operations }: Race, ...effects: readonly Operation["effect"][]): boolean {
  return operations.some(({ effect }) => effects.includes(effect))
}

/** A bucket in the state that both operations need. */
async function prepare(fixture: StoreFixture, race: Race): Promise<World> {
  const { store, keyService } = fixture
  const { cmkId } = await keyService.createCmk(KEEPER, { description: "" })
  const encryption: EncryptionChoice = involves(race, "cmk")
    ? { method: "KMS", cmk: cmkId, suite: "aes-256-gcm" }
    : { method: "AES256" }
  const { versioning } = race
  await openBucket(store, versioning === "never" ? "never" : "enabled")
  const hasObject = !involves(race, "bucketGone") || involves(race, "remove", "objectAcl")
  const base = hasObject ? await putBase(store, race, encryption) : undefined
  if (versioning === "suspended") {
    await setVersioning(store, (await targetOf(store, RACED)).bucket, "suspended")
  }
  const hasUpload = !involves(race, "bucketGone") || involves(race, "part", "complete", "abort")
  const upload = hasUpload ? await openUpload(fixture, encryption) : undefined
  if (involves(race, "none")) await leaveLeftovers(fixture)
  await store.reclaimer.drained()
  return {
    versioning,
    caller: involves(race, "bucketAcl") ? STRANGER : OWNER,
    encryption,
    keyService,
    cmkId,
    uploadId: upload?.uploadId ?? "0".repeat(32),
    partEtags: upload?.partEtags ?? [],
    position: base?.sizeBytes ?? 0,
    doomed: base === undefined ? undefined : { versionId: base.versionId, etag: base.etag.text },
  }
}

type Store = StoreFixture["store"]

async function putBase(
  store: Store,
  race: Race,
  encryption: EncryptionChoice,
): Promise<ObjectVersion> {
  const target = await targetOf(store, RACED)
  if (!involves(race, "append", "join")) return await put(store, target, BASE, { encryption })
  const count = involves(race, "join") ? APPENDS_TO_JOIN : 1
  const piece = { attributes: ATTRIBUTES, encryption }
  const sizeBytes = Math.ceil(BASE.length / count)
  for (let position = 0; ; position += sizeBytes) {
    const incoming = incomingOf(BASE.subarray(position, position + sizeBytes))
    const record = await appendObject(store, target, { ...piece, position, incoming })
    if (record.sizeBytes === BASE.length) return record
  }
}

async function openUpload(
  { store }: StoreFixture,
  encryption: EncryptionChoice,
): Promise<{ uploadId: string; partEtags: string[] }> {
  const target = await targetOf(store, RACED)
  const input = {
    attributes: ATTRIBUTES,
    partOrder: "any" as const,
    encryption,
    forbidOverwrite: false,
  }
  const { uploadId } = await initiateUpload(store, target, input)
  const partEtags: string[] = []
  for (const [index, bytes] of PARTS.entries()) {
    const upload = await loadUpload(store, target, uploadId)
    partEtags.push((await uploadPart(store, upload, index + 1, incomingOf(bytes))).etag)
  }
  return { uploadId, partEtags }
}

/** What a crash left for the sweep: a mark of a gateway that is gone, and parts of an ended upload. */
async function leaveLeftovers(fixture: StoreFixture): Promise<void> {
  const { store, clock } = fixture
  const bucket = await findBucket(store, BUCKET)
  if (bucket === undefined) return
  const ended = await openUpload(fixture, { method: "AES256" })
  await loseRow(fixture, uploadRow(bucket.record.instanceId, RACED, ended.uploadId))
  const { uploadId } = await openUpload(fixture, { method: "AES256" })
  const upload = await loadUpload(store, await targetOf(store, RACED), uploadId)
  const state = { kind: "completing", gatewayId: "gone" } as const
  const record = { ...upload.record, state }
  const writes = [uploadWrite(upload, uploadId, record, upload.version)]
  await store.metadata.commit(newCommit(clock, { guards: [], writes }))
}

type Outcome = Acknowledged | RuleBroken

async function outcomeOf(running: Promise<Acknowledged>): Promise<Outcome> {
  try {
    return await running
  } catch (error) {
    assert.ok(error instanceof RuleBroken, `${String(error)} is an error of the rules`)
    return error
  }
}

/** Whether a commit is the reclaimer's, after an operation, and not part of the operation itself. */
function isFreeing({ guards, writes }: Commit): boolean {
  return guards.length === 0 && writes.every(({ value }) => value === null)
}

/** Where the second operation comes in: before this commit or read of the first. */
interface Moment {
  readonly call: "commit" | "read"
  readonly nth: number
}

/** Runs all of `second` at a moment of `first`. Returns false when `first` has no such moment. */
async function run(race: Race, { call, nth }: Moment): Promise<boolean> {
  const fixture = openStore()
  const [first, second] = race.operations
  const world = await prepare(fixture, race)
  const others = anotherStore(fixture)
  let running: Promise<Outcome> | undefined
  let order: Order = call === "commit" ? "second, first" : "any"
  const intrude = async (): Promise<void> => {
    running = outcomeOf(second.run(others, world, SIDES.second))
    // An operation that meets a mark waits until the one that set it has decided.
    const isMarked = nth > 1 && ["complete", "bucketGone"].includes(first.effect)
    const waits = isMarked ? delay(12).then(() => true) : new Promise<boolean>(() => undefined)
    if (await Promise.race([running.then(() => false), waits])) order = "any"
  }
  const intrudeOnCommit = async (commit: Commit): Promise<void> => {
    if (!["none", "join"].includes(first.effect) && isFreeing(commit)) order = "first, second"
    await intrude()
  }
  const around =
    call === "commit" ? overtakingCommit(intrudeOnCommit, nth) : overtakingRead(intrude, nth)
  // Operations of the key service are overtaken there.
  const isOfKeyService = first.effect === "cmk"
  const slow = isOfKeyService ? fixture.store : anotherStore(fixture, around)
  const slowWorld = isOfKeyService
    ? { ...world, keyService: anotherKeyService(fixture, around) }
    : world
  const firstDone = await outcomeOf(first.run(slow, slowWorld, SIDES.first))
  await slow.reclaimer.drained()
  const secondDone = await running
  await others.reclaimer.drained()
  if (secondDone === undefined) return false
  if (involves(race, "cmk")) await fixture.keyService.enableCmk(KEEPER, world.cmkId)
  const done = [
    { operation: first, outcome: firstDone },
    { operation: second, outcome: secondDone },
  ] as const
  await assertKept(fixture.store, done, order)
  await assertSound(fixture)
  return true
}

type Order = "first, second" | "second, first" | "any"

interface Done {
  readonly operation: Operation
  readonly outcome: Outcome
}

/** An acknowledged effect may be missing only if a later operation may have undone it. */
async function assertKept(
  store: Store,
  [first, second]: readonly [Done, Done],
  order: Order,
): Promise<void> {
  const done = order === "first, second" ? [first, second] : [second, first]
  const acknowledged = done.flatMap(({ operation, outcome }) =>
    outcome instanceof RuleBroken ? [] : [{ operation, outcome }],
  )
  for (const [index, { operation, outcome }] of acknowledged.entries()) {
    const later = acknowledged.filter((_each, at) => (order === "any" ? at !== index : at > index))
    for (const each of order === "any" ? [] : later) {
      const isExcluded = EXCLUDED_AFTER[operation.effect]?.includes(each.operation.effect)
      assert.notEqual(isExcluded, true, "this cannot have been acknowledged any more")
    }
    if (later.some((each) => mayUndo(each.operation, each.outcome, operation, outcome))) continue
    assert.ok(await outcome.stands(store), `an acknowledged ${operation.effect} is lost`)
  }
}

async function assertSound(fixture: StoreFixture): Promise<void> {
  const { store } = fixture
  await sweep(store)
  await sweep(store)
  await assertNothingLeft(store)
  if ((await findBucket(store, BUCKET)) === undefined) return
  const bucket = await loadBucket(store, BUCKET)
  await assertTallies(store, bucket)
  const target = await targetOf(store, RACED)
  for (const { record } of await allVersions(store, bucket)) {
    if (record.kind === "marker") continue
    const { versionId } = record
    const bytes = await readBytes(store, target, { kind: "version", versionId })
    assert.ok(LEGITIMATE.has(bytes.toString("latin1")), "these bytes are nobody's")
  }
}

/** At the first read nothing is known yet, so an operation before it simply comes first. */
const MOMENTS = { commit: [1, 2, 3], read: [2, 3, 4, 5, 6, 7, 8, 9, 10] } as const

async function runAtEveryMoment(race: Race): Promise<void> {
  for (const call of ["commit", "read"] as const) {
    for (const nth of MOMENTS[call]) {
      try {
        if (!(await run(race, { call, nth }))) break
      } catch (error) {
        throw new Error(`in front of ${call} ${nth}`, { cause: error })
      }
    }
  }
}

for (const versioning of ["never", "enabled", "suspended"] as const) {
  describe(`in a bucket whose versions are ${versioning}`, () => {
    for (const [firstName, first] of Object.entries(OPERATIONS)) {
      for (const [secondName, second] of Object.entries(OPERATIONS)) {
        test(`"${secondName}" comes between the steps of "${firstName}"`, async () => {
          await runAtEveryMoment({ versioning, operations: [first, second] })
        })
      }
    }
  })
}
