import { errors } from "./errors.ts"
import { parts, shell, signIn } from "./shell.ts"

/** Every text of the console, by page. What ends in _one and _other is chosen by a number. */
export const en = { errors, parts, shell, signIn }

export type Texts = typeof en
