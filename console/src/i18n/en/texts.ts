import { buckets, fields } from "./buckets.ts"
import { errors } from "./errors.ts"
import { keys } from "./keys.ts"
import { objects } from "./objects.ts"
import { overview } from "./overview.ts"
import { activation, activity, root, stored } from "./service.ts"
import { parts, shell, signIn } from "./shell.ts"
import { tryIt } from "./try-it.ts"
import { uploads } from "./uploads.ts"

/** Every text of the console, by page. What ends in _one and _other is chosen by a number. */
export const en = {
  activation,
  activity,
  buckets,
  errors,
  fields,
  keys,
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

export type Texts = typeof en
