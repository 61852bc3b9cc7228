import { join } from "node:path"
import type { RecordSample } from "./golden-records.ts"

export const GOLDEN_FOLDER: string = join(import.meta.dirname, "..", "vectors", "records")

/** Every codec of stored records, with samples. Each needs a golden file of every version that it ever had. */
export const RECORD_SAMPLES: readonly RecordSample[] = []
