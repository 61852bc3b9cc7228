import type { Folder, ListedMarker, ListedObject, ListedVersion } from "../../api/queries.ts"

/** A line of the object browser. */
export type Entry = ListedObject | ListedVersion | ListedMarker | Folder

/** Entries that can be selected: all but folders. */
export type NamedEntry = Exclude<Entry, Folder>

/** Unique among the lines of a list. */
export function entryId(entry: Entry): string {
  if (entry.kind === "folder") return `folder ${entry.prefix}`
  // Where versions are not shown, an object stays the same line when it is overwritten.
  if (entry.kind === "object") return `object ${entry.objectKey}`
  return `${entry.kind} ${entry.objectKey} ${entry.versionId}`
}

/** The name of an entry within the folder that is shown. */
export function shortName(entry: Entry, folder: string): string {
  const name = entry.kind === "folder" ? entry.prefix : entry.objectKey
  const short = name.slice(folder.length)
  // An object whose name is that of the folder is shown with its full name.
  return short === "" ? name : short
}

/** The folders above and including `prefix`, from the top: `a/b/` yields `a/` and `a/b/`. */
export function foldersOf(prefix: string): readonly string[] {
  const found: string[] = []
  for (let end = prefix.indexOf("/"); end !== -1; end = prefix.indexOf("/", end + 1)) {
    found.push(prefix.slice(0, end + 1))
  }
  return found
}

/** What deleting the entry names: a version where versions are shown, otherwise only the name. */
export function deletionOf(entry: NamedEntry): {
  readonly objectKey: string
  readonly versionId?: string
} {
  const { objectKey } = entry
  return entry.kind === "object" ? { objectKey } : { objectKey, versionId: entry.versionId }
}
