import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { extname, join, sep } from "node:path"
import type { AnswerToSend } from "../http/answer.ts"

type Encoding = "br" | "gzip" | "identity"

interface StaticFile {
  readonly contentType: string
  readonly etag: string
  /** The content, and compressed forms that the build produced. */
  readonly forms: Readonly<Partial<Record<Encoding, Buffer>>>
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
}

const ENCODINGS = { ".br": "br", ".gz": "gzip" } as const

/** Names with a hash of the content, which never changes. */
const HASHED_FOLDER = "/assets/"

/** Pages about one thing have its name in their path, which may contain dots. */
const NAMED_PAGES = /^\/(keys|buckets)\//

interface FileRequest {
  readonly path: string
  readonly headers: ReadonlyMap<string, string>
}

/** The files of the console, as its build left them. */
export interface StaticFiles {
  /** A path without a dot, or below a page with names, is one of the pages, which are all served by index.html. */
  answer(request: FileRequest, headers: AnswerToSend["headers"]): AnswerToSend
}

/** They are read at the first request and kept in memory: a few MB. */
export function createStaticFiles(folder: string): StaticFiles {
  let files: ReadonlyMap<string, StaticFile> | undefined
  return {
    answer({ path, headers: asked }, headers) {
      files ??= readFiles(folder)
      const isPage = NAMED_PAGES.test(path) || !/\.[^/]*$/.test(path)
      const file = files.get(isPage ? "/index.html" : path)
      if (file === undefined) return missing(files.size === 0, headers)
      const caching = path.startsWith(HASHED_FOLDER)
        ? "public, max-age=31536000, immutable"
        : "no-cache"
      const common = [
        ...headers,
        ["Cache-Control", caching],
        ["ETag", file.etag],
        ["Vary", "Accept-Encoding"],
      ] as const
      if (asked.get("if-none-match") === file.etag) {
        return { status: 304, headers: common, body: { kind: "none" } }
      }
      const [encoding, bytes] = chooseForm(file, asked.get("accept-encoding") ?? "")
      const encoded = encoding === "identity" ? [] : ([["Content-Encoding", encoding]] as const)
      return {
        status: 200,
        headers: [...common, ["Content-Type", file.contentType], ...encoded],
        body: { kind: "pieces", pieces: [bytes] },
      }
    },
  }
}

function missing(isEmpty: boolean, headers: AnswerToSend["headers"]): AnswerToSend {
  const sentence = isEmpty
    ? "This server has no console files: `npm run build` creates them.\n"
    : "There is nothing at this address.\n"
  return {
    status: 404,
    headers: [...headers, ["Content-Type", "text/plain; charset=utf-8"]],
    body: { kind: "pieces", pieces: [Buffer.from(sentence)] },
  }
}

function chooseForm({ forms }: StaticFile, accepted: string): [Encoding, Buffer] {
  for (const encoding of ["br", "gzip"] as const) {
    const bytes = forms[encoding]
    if (bytes !== undefined && acceptsEncoding(accepted, encoding)) return [encoding, bytes]
  }
  return ["identity", forms.identity ?? Buffer.alloc(0)]
}

function acceptsEncoding(accepted: string, encoding: string): boolean {
  return accepted.split(",").some((each) => {
    const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase())
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}

/** Every file below the folder by its path; none when the folder does not exist. */
function readFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const names = readNames(folder)
  const files = new Map<string, StaticFile>()
  for (const name of names) {
    const contentType = CONTENT_TYPES[extname(name)]
    if (contentType === undefined) continue
    const identity = readFileSync(join(folder, name))
    const forms: Partial<Record<Encoding, Buffer>> = { identity }
    for (const [suffix, encoding] of Object.entries(ENCODINGS)) {
      const compressed = `${name}${suffix}`
      if (names.includes(compressed)) forms[encoding] = readFileSync(join(folder, compressed))
    }
    const digest = createHash("sha256").update(identity).digest("base64url")
    const path = `/${name.replaceAll(sep, "/")}`
    files.set(path, { contentType, etag: `"${digest.slice(0, 22)}"`, forms })
  }
  return files
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  } catch {
    return []
  }
}
