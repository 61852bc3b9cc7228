import { createHash } from "node:crypto"
import { asBuffer, lengthPrefixed } from "../base/bytes.ts"
import type { Clock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import { CommitContended, commitProposal } from "../storage/commit-loop.ts"
import {
  type MetadataStore,
  OutcomeUnknown,
  type Row,
  type StoreKey,
  StoreFull,
  StoreReadOnly,
  type Write,
} from "../storage/metadata-store.ts"
import { type RecordCodec, recordCodec } from "../storage/record-codec.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"
import type { AccessKey, AccessKeys } from "./access-keys.ts"

export const SESSION_MS: number = 12 * 60 * 60_000

/** How long a proof of possession counts as fresh. */
export const FRESH_MS: number = 5 * 60_000

/** More are not open at a time; the oldest ones end. */
const SESSIONS_MAX = 500

/** A session as its row holds it, under the hash of its token. */
export interface SessionRecord {
  readonly accessKeyId: string
  /** Distinguishes the secret that signed in from another one under the same id. */
  readonly secretDigest: string
  readonly createdMs: number
  readonly expiresMs: number
  /** 0 when possession has to be proved before what needs a fresh proof. */
  readonly freshUntilMs: number
  readonly csrfToken: string
}

export const sessionCodec: RecordCodec<SessionRecord> = recordCodec({
  name: "console-session",
  write: (session) => ({
    accessKeyId: session.accessKeyId,
    secretDigest: session.secretDigest,
    createdMs: session.createdMs,
    expiresMs: session.expiresMs,
    freshUntilMs: session.freshUntilMs,
    csrfToken: session.csrfToken,
  }),
  readers: {
    1: (stored) => ({
      accessKeyId: stored["accessKeyId"] as string,
      secretDigest: stored["secretDigest"] as string,
      createdMs: stored["createdMs"] as number,
      expiresMs: stored["expiresMs"] as number,
      freshUntilMs: stored["freshUntilMs"] as number,
      csrfToken: stored["csrfToken"] as string,
    }),
  },
})

/** A session that is valid now. */
export interface Session extends SessionRecord {
  readonly accessKey: AccessKey
  /** Names the row; of the token only this hash is kept. */
  readonly tokenHash: string
}

/**
 * Who is signed in to the console. Sessions are sealed rows, so they outlive a restart; while the store takes no writes they are
 * opened in memory. Every change of one that is stored throws SessionsUnavailable then.
 */
export interface ConsoleSessions {
  /** Opens one; `token` is what its browser keeps. */
  open(accessKey: AccessKey, isFresh: boolean): Promise<{ token: string; session: Session }>
  /** undefined when there is none, when it has expired, and when its access key is gone or has another secret. */
  find(token: string): Promise<Session | undefined>
  /** Notes a fresh proof of possession. */
  refresh(session: Session): Promise<Session>
  end(session: Session): Promise<void>
  /** Ends every session. */
  endAll(): Promise<void>
}

interface Parts {
  /** The sealed store. */
  readonly metadata: MetadataStore
  readonly accessKeys: AccessKeys
  readonly clock: Clock
}

const SESSION_ROWS = rowKey("session")

function sessionRow(tokenHash: string): StoreKey {
  return rowKey("session", tokenHash)
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex")
}

function secretDigestOf({ accessKeyId, accessKeySecret }: AccessKey): string {
  const fields = ["osseal-console-session", accessKeyId, accessKeySecret]
  return createHash("sha256").update(lengthPrefixed(fields)).digest("hex")
}

/** Sessions that were opened while the store takes no writes, so that its operator can look at it; the oldest go first. */
const UNSTORED_MAX = 20

export function createConsoleSessions(
  parts: Parts,
  sessionsMax: number = SESSIONS_MAX,
): ConsoleSessions {
  const { metadata, accessKeys, clock } = parts
  const unstored = new Map<string, SessionRecord>()
  return {
    async open(accessKey, isFresh) {
      const token = randomSecret(32).toString("base64url")
      const tokenHash = hashOf(token)
      const record = newRecord(accessKey, clock.nowMs(), isFresh)
      try {
        await storeSession(parts, { tokenHash, record, sessionsMax })
      } catch (error) {
        if (!(error instanceof SessionsUnavailable)) throw error
        unstored.set(tokenHash, record)
        dropOldest(unstored, UNSTORED_MAX)
      }
      return { token, session: { ...record, accessKey, tokenHash } }
    },
    async find(token) {
      const tokenHash = hashOf(token)
      const [row] = await metadata.get([sessionRow(tokenHash)])
      const record = row === undefined ? unstored.get(tokenHash) : sessionCodec.decode(row.value)
      if (record === undefined || record.expiresMs <= clock.nowMs()) return undefined
      const accessKey = await accessKeys.find(record.accessKeyId)
      if (accessKey === undefined || secretDigestOf(accessKey) !== record.secretDigest) {
        return undefined
      }
      return { ...record, accessKey, tokenHash }
    },
    async refresh(session) {
      const { accessKey, tokenHash, ...before } = session
      const record = { ...before, freshUntilMs: clock.nowMs() + FRESH_MS }
      if (unstored.has(tokenHash)) unstored.set(tokenHash, record)
      else await replaceSession(parts, tokenHash, record)
      return { ...record, accessKey, tokenHash }
    },
    async end({ tokenHash }) {
      if (unstored.delete(tokenHash)) return
      await remove(parts, [sessionRow(tokenHash)])
    },
    async endAll() {
      const bounds = prefixBounds(SESSION_ROWS)
      const rows = await Array.fromAsync(scanAll(metadata, bounds, { values: false }))
      const keys = rows.map(({ key }) => key)
      await remove(parts, keys)
    },
  }
}

function newRecord(accessKey: AccessKey, nowMs: number, isFresh: boolean): SessionRecord {
  return {
    accessKeyId: accessKey.accessKeyId,
    secretDigest: secretDigestOf(accessKey),
    createdMs: nowMs,
    expiresMs: nowMs + SESSION_MS,
    freshUntilMs: isFresh ? nowMs + FRESH_MS : 0,
    csrfToken: randomSecret(32).toString("base64url"),
  }
}

function dropOldest(sessions: Map<string, SessionRecord>, countMax: number): void {
  for (const oldest of sessions.keys()) {
    if (sessions.size <= countMax) return
    sessions.delete(oldest)
  }
}

interface NewSession {
  readonly tokenHash: string
  readonly record: SessionRecord
  readonly sessionsMax: number
}

async function storeSession(
  parts: Parts,
  { tokenHash, record, sessionsMax }: NewSession,
): Promise<void> {
  const value = sessionCodec.encode(record)
  const write: Write = { key: sessionRow(tokenHash), value, expect: "absent" }
  await commitSessions(parts, async () => [
    write,
    ...(await outdated(parts, record.createdMs, sessionsMax)),
  ])
}

/** A session that was ended in the meantime stays ended. */
async function replaceSession(
  parts: Parts,
  tokenHash: string,
  record: SessionRecord,
): Promise<void> {
  await commitSessions(parts, async () => {
    const [row] = await parts.metadata.get([sessionRow(tokenHash)])
    if (row === undefined) return []
    return [{ key: row.key, value: sessionCodec.encode(record), expect: row.version }]
  })
}

async function remove(parts: Parts, keys: readonly StoreKey[]): Promise<void> {
  const writes = keys.map((key): Write => ({ key, value: null, expect: "any" }))
  await commitSessions(parts, () => Promise.resolve(writes))
}

/** Throws SessionsUnavailable. An operator signs in to a full disk to make room on it, so the reserve may be used. */
async function commitSessions(
  parts: Parts,
  propose: () => Promise<readonly Write[]>,
): Promise<void> {
  try {
    await commitProposal(parts, async () => ({
      writes: await propose(),
      isRelease: true,
      result: undefined,
    }))
  } catch (error) {
    if (!REFUSALS.some((refusal) => error instanceof refusal)) throw error
    throw new SessionsUnavailable("the store takes no writes now", { cause: error })
  }
}

const REFUSALS = [StoreReadOnly, StoreFull, CommitContended, OutcomeUnknown] as const

/** A session could not be changed now. It may still be in its previous state. */
export class SessionsUnavailable extends Error {
  override name = "SessionsUnavailable"
}

/** Removes what has expired, and the oldest of too many; rows that do not open go as well. */
async function outdated({ metadata }: Parts, nowMs: number, sessionsMax: number): Promise<Write[]> {
  const damaged: StoreKey[] = []
  const onDamaged = (key: StoreKey): void => void damaged.push(key)
  const rows: Row[] = await Array.fromAsync(
    scanAll(metadata, prefixBounds(SESSION_ROWS), { onDamaged }),
  )
  const read = rows.map((row) => ({ key: row.key, ...sessionCodec.decode(asBuffer(row.value)) }))
  const expired = read.filter(({ expiresMs }) => expiresMs <= nowMs)
  const live = read
    .filter(({ expiresMs }) => expiresMs > nowMs)
    .sort((left, right) => right.createdMs - left.createdMs)
  const gone = [...damaged, ...[...expired, ...live.slice(sessionsMax - 1)].map(({ key }) => key)]
  return gone.map((key): Write => ({ key, value: null, expect: "any" }))
}
