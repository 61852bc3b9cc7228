import { buckets, fields } from "./buckets.ts"
import { errors } from "./errors.ts"
import { keys } from "./keys.ts"
import { metadata, objects } from "./objects.ts"
import { overview } from "./overview.ts"
import { activation, activity, root, stored } from "./service.ts"
import { parts, shell, signIn } from "./shell.ts"
import { tryIt } from "./try-it.ts"
import { uploads } from "./uploads.ts"

/** Every text of the console, by page. A number chooses between texts that end in _one and _other. */
export interface Texts {
  readonly activation: typeof activation
  readonly activity: typeof activity
  readonly buckets: typeof buckets
  readonly errors: typeof errors
  readonly fields: typeof fields
  readonly keys: typeof keys
  readonly metadata: typeof metadata
  readonly objects: typeof objects
  readonly overview: typeof overview
  readonly parts: typeof parts
  readonly root: typeof root
  readonly shell: typeof shell
  readonly signIn: typeof signIn
  readonly stored: typeof stored
  readonly tryIt: typeof tryIt
  readonly uploads: typeof uploads
}

export const en: Texts = {
  activation,
  activity,
  buckets,
  errors,
  fields,
  keys,
  metadata,
  objects,
  overview,
  parts,
  root,
  shell,
  signIn,
  stored,
  tryIt,
  uploads,
}
