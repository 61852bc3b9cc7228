import type { KeyObject } from "node:crypto"
import type { Sight, Surveyed } from "./objects/survey.ts"

/** What the survey's thread starts with. */
export interface SurveyData {
  readonly directory: string
  /** Opens the rows. The thread receives the same key object, not a copy of its bytes. */
  readonly rootSecret: KeyObject
}

/** One look; the next is sent after its response. */
export interface SurveyRequest {
  readonly what: Surveyed
  readonly from: string
}

export type SurveyAnswer =
  | { readonly kind: "sight"; readonly sight: Sight }
  | { readonly kind: "failed"; readonly message: string }
