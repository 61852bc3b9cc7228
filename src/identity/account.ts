import type { Clock } from "../base/clock.ts"
import { randomBytes } from "../base/random.ts"
import { newCommit } from "../storage/commit.ts"
import type { MetadataStore } from "../storage/metadata-store.ts"
import { rowKey } from "../storage/row-keys.ts"

const ACCOUNT_ROW = rowKey("settings", "account")

/** The id of the account that owns everything here: 16 digits, drawn on first use. */
export async function loadAccountId(metadata: MetadataStore, clock: Clock): Promise<string> {
  const [row] = await metadata.get([ACCOUNT_ROW])
  if (row !== undefined) return Buffer.from(row.value).toString("utf8")
  const accountId = newAccountId()
  const writes = [{ key: ACCOUNT_ROW, value: Buffer.from(accountId), expect: "absent" as const }]
  await metadata.commit(newCommit(clock, { guards: [], writes }))
  return await loadAccountId(metadata, clock)
}

function newAccountId(): string {
  const digits = randomBytes(7).readUIntBE(0, 6) % 1e15
  return `1${String(digits).padStart(15, "0")}`
}
