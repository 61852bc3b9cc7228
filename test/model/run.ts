// One run of the model with a server: the state of both, and how responses are compared with the rules.
import assert from "node:assert/strict"
import { setTimeout as delay } from "node:timers/promises"
import { systemClock } from "../../src/base/clock.ts"
import type { Caller } from "../../src/identity/caller.ts"
import { createBudget, type JobStatus, takeLease } from "../../src/keeper/keeper.ts"
import type { KeyService } from "../../src/kms/key-service.ts"
import { createSurvey } from "../../src/objects/jobs/survey.ts"
import { sweepJob } from "../../src/objects/jobs/sweep.ts"
import { callerOf } from "../kms/key-service-fixture.ts"
import type { TestServer } from "../oss/running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "../oss/signed-client.ts"
import {
  type BucketModel,
  DEFAULT_CMK,
  EMPTY_BUCKET,
  type Encryption,
  NULL_VERSION,
} from "./bucket-model.ts"
import { type Random, seededRandom } from "./random.ts"
import { storedInMemory, storedOnDisk } from "./stored.ts"

/** The features that the server has so far. The model knows all of them. */
export interface Features {
  readonly versioning: boolean
  readonly append: boolean
  /**
   * The ETag of a multipart object is the MD5 of the text of its parts' ETags, as in the service, and not of their
   * bytes.
   */
  readonly multipartEtagOfText: boolean
}

export const FEATURES: Features = {
  versioning: true,
  append: true,
  multipartEtagOfText: true,
}

export type CmkState = "Enabled" | "Disabled" | "PendingDeletion"

export interface World {
  readonly buckets: ReadonlyMap<string, BucketModel>
  readonly cmks: ReadonlyMap<string, CmkState>
}

export interface Run {
  readonly random: Random
  readonly features: Features
  world: World
  /** The id of the default CMK, once a response has named it. */
  defaultCmkId: string | undefined
  send(request: SignedRequest): Promise<SignedAnswer>
  keyService(): KeyService
  owner(): Caller
  /** Another process over the same stored bytes. */
  restart(): Promise<void>
  /** The process dies before it frees the next blob, and must then be restarted. */
  crashBeforeFreeing(): Promise<void>
  /** The keeper's search for what a crash left behind. */
  sweep(): Promise<void>
  stop(): Promise<void>
  /** What the stopped server left of buckets and objects: blobs, and rows in hexadecimal. */
  leftovers(): Promise<string[]>
  /** Removes what the stopped server wrote. */
  remove(): Promise<void>
}

export const BUCKETS = ["model-bucket", "other-bucket"] as const
const CMK_COUNT = 3

/** With more than one gateway the server is on the disk, and each request uses its own connection. */
export async function startRun(seed: number, features: Features, gateways: number): Promise<Run> {
  const stored = gateways > 1 ? await storedOnDisk(gateways) : storedInMemory()
  let server: TestServer = await stored.start()
  const run: Run = {
    random: seededRandom(seed),
    features,
    world: { buckets: new Map(), cmks: new Map() },
    defaultCmkId: undefined,
    send: (request) => sendSigned(server, { ...request, isAlone: gateways > 1 }),
    keyService: () => server.data.keyService,
    owner: () => callerOf({ kind: "account", accountId: server.data.accountId }),
    async restart() {
      await server.stop()
      server = await stored.start()
    },
    async crashBeforeFreeing() {
      // A job or an earlier step may still free data, which would end the process before the next step's own commit.
      while (server.server.jobs().some(isUnderWay)) await delay(1)
      await server.data.store.reclaimer.drained()
      stored.crashBeforeFreeing()
    },
    async sweep() {
      const { store } = server.data
      // The server's own sweep may be in progress. It loses the lease, but the two must not share what searches for them.
      const { metadata, blobs } = store
      const survey = createSurvey({ metadata, blobs, clock: systemClock })
      const lease = await takeLease({ metadata: store.metadata, clock: systemClock })
      const budget = createBudget(lease, new AbortController().signal)
      let cursor: string | undefined
      do
        ({ cursor } = await sweepJob({ ...store, survey }).run(cursor, {
          ...budget,
          isSpent: () => false,
        }))
      while (cursor !== undefined)
    },
    stop: () => server.stop(),
    leftovers: () => stored.leftovers(),
    remove: () => stored.remove(),
  }
  const cmks = new Map<string, CmkState>()
  for (let count = 0; count < CMK_COUNT; count += 1) {
    const { cmkId } = await run.keyService().createCmk(run.owner(), { description: "" })
    cmks.set(cmkId, "Enabled")
  }
  for (const bucketName of BUCKETS) {
    assert.equal((await run.send({ method: "PUT", bucketName })).status, 200)
  }
  const buckets = new Map(BUCKETS.map((bucketName) => [bucketName, EMPTY_BUCKET]))
  run.world = { buckets, cmks }
  return run
}

