import { httpDate, systemClock } from "../base/clock.ts"
import { ConfigError, readEnvironment, readSecrets } from "../config.ts"
import { openDataDirectoryReadOnly } from "../data-directory.ts"
import { keeperCaller } from "../identity/caller.ts"
import { loadBucket } from "../objects/buckets.ts"
import {
  type ObjectKey,
  type BucketName,
  parseBucketName,
  parseObjectKey,
} from "../objects/names.ts"
import type { ObjectStore } from "../objects/object-store.ts"
import { loadVersion } from "../objects/read.ts"
import type { ObjectVersion } from "../objects/rows/records.ts"
import { CURRENT } from "../objects/rows/version-rows.ts"
import { RuleBroken, type RuleCode } from "../objects/rule-broken.ts"
import { describeStoredForm } from "../objects/stored-form.ts"
import type { SuiteName } from "../sealing/suites.ts"
import { createLog } from "./log.ts"

const BLOBS_SHOWN_MAX = 20

type Line = readonly [name: string, value: string]

const NOT_FOUND: Readonly<Partial<Record<RuleCode, string>>> = {
  BucketNotFound: "there is no such bucket",
  ObjectNotFound: "there is no such object",
  VersionNotFound: "there is no such version",
}

/** `osseal inspect oss://bucket/key`: how an object is stored. Never shows a key's bytes. */
export async function runInspect(
  address: string,
  options: { readonly data: string; readonly unlockKey?: string },
): Promise<void> {
  const { bucketName, objectKey } = parseAddress(address)
  const { unlock } = readSecrets(readEnvironment(), options.unlockKey)
  const surroundings = { region: "cn-hangzhou", clock: systemClock, log: createLog("warn") }
  const data = await openDataDirectoryReadOnly(options.data, unlock, surroundings, {
    besideServer: true,
  })
  try {
    process.stdout.write(formatLines(await describe(data.store, bucketName, objectKey)))
  } catch (error) {
    if (error instanceof RuleBroken) {
      const sentence = NOT_FOUND[error.code] ?? error.code
      throw new Error(`${address}: ${sentence}`, { cause: error })
    }
    throw error
  } finally {
    await data.close()
  }
}

/** Throws ConfigError for anything but oss://bucket/key. */
export function parseAddress(address: string): { bucketName: BucketName; objectKey: ObjectKey } {
  const match = /^oss:\/\/([^/]+)\/(.+)$/s.exec(address)
  const [, bucketName, objectKey] = match ?? []
  if (bucketName === undefined || objectKey === undefined) {
    throw new ConfigError(`an object is named as oss://bucket/key, not as "${address}"`)
  }
  return { bucketName: parseBucketName(bucketName), objectKey: parseObjectKey(objectKey) }
}

async function describe(
  store: ObjectStore,
  bucketName: BucketName,
  objectKey: ObjectKey,
): Promise<Line[]> {
  const bucket = await loadBucket(store, bucketName)
  const caller = keeperCaller(store.clock.nowMs())
  const { record } = await loadVersion(store, { caller, bucket, objectKey }, CURRENT)
  const { wrappedKey, dataKeyId, method, suite } = record.encryption
  return [
    ["bucket", `${bucketName} (instance ${bucket.record.instanceId.toString("hex")})`],
    ["object", objectKey],
    ["version", record.versionId],
    ["type", TYPE_OF_ETAG[record.etag.kind]],
    ["size", `${record.sizeBytes} bytes`],
    ["ETag", record.etag.text],
    ["CRC-64", record.crc64],
    ["last modified", httpDate(record.lastModifiedMs)],
    ["reported encryption", method],
    ["sealed with", `${SUITE_NAMES[suite]} in 16 KiB segments`],
    ["data key", dataKeyId],
    ...(wrappedKey.provider === "service"
      ? [["wrapped by", "the bucket's key"] as const]
      : [
          ["wrapped by", `CMK ${wrappedKey.cmkId}`] as const,
          ["key version", wrappedKey.keyVersionId] as const,
        ]),
    ["wrapped key", `${wrappedKey.wrapped.length} bytes`],
    ...(await describeContent(store, record)),
  ]
}

const TYPE_OF_ETAG = { md5: "Normal", composite: "Multipart", appended: "Appendable" } as const

const SUITE_NAMES: Readonly<Record<SuiteName, string>> = {
  "aes-256-gcm": "AES-256-GCM (Cobblestone-256)",
  "sm4-gcm": "SM4-GCM",
}

async function describeContent(store: ObjectStore, record: ObjectVersion): Promise<Line[]> {
  const { blobs, blobCount } = await describeStoredForm(store, record, BLOBS_SHOWN_MAX)
  const shown = blobs.map(({ blobId, place, sizeBytes, sealedBytes }): Line => {
    return ["blob", `${blobId} in the ${place}, ${sizeBytes} bytes, sealed ${sealedBytes}`]
  })
  const more = blobCount - shown.length
  return [
    ["blobs", String(blobCount)],
    ...shown,
    ...(more > 0 ? [["", `… and ${more} more`] as const] : []),
  ]
}

function formatLines(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(([name]) => name.length)) + 2
  return lines.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join("")
}
