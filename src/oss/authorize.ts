import type { Principal } from "../identity/principal.ts"
import { OssError } from "./errors.ts"

/** Throws AccessDenied unless the request is signed. */
export function checkSigned(principal: Principal): void {
  if (principal.kind === "anonymous") {
    throw new OssError("AccessDenied", {
      message: "Anonymous access is forbidden for this operation.",
    })
  }
}
