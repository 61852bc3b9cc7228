import type { Settings } from "./operation.ts"

/** The names under which clients expect the region's endpoints; SDKs compare and some follow them. */
export function endpoints({ region }: Pick<Settings, "region">): {
  readonly location: string
  readonly extranet: string
  readonly intranet: string
} {
  const location = `oss-${region}`
  return {
    location,
    extranet: `${location}.aliyuncs.com`,
    intranet: `${location}-internal.aliyuncs.com`,
  }
}
