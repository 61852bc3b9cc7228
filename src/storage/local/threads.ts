import { extname } from "node:path"
import { Worker } from "node:worker_threads"

/** Starts a thread from a module of this folder, which is .ts in the source and .js in the published package. */
export function startThread(name: string, workerData: object): Worker {
  const file = new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url)
  return new Worker(file, { workerData, name })
}
