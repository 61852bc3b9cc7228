import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const LARGE_BYTES: number = 200 * 1024 * 1024

export interface SampleFiles {
  /** A folder `letters` with three small files, one of them in a subfolder. */
  readonly folder: string
  /** A file of LARGE_BYTES. */
  readonly large: string
  /** Large enough for four parts. */
  readonly medium: string
  remove(): Promise<void>
}

async function writeLong(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, "w")
  await file.write(Buffer.from("a long file"), 0)
  await file.truncate(sizeBytes)
  await file.close()
}

/** Files to upload. */
export async function makeSampleFiles(): Promise<SampleFiles> {
  const root = await mkdtemp(join(tmpdir(), "osseal-console-"))
  const folder = join(root, "letters")
  await mkdir(join(folder, "2026"), { recursive: true })
  await writeFile(join(folder, "hello.txt"), "Hello, sealed world\n")
  await writeFile(
    join(folder, "page.html"),
    "<script>document.title = 'taken over'</script><p>a page</p>",
  )
  await writeFile(join(folder, "2026", "note.txt"), "a note\n")
  const large = join(root, "large.bin")
  await writeLong(large, LARGE_BYTES)
  const medium = join(root, "medium.bin")
  await writeLong(medium, 4 * 8 * 1024 * 1024)
  return { folder, large, medium, remove: async () => await rm(root, { recursive: true }) }
}
