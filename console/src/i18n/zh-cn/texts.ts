import type { Texts } from "../en/texts.ts"
import { errors } from "./errors.ts"
import { parts, shell, signIn } from "./shell.ts"

export const zhCn: Texts = { errors, parts, shell, signIn }
