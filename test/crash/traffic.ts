import assert from "node:assert/strict"
import { createHash, randomBytes, randomInt } from "node:crypto"
import OSS from "ali-oss"
import type { ServerProcess } from "../../scripts/server-process.ts"

const WRITERS = 6
const BUCKET = "crash-bucket"

const ENCRYPTIONS = [
  {},
  { "x-oss-server-side-encryption": "AES256" },
  { "x-oss-server-side-encryption": "KMS" },
]

/** What the traffic knows of a name. */
interface Known {
  /** What it may hold: one content, unless the server died while it was written. `undefined` is nothing. */
  readonly possible: (string | undefined)[]
  /** What was done to it, in order, for whoever must find out why it holds something else. */
  readonly history: string[]
}

/**
 * `running`: no request may fail. `killed`: the server is being killed; what it still answers counts.
 * `losing power`: what it answers counts no more, because a machine without power answers nothing.
 */
export type RoundState = "running" | "killed" | "losing power"

/** Mixed traffic that is cut off again and again, and knows afterwards what each name must hold. */
export interface Traffic {
  /** Stands in every content. */
  readonly canary: string
  /** Of every content, in hexadecimal. */
  readonly md5s: ReadonlySet<string>
  /** Makes the bucket, and checks that each name holds what was acknowledged last, or what was under way. */
  check(server: ServerProcess): Promise<void>
  /** Writes until the server is gone. Throws when a request fails while it is `running`. */
  write(server: ServerProcess, state: () => RoundState): Promise<void>
  /** How many names hold something. */
  names(): number
}

export function createTraffic(): Traffic {
  const canary = `CANARY-${randomBytes(24).toString("hex")}`
  const known = new Map<string, Known>()
  const md5s = new Set<string>()

  function newContent(): Buffer {
    const sizes = [0, 10, 4000, 20_000, 150_000, 900_000]
    const bytes = randomBytes(sizes[randomInt(sizes.length)] ?? 0)
    const content = Buffer.concat([Buffer.from(canary), bytes, Buffer.from(canary)])
    md5s.add(createHash("md5").update(content).digest("hex"))
    return content
  }

  function knownOf(name: string): Known {
    const entry = known.get(name) ?? { possible: [undefined], history: [] }
    known.set(name, entry)
    return entry
  }

  /** One writer, alone with its names, so that it knows what each of them must hold. */
  async function write(oss: OSS, writer: number, state: () => RoundState): Promise<void> {
    while (state() !== "killed") {
      const name = `${writer}/${randomInt(8)}`
      const content = randomInt(10) === 0 ? undefined : newContent()
      const holds = content && digest(content)
      const { possible, history } = knownOf(name)
      possible.push(holds)
      history.push(content ? `put ${content.length} bytes, ${holds}` : "delete")
      try {
        await (content ? put(oss, name, content) : oss.delete(name))
        history.push(`done, ${state()}`)
        if (state() !== "losing power") possible.splice(0, possible.length - 1)
      } catch (error) {
        history.push(`failed, ${state()}: ${String(error)}`)
        if (state() === "running") throw error
        return
      }
    }
  }

  return {
    canary,
    md5s,
    names: () => [...known.values()].filter(({ possible }) => possible.some(Boolean)).length,
    async check(server) {
      const oss = client(server)
      await oss.putBucket(BUCKET)
      for (const [name, { possible, history }] of known) {
        const found = await read(oss, name)
        history.push(`found ${found ?? "nothing"}`)
        assert.ok(possible.includes(found), [name, ...history.slice(-12)].join("\n"))
        possible.splice(0, possible.length, found)
      }
    },
    async write(server, state) {
      // A client of its own for each: ali-oss keeps the parts of all its running uploads in one list.
      const writers = Array.from({ length: WRITERS }, (_, writer) =>
        write(client(server), writer, state),
      )
      await Promise.all(writers)
    },
  }
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex")
}

function client(server: ServerProcess): OSS {
  return new OSS({
    endpoint: server.ossEndpoint,
    region: `oss-${server.region}`,
    accessKeyId: server.accessKeyId,
    accessKeySecret: server.accessKeySecret,
    bucket: BUCKET,
    retryMax: 0,
    timeout: 20_000,
  } as OSS.Options)
}

async function put(oss: OSS, name: string, content: Buffer): Promise<void> {
  // A copy, because ali-oss leaves the length of a part in what it is given.
  const headers = { ...ENCRYPTIONS[randomInt(ENCRYPTIONS.length)] }
  if (content.length > 300_000 && randomInt(5) === 0) {
    await oss.multipartUpload(name, content, { partSize: 110_000, parallel: 3, headers })
  } else {
    await oss.put(name, content, { headers })
  }
}

async function read(oss: OSS, name: string): Promise<string | undefined> {
  try {
    return digest((await oss.get(name)).content as Buffer)
  } catch (error) {
    if ((error as { code?: string }).code === "NoSuchKey") return undefined
    throw error
  }
}
