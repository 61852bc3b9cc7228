// Writes the missing golden files: `node test/formats/write-golden.ts`. An existing golden file stays as it is. The
// shape of a version that was never released may change; delete its file by hand first.
import { writeGolden } from "./golden-records.ts"
import { GOLDEN_FOLDER, RECORD_SAMPLES } from "./record-samples.ts"

for (const sample of RECORD_SAMPLES) {
  process.stdout.write(`${sample.name} ${sample.version}: ${writeGolden(GOLDEN_FOLDER, sample)}\n`)
}
