import type { Clock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import type { Session } from "../identity/console-sessions.ts"
import type { ObjectVersion } from "../objects/rows/records.ts"

export const PREVIEW_MS: number = 10 * 60_000
/** Beyond this, the oldest ones end. */
const OPEN_MAX = 1000

export type PreviewKind = "text" | "image" | "pdf"

const SIZE_BYTES_MAX: Readonly<Record<PreviewKind, number>> = {
  text: 1024 ** 2,
  image: 32 * 1024 ** 2,
  pdf: 64 * 1024 ** 2,
}

/** The kinds that are shown, and their content types. All text is shown as plain text, including HTML. */
const KINDS: readonly (readonly [pattern: RegExp, kind: PreviewKind, contentType: string])[] = [
  [/^image\/png$/, "image", "image/png"],
  [/^image\/jpe?g$/, "image", "image/jpeg"],
  [/^image\/gif$/, "image", "image/gif"],
  [/^image\/webp$/, "image", "image/webp"],
  [/^image\/avif$/, "image", "image/avif"],
  [/^image\/bmp$/, "image", "image/bmp"],
  [/^image\/svg\+xml$/, "image", "image/svg+xml"],
  [/^application\/pdf$/, "pdf", "application/pdf"],
  [/^text\//, "text", "text/plain; charset=utf-8"],
  [
    /^application\/(json|xml|x-yaml|yaml|javascript|x-sh|toml|sql)$/,
    "text",
    "text/plain; charset=utf-8",
  ],
  [/[+](json|xml)$/, "text", "text/plain; charset=utf-8"],
]

const TYPES_BY_ENDING: Readonly<Record<string, string>> = {
  avif: "image/avif",
  bmp: "image/bmp",
  css: "text/css",
  csv: "text/csv",
  gif: "image/gif",
  go: "text/plain",
  htm: "text/html",
  html: "text/html",
  ini: "text/plain",
  java: "text/plain",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  log: "text/plain",
  md: "text/markdown",
  pdf: "application/pdf",
  png: "image/png",
  py: "text/plain",
  sh: "text/plain",
  svg: "image/svg+xml",
  toml: "text/plain",
  ts: "text/plain",
  txt: "text/plain",
  webp: "image/webp",
  xml: "text/xml",
  yaml: "text/plain",
  yml: "text/plain",
}

export interface PreviewForm {
  readonly kind: PreviewKind
  readonly contentType: string
}

/** How an object is shown; undefined for kinds and sizes that are not shown. */
export function previewFormOf(objectKey: string, record: ObjectVersion): PreviewForm | undefined {
  const [stored = ""] = (record.headers["content-type"] ?? "").toLowerCase().split(";")
  const ending = /\.([a-z0-9]+)$/i.exec(objectKey)?.[1]?.toLowerCase() ?? ""
  const isUnknown = stored.trim() === "" || stored.trim() === "application/octet-stream"
  const type = isUnknown ? (TYPES_BY_ENDING[ending] ?? "") : stored.trim()
  const [, kind, contentType] = KINDS.find(([pattern]) => pattern.test(type)) ?? []
  if (kind === undefined || contentType === undefined) return undefined
  return record.sizeBytes <= SIZE_BYTES_MAX[kind] ? { kind, contentType } : undefined
}

export interface Preview extends PreviewForm {
  /** The session that asked for it; the preview ends with the session. */
  readonly tokenHash: string
  readonly bucketName: string
  readonly objectKey: string
  readonly versionId: string
  readonly untilMs: number
}

/** Addresses that show one version of an object to the session that asked, for ten minutes. */
export interface Previews {
  open(
    session: Session,
    shown: Omit<Preview, "tokenHash" | "untilMs">,
  ): { path: string; untilMs: number }
  /** For `/preview/TOKEN`; undefined when it does not exist or belongs to another session. */
  find(path: string, session: Session): Preview | undefined
}

const PREFIX = "/preview/"

export function createPreviews(clock: Clock): Previews {
  /** By token, the oldest first. */
  const open = new Map<string, Preview>()
  return {
    open({ tokenHash }, shown) {
      const token = randomSecret(24).toString("base64url")
      const untilMs = clock.nowMs() + PREVIEW_MS
      open.set(token, { ...shown, tokenHash, untilMs })
      for (const oldest of open.keys()) {
        if (open.size <= OPEN_MAX) break
        open.delete(oldest)
      }
      return { path: `${PREFIX}${token}`, untilMs }
    },
    find(path, { tokenHash }) {
      const found = open.get(path.slice(PREFIX.length))
      const isOpen = found !== undefined && found.untilMs > clock.nowMs()
      return isOpen && found.tokenHash === tokenHash ? found : undefined
    },
  }
}
