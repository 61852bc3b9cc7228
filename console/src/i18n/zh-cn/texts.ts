import type { Texts } from "../en/texts.ts"
import { buckets, fields } from "./buckets.ts"
import { errors } from "./errors.ts"
import { keys } from "./keys.ts"
import { metadata, objects } from "./objects.ts"
import { overview } from "./overview.ts"
import { activation, activity, root, stored } from "./service.ts"
import { parts, shell, signIn } from "./shell.ts"
import { tryIt } from "./try-it.ts"
import { uploads } from "./uploads.ts"

/** The same texts in simplified Chinese, in the words of Alibaba Cloud's consoles. */
export const zhCn: Texts = {
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
