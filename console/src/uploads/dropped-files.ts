/** A file with its path below what was chosen or dropped: `photos/2026/a.jpg`. */
export interface FileWithPath {
  readonly file: File
  readonly path: string
}

async function filesOfEntry(entry: FileSystemEntry, folder: string): Promise<FileWithPath[]> {
  const path = `${folder}${entry.name}`
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    return [{ file, path }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: FileWithPath[] = []
  for (;;) {
    // A reader yields at most a hundred entries at a time, and none at the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (entries.length === 0) return found
    for (const each of entries) found.push(...(await filesOfEntry(each, `${path}/`)))
  }
}

/**
 * Returns every dropped file, including those in folders. Must be called while the drop event is handled. Throws if a file
 * cannot be read.
 */
export async function droppedFiles(data: DataTransfer): Promise<readonly FileWithPath[]> {
  const dropped = Array.from(data.items)
    .filter(({ kind }) => kind === "file")
    // Data created by another page has no entry, only a file.
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const files = await Promise.all(
    dropped.map(async ({ entry, file }) => {
      if (entry !== null) return await filesOfEntry(entry, "")
      return file === null ? [] : [{ file, path: file.name }]
    }),
  )
  return files.flat()
}

/** The files of an input; of one that takes folders with their paths. */
export function chosenFiles(list: FileList | null): readonly FileWithPath[] {
  return Array.from(list ?? []).map((file) => ({
    file,
    path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
  }))
}
