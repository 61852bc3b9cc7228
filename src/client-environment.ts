import type { AccessKeySetting } from "./config.ts"

/** What a client needs to reach a server. */
export interface ClientSettings extends AccessKeySetting {
  /** `http://127.0.0.1:PORT` */
  readonly ossEndpoint: string
  readonly kmsEndpoint: string
  readonly region: string
}

/**
 * The variables that clients read by themselves: the second-generation OSS SDKs and ossutil 2 read OSS_…, the KMS
 * clients' credential providers ALIBABA_CLOUD_…, and `osseal keys` OSSEAL_….
 */
export function clientEnvironment(settings: ClientSettings): Readonly<Record<string, string>> {
  const { ossEndpoint, kmsEndpoint, region, accessKeyId, accessKeySecret } = settings
  return {
    OSS_ENDPOINT: ossEndpoint,
    OSS_REGION: region,
    OSS_ACCESS_KEY_ID: accessKeyId,
    OSS_ACCESS_KEY_SECRET: accessKeySecret,
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    OSSEAL_KMS_ENDPOINT: kmsEndpoint,
    OSSEAL_ACCESS_KEY_ID: accessKeyId,
    OSSEAL_ACCESS_KEY_SECRET: accessKeySecret,
  }
}
