import type { Suite } from "./suite.ts"
import { ALI_OSS } from "./suites/ali-oss.ts"
import { GO_V1 } from "./suites/go-v1.ts"
import { GO_V2 } from "./suites/go-v2.ts"
import { OSSFS } from "./suites/ossfs.ts"
import { PYTHON_OSS2 } from "./suites/python-oss2.ts"

/** In the order in which they run. */
export const SUITES: readonly Suite[] = [ALI_OSS, GO_V1, GO_V2, PYTHON_OSS2, OSSFS]
