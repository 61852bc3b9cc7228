import type { Contract } from "./contract.ts"
import { SESSION_CONTRACTS } from "./session.ts"
import { KEYS_CONTRACTS } from "./keys.ts"
import { ALIASES_CONTRACTS } from "./aliases.ts"
import { CRYPTOGRAPHY_CONTRACTS } from "./cryptography.ts"
import { BUCKETS_CONTRACTS } from "./buckets.ts"
import { OBJECTS_CONTRACTS } from "./objects.ts"
import { UPLOADS_CONTRACTS } from "./uploads.ts"
import { SERVICE_CONTRACTS } from "./service.ts"

/** Every operation of the admin API, by topic. */
export const CONTRACTS: readonly Contract[] = [
  ...SESSION_CONTRACTS,
  ...KEYS_CONTRACTS,
  ...ALIASES_CONTRACTS,
  ...CRYPTOGRAPHY_CONTRACTS,
  ...BUCKETS_CONTRACTS,
  ...OBJECTS_CONTRACTS,
  ...UPLOADS_CONTRACTS,
  ...SERVICE_CONTRACTS,
]
