// What a name may contain: a plain value, and what each operation turns it into.
import assert from "node:assert/strict"

export type Versioning = "never" | "Enabled" | "Suspended"

export const NULL_VERSION = "null"

/** The digest of a version's content, or that it is a delete marker. */
export interface Version {
  /** undefined: the server chose it, and died before it returned it. */
  readonly versionId: string | undefined
  readonly holds: string
}

export const MARKER = "delete marker"

/** Newest first. */
export type Versions = readonly Version[]

/** How a new version or a delete marker changes the existing versions. */
export function add(versions: Versions, versioning: Versioning, version: Version): Versions {
  if (versioning === "never") return version.holds === MARKER ? [] : [version]
  if (versioning === "Enabled") return [version, ...versions]
  return [version, ...versions.filter(({ versionId }) => versionId !== NULL_VERSION)]
}

export function removeVersion(versions: Versions, versionId: string): Versions {
  return versions.filter((version) => version.versionId !== versionId)
}

/** An append changes the bytes of the newest version, and keeps its id. */
export function changeNewest([newest, ...older]: Versions, holds: string): Versions {
  return newest === undefined ? [] : [{ ...newest, holds }, ...older]
}

/** Whether the server's versions, whose ids are all known, are these. */
export function matches(expected: Versions, found: Versions): boolean {
  const isSame = ({ versionId, holds }: Version, index: number): boolean =>
    found[index]?.holds === holds &&
    (versionId === undefined || found[index].versionId === versionId)
  return expected.length === found.length && expected.every(isSame)
}

/**
 * What is known of a name. Its states are those in which it may be found: one, unless operations were in progress when
 * the server died. Then they are in the order in which the operations were sent.
 */
export interface KnownName {
  readonly states: readonly Versions[]
  /** What was done to it, in order, to help find out why it contains something else. */
  readonly history: readonly string[]
}

export const UNKNOWN_NAME: KnownName = { states: [[]], history: [] }
const HISTORY_MAX = 16

/** The state that the name has while nothing was interrupted. */
export function latest({ states }: KnownName): Versions {
  return states.at(-1) ?? []
}

function told({ history }: KnownName, line: string): string[] {
  return [...history.slice(1 - HISTORY_MAX), line]
}

/** An operation was sent, and the name may get its result. */
export function sent(name: KnownName, line: string, made: readonly Versions[]): KnownName {
  return { states: [...name.states, ...made], history: told(name, line) }
}

/** An operation was acknowledged: with `isCertain`, no other state is possible any more. */
export function acknowledged(name: KnownName, made: Versions, isCertain: boolean): KnownName {
  const states = isCertain ? [made] : [...name.states.slice(0, -1), made]
  return { states, history: told(name, isCertain ? "done" : "done without power") }
}

export function failed(name: KnownName, error: unknown): KnownName {
  return { ...name, history: told(name, String(error)) }
}

/** Throws unless the name was found in one of its states. */
export function checkFound(label: string, name: KnownName, found: Versions): KnownName {
  const lines = found.map(({ versionId, holds }) => `  ${versionId ?? "?"} ${holds}`)
  const isAllowed = name.states.some((state) => matches(state, found))
  assert.ok(isAllowed, [label, ...name.history, "holds", ...lines].join("\n"))
  return { states: [found], history: told(name, "found whole") }
}
