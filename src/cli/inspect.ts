import { httpDate, systemClock } from "../base/clock.ts"
import { ConfigError, readEnvironment, readSecrets } from "../config.ts"
import { openDataDirectoryReadOnly } from "../data-directory.ts"
import { loadBucket } from "../objects/buckets.ts"
import { readManifest } from "../objects/manifest.ts"
import {
  type ObjectKey,
  type BucketName,
  parseBucketName,
  parseObjectKey,
} from "../objects/names.ts"
import type { ObjectStore } from "../objects/object-store.ts"
import { loadObject } from "../objects/read.ts"
import type { ObjectRecord } from "../objects/records.ts"
import { RuleBroken } from "../objects/rule-broken.ts"
import { BLOB_HEADER_BYTES } from "../sealing/blob-header.ts"
import { sealedSizeBytes } from "../sealing/segments.ts"
import { createLog } from "./log.ts"

const BLOBS_SHOWN_MAX = 20

type Line = readonly [name: string, value: string]

/** `osseal inspect oss://bucket/key`: how an object is stored. Never shows a key's bytes. */
export async function runInspect(
  address: string,
  options: { readonly data: string; readonly unlockKey?: string },
): Promise<void> {
  const { bucketName, objectKey } = parseAddress(address)
  const { unlock } = readSecrets(readEnvironment(), options.unlockKey)
  const surroundings = { region: "cn-hangzhou", clock: systemClock, log: createLog("warn") }
  const data = await openDataDirectoryReadOnly(options.data, unlock, surroundings)
  try {
    process.stdout.write(formatLines(await describe(data.store, bucketName, objectKey)))
  } catch (error) {
    if (error instanceof RuleBroken) throw new Error(`${error.code}: ${address}`, { cause: error })
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
  const record = await loadObject(store, bucket, objectKey)
  const { wrappedKey, dataKeyId, method } = record.encryption
  return [
    ["bucket", `${bucketName} (instance ${bucket.record.instanceId.toString("hex")})`],
    ["object", objectKey],
    ["type", record.type],
    ["size", `${record.sizeBytes} bytes`],
    ["ETag", record.etag],
    ["CRC-64", record.crc64],
    ["last modified", httpDate(record.lastModifiedMs)],
    ["reported encryption", method],
    ["sealed with", "AES-256-GCM in 16 KiB segments (Cobblestone-256)"],
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

const PLACE = { inline: "in the metadata store", blob: "in the blob store" } as const

async function describeContent(
  store: ObjectStore,
  { content, sizeBytes }: ObjectRecord,
): Promise<Line[]> {
  const parts =
    content.kind === "parts"
      ? ((await readManifest(store.metadata, content)) ?? [])
      : [{ content, sizeBytes }]
  const shown = parts.slice(0, BLOBS_SHOWN_MAX).map((part): Line => {
    const sealedBytes = BLOB_HEADER_BYTES + sealedSizeBytes(part.sizeBytes)
    const sizes = `${part.sizeBytes} bytes, sealed ${sealedBytes}`
    return ["blob", `${part.content.blobId} ${PLACE[part.content.kind]}, ${sizes}`]
  })
  const more = parts.length - shown.length
  return [
    ["blobs", String(parts.length)],
    ...shown,
    ...(more > 0 ? [["", `… and ${more} more`] as const] : []),
  ]
}

function formatLines(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(([name]) => name.length)) + 2
  return lines.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join("")
}
