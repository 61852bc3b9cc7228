import type { Mutant } from "./mutant.ts"

const SECURITY = "test/console/security.test.ts"
const DOOR = "test/console/door.test.ts"
const SIGN_IN = "src/admin-api/sign-in/sign-in.test.ts"
const ACTIVATION = "test/oss/activation.test.ts"

export const ADMIN_MUTANTS: readonly Mutant[] = [
  {
    name: "admin: a change needs no token of its session",
    file: "src/admin-api/handler.ts",
    find: `if (operation.method !== "GET") checkCsrfToken(call)`,
    replace: "",
    tests: [SECURITY],
    why: "A page on the same host could change anything in the name of who is signed in.",
  },
  {
    name: "admin: a page of another origin is taken for the console",
    file: "src/admin-api/request.ts",
    find: `own: isOwn ? origin : undefined, isForeign: !isOwn`,
    replace: `own: origin, isForeign: false`,
    tests: [SECURITY],
    why: "Only the token would stand between a foreign page and the session.",
  },
  {
    name: "admin: a deletion is scheduled without a fresh proof",
    file: "src/admin-api/handler.ts",
    find: `operation.session === "fresh" &&`,
    replace: `operation.method === "GET" &&`,
    tests: [SECURITY],
    why: "Whoever finds an open console could have a CMK destroyed.",
  },
  {
    name: "admin: a proof counts again",
    file: "src/admin-api/sign-in/challenges.ts",
    find: "if (used.has(challengeId) || used.size >= USED_MAX) return false",
    replace: "",
    tests: [SIGN_IN],
    why: "Who has seen one proof could sign in with it.",
  },
  {
    name: "admin: a session outlives the secret that signed in",
    file: "src/identity/console-sessions.ts",
    find: "secretDigestOf(accessKey) !== record.secretDigest",
    replace: "false",
    tests: ["src/identity/console-sessions.test.ts"],
    why: "A stolen session would go on after the access key was replaced.",
  },
  {
    name: "admin: the token itself names the session's row",
    file: "src/identity/console-sessions.ts",
    find: `return createHash("sha256").update(token).digest("hex")`,
    replace: "return token",
    tests: [DOOR],
    why: "Row keys are readable on disk: a copy of it would hold every open session.",
  },
  {
    name: "admin: any origin is the console's to the OSS door",
    file: "src/console-door.ts",
    find: "if (config.console.origins.includes(origin)) return true",
    replace: "if (origin !== host) return true",
    tests: [DOOR],
    why: "Any page could read what its visitor's presigned requests answer.",
  },
  {
    name: "admin: previews are not sandboxed",
    file: "src/admin-api/security-headers.ts",
    find: `isPdf ? [] : ["sandbox"]`,
    replace: "[]",
    tests: [SECURITY],
    why: "An object could run as a page of the console.",
  },
  {
    name: "kms: a key service that is not activated works",
    file: "src/kms/activation.ts",
    find: "if (await activation.isEnabled()) return",
    replace: "if (activation.mode !== undefined) return",
    tests: [ACTIVATION],
    why: "`--kms off` would stop nothing.",
  },
  {
    name: "kms: an activation is forgotten by a restart",
    file: "src/kms/activation.ts",
    find: `writes: [{ key: ACTIVATION_ROW, value, expect: "absent" }], result: openedMs`,
    replace: `writes: [], result: openedMs`,
    tests: [ACTIVATION],
    why: "Objects under a CMK could not be read after a restart.",
  },
]
