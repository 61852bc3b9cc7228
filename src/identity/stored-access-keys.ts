import type { Clock } from "../base/clock.ts"
import { randomBytes, randomSecret } from "../base/random.ts"
import { commitProposal } from "../storage/commit-loop.ts"
import type { MetadataStore, Row, StoreKey, Write } from "../storage/metadata-store.ts"
import { recordCodec, type RecordCodec } from "../storage/record-codec.ts"
import { asBuffer } from "../base/bytes.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"

/** An access key as stored in its row, under its id. */
export interface AccessKeyRecord {
  readonly accessKeySecret: string
  /** The owner: "root" is the account itself. */
  readonly owner: "root"
  readonly createdMs: number
}

export interface AccessKeyPair {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

export const accessKeyCodec: RecordCodec<AccessKeyRecord> = recordCodec({
  name: "access-key",
  write: ({ accessKeySecret, owner, createdMs }) => ({ accessKeySecret, owner, createdMs }),
  readers: {
    1: ({ accessKeySecret, createdMs }) => ({
      accessKeySecret: accessKeySecret as string,
      owner: "root",
      createdMs: createdMs as number,
    }),
  },
})

/** The form of an access key id; nothing else names an access key. */
const ACCESS_KEY_ID = /^[A-Za-z0-9._-]{1,128}$/

const ACCESS_KEY_ROWS = rowKey("accessKey")

function accessKeyRow(accessKeyId: string): StoreKey {
  return rowKey("accessKey", accessKeyId)
}

interface Parts {
  /** The sealed store: an access key's row contains its secret. */
  readonly metadata: MetadataStore
  readonly clock: Clock
}

export async function findStoredAccessKey(
  metadata: MetadataStore,
  accessKeyId: string,
): Promise<AccessKeyRecord | undefined> {
  if (!ACCESS_KEY_ID.test(accessKeyId)) return undefined
  const [row] = await metadata.get([accessKeyRow(accessKeyId)])
  return row && accessKeyCodec.decode(row.value)
}

/** The id of the root access key; undefined before the first start has created it. */
export async function rootAccessKeyId(metadata: MetadataStore): Promise<string | undefined> {
  const [row] = await rootRows(metadata)
  return row && idOf(row)
}

/** Creates the root access key unless there is one. Returns its id, and its secret if this call created it. */
export async function ensureRootAccessKey(
  parts: Parts,
): Promise<{ readonly accessKeyId: string; readonly madeSecret: string | undefined }> {
  const existing = await rootAccessKeyId(parts.metadata)
  if (existing !== undefined) return { accessKeyId: existing, madeSecret: undefined }
  const { accessKeyId, accessKeySecret } = await replaceRootAccessKey(parts)
  return { accessKeyId, madeSecret: accessKeySecret }
}

/** Creates a new root access key. The previous one can no longer sign. */
export async function replaceRootAccessKey(parts: Parts): Promise<AccessKeyPair> {
  const { result } = await commitProposal(parts, async () => {
    const made = newPair()
    const { accessKeyId, accessKeySecret } = made
    const record: AccessKeyRecord = {
      accessKeySecret,
      owner: "root",
      createdMs: parts.clock.nowMs(),
    }
    const removals = (await rootRows(parts.metadata)).map(({ key, version }): Write => ({
      key,
      value: null,
      expect: version,
    }))
    const key = accessKeyRow(accessKeyId)
    const addition: Write = { key, value: accessKeyCodec.encode(record), expect: "absent" }
    return { writes: [...removals, addition], result: made }
  })
  return result
}

async function rootRows(metadata: MetadataStore): Promise<Row[]> {
  // Only the account has access keys so far.
  return await Array.fromAsync(scanAll(metadata, prefixBounds(ACCESS_KEY_ROWS)))
}

function idOf({ key }: Row): string {
  return asBuffer(key).subarray(ACCESS_KEY_ROWS.length).toString()
}

function newPair(): AccessKeyPair {
  return {
    accessKeyId: `OSSEAL${randomBytes(7).toString("hex").toUpperCase()}`,
    accessKeySecret: randomSecret(24).toString("base64url"),
  }
}
