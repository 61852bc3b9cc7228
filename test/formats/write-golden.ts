// Writes the golden files that are missing: `node test/formats/write-golden.ts`. A golden file that is there stays as it
// is; a shape that no release ever wrote may change under its number, and its file is deleted by hand before.
import { writeGolden } from "./golden-records.ts"
import { GOLDEN_FOLDER, RECORD_SAMPLES } from "./record-samples.ts"

for (const sample of RECORD_SAMPLES) {
  process.stdout.write(`${sample.name} ${sample.version}: ${writeGolden(GOLDEN_FOLDER, sample)}\n`)
}
