import type { Suite } from "./suite.ts"
import { ALI_OSS } from "./suites/ali-oss.ts"
import { GO_V1 } from "./suites/go-v1.ts"
import { GO_V2 } from "./suites/go-v2.ts"
import { KMS_JAVA, OSS_JAVA, OSS_JAVA_V2 } from "./suites/java.ts"
import { KMS_GO } from "./suites/kms-go.ts"
import { KMS_PYTHON } from "./suites/kms-python.ts"
import { OPENDAL } from "./suites/opendal.ts"
import { OSSFS } from "./suites/ossfs.ts"
import { PYTHON_OSS2 } from "./suites/python-oss2.ts"
import { RUNNERS } from "./suites/runners.ts"
import { TERRAFORM } from "./suites/terraform.ts"

/** In the order in which they run. */
export const SUITES: readonly Suite[] = [
  ALI_OSS,
  GO_V1,
  GO_V2,
  PYTHON_OSS2,
  OSSFS,
  KMS_PYTHON,
  KMS_GO,
  KMS_JAVA,
  OSS_JAVA,
  OSS_JAVA_V2,
  OPENDAL,
  TERRAFORM,
  RUNNERS,
]