/** Also true if the job has not run since the start. */
function isUnderWay({ state, endedMs }: JobStatus): boolean {
  return state === "running" || endedMs === undefined
}

export function bucketOf({ world }: Run, bucketName: string): BucketModel {
  return world.buckets.get(bucketName) ?? EMPTY_BUCKET
}

export function setBucket(run: Run, bucketName: string, bucket: BucketModel): void {
  run.world = { ...run.world, buckets: new Map(run.world.buckets).set(bucketName, bucket) }
}

const CODE_OF_STATE: Readonly<Record<CmkState, string[]>> = {
  Enabled: [],
  Disabled: ["KeyDisabled"],
  PendingDeletion: ["KeyPendingDeletion"],
}

/** The codes with which a use of the key is refused; empty when it can be used. */
export function keyRefusals({ world }: Run, encryption: Encryption): string[] {
  if (encryption.method !== "KMS" || encryption.cmkId === DEFAULT_CMK) return []
  return CODE_OF_STATE[world.cmks.get(encryption.cmkId) ?? "Enabled"]
}

/** The code of a response; for one without a code, its status. */
function outcomeOf({ code, status }: SignedAnswer): string {
  return code ?? String(status)
}

/** Whether the request was carried out, as it must be when nothing refuses it. */
export function isCarriedOut(
  answer: SignedAnswer,
  refusals: readonly string[],
  status = 200,
): boolean {
  const outcome = outcomeOf(answer)
  if (refusals.length === 0) {
    assert.equal(outcome, String(status))
    return true
  }
  assert(refusals.includes(outcome), `refused as one of ${refusals.join(", ")}: ${outcome}`)
  return false
}

const HEADER = "x-oss-server-side-encryption"

/** What a request asks for. */
export type EncryptionChoice = Encryption | undefined

export function encryptionHeaders(choice: EncryptionChoice): Record<string, string> {
  if (choice === undefined || choice.method === "none") return {}
  if (choice.method === "AES256" || choice.cmkId === DEFAULT_CMK) return { [HEADER]: choice.method }
  return { [HEADER]: "KMS", [`${HEADER}-key-id`]: choice.cmkId }
}

/** The header takes precedence over the bucket's default, and that over nothing. */
export function plannedEncryption(bucket: BucketModel, choice: EncryptionChoice): Encryption {
  return choice ?? bucket.defaultEncryption ?? { method: "none" }
}

export function checkEncryptionTold(
  run: Run,
  { headers }: SignedAnswer,
  encryption: Encryption,
): void {
  const { method } = encryption
  const told = headers[`${HEADER}-key-id`]
  assert.equal(headers[HEADER], method === "none" ? undefined : method)
  if (encryption.method !== "KMS") {
    assert.equal(told, undefined)
  } else if (encryption.cmkId === DEFAULT_CMK) {
    run.defaultCmkId ??= String(told)
    assert.equal(told, run.defaultCmkId)
  } else {
    assert.equal(told, encryption.cmkId)
  }
}

/** The version that a response names for what was written; new while versioning is enabled. */
export function versionTold(run: Run, bucketName: string, { headers }: SignedAnswer): string {
  const told = headers["x-oss-version-id"]
  const bucket = bucketOf(run, bucketName)
  if (bucket.versioning === "never") {
    assert.equal(told, undefined)
    return NULL_VERSION
  }
  if (bucket.versioning === "suspended") {
    assert.equal(told, NULL_VERSION)
    return NULL_VERSION
  }
  assert(typeof told === "string" && told !== NULL_VERSION && told !== "")
  for (const versions of bucket.versions.values()) {
    assert(!versions.some(({ versionId }) => versionId === told), "a version id is new")
  }
  return told
}
