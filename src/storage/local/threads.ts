import { extname } from "node:path"
import { Worker } from "node:worker_threads"

/** Starts a thread from a module of this folder: a .ts file in the source, a .js file in the published package. */
export function startThread(name: string, workerData: object): Worker {
  const file = new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url)
  return new Worker(file, { workerData, name })
}
