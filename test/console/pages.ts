// Every page of the console, and something to see on each.
import type { TestServer } from "../oss/running-server.ts"
import { aliOss, TEST_ACCESS_KEY } from "../oss/running-server.ts"
import { createKmsClient } from "../../src/cli/kms-client.ts"

export const SAMPLE_BUCKET = "records"
export const SAMPLE_OBJECT = "reports/annual report.txt"

export interface SampleKeys {
  readonly papers: string
  readonly backups: string
  readonly archive: string
}

/** Three keys in three states, two buckets, and objects under every kind of encryption. */
export async function fillServer(server: TestServer): Promise<SampleKeys> {
  const kms = createKmsClient(server.kmsEndpoint, TEST_ACCESS_KEY)
  const create = async (alias: string, description: string): Promise<string> => {
    const made = await kms.call("CreateKey", { Description: description })
    const { KeyId } = made["KeyMetadata"] as { KeyId: string }
    await kms.call("CreateAlias", { AliasName: `alias/${alias}`, KeyId })
    return KeyId
  }
  const papers = await create("papers", "Contracts and reports of the legal department")
  const backups = await create("backups", "Nightly copies")
  const archive = await create("old-archive", "")
  const client = aliOss(server)
  await client.putBucket(SAMPLE_BUCKET)
  await client.putBucket("scratch")
  const put = async (objectKey: string, headers: Record<string, string>): Promise<void> => {
    client.useBucket(SAMPLE_BUCKET)
    await client.put(objectKey, Buffer.from(`${objectKey}\n`.repeat(40)), {
      headers: { "Content-Type": "text/plain", ...headers },
    })
  }
  const underKms = (cmkId: string): Record<string, string> => ({
    "x-oss-server-side-encryption": "KMS",
    "x-oss-server-side-encryption-key-id": cmkId,
  })
  await put(SAMPLE_OBJECT, underKms(papers))
  await put("readme.txt", {})
  await put("notes.txt", { "x-oss-server-side-encryption": "AES256" })
  await put("nightly.tar", underKms(backups))
  await put("default.txt", { "x-oss-server-side-encryption": "KMS" })
  client.useBucket(SAMPLE_BUCKET)
  await client.initMultipartUpload("large.iso", { headers: underKms(papers) })
  await kms.call("Encrypt", { KeyId: papers, Plaintext: "aGVsbG8=" })
  await kms.call("DisableKey", { KeyId: backups })
  await kms.call("ScheduleKeyDeletion", { KeyId: archive, PendingWindowInDays: "7" })
  return { papers, backups, archive }
}

/** The address of every page by its name. */
export function pagePaths(keys: SampleKeys): Readonly<Record<string, string>> {
  const object = `name=${encodeURIComponent(SAMPLE_OBJECT)}`
  return {
    overview: "/",
    keys: "/keys",
    key: `/keys/${keys.papers}`,
    "key-pending-deletion": `/keys/${keys.archive}`,
    "try-it": "/try-it",
    buckets: "/buckets",
    objects: `/buckets/${SAMPLE_BUCKET}`,
    object: `/buckets/${SAMPLE_BUCKET}/object?${object}`,
    stored: `/buckets/${SAMPLE_BUCKET}/stored?${object}`,
    "bucket-settings": `/buckets/${SAMPLE_BUCKET}/settings`,
    uploads: `/buckets/${SAMPLE_BUCKET}/uploads`,
    "empty-bucket": "/buckets/scratch",
    "root-of-trust": "/root-of-trust",
    activity: "/activity",
    activation: "/activation",
    "no-such-page": "/no-such-page",
  }
}
