// The thread of the survey: reads the directory of a running server with the root key that its parent passes to it, and
// never writes. It ends when its parent ends it.
import { parentPort, workerData } from "node:worker_threads"
import { systemClock } from "./base/clock.ts"
import { createSurvey } from "./objects/jobs/survey.ts"
import { rootKeyFromSecret } from "./sealing/root-key.ts"
import { openStoresBesideWriter } from "./storage/local/local-store.ts"
import { createSealedMetadataStore } from "./storage/sealed-metadata-store.ts"
import type { SurveyAnswer, SurveyData, SurveyRequest } from "./survey-messages.ts"

function start(): void {
  const { directory, rootSecret } = workerData as SurveyData
  const { metadata: store, blobs } = openStoresBesideWriter(directory)
  const rootKey = rootKeyFromSecret(rootSecret)
  const metadata = createSealedMetadataStore({ store, rootKey, clock: systemClock })
  const survey = createSurvey({ metadata, blobs, clock: systemClock })
  parentPort?.on("message", ({ what, from }: SurveyRequest) => {
    void survey.look(what, from).then(
      (sight) => parentPort?.postMessage({ kind: "sight", sight } satisfies SurveyAnswer),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        parentPort?.postMessage({ kind: "failed", message } satisfies SurveyAnswer)
      },
    )
  })
}

start()
