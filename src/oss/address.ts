/** The bucket and the object that an address names; "" for none. Not yet validated as names. */
export interface Reading {
  readonly bucketName: string
  readonly objectKey: string
  /** For a bucket in path style without a slash: clients sign it as `/bucket`, without the slash, too. */
  readonly isBare?: true
}

/** The resource that a signature covers: `/`, `/bucket/` or `/bucket/key`, not encoded. */
export function resourcePath({ bucketName, objectKey, isBare }: Reading): string {
  if (bucketName === "") return "/"
  return isBare ? `/${bucketName}` : `/${bucketName}/${objectKey}`
}

type Decode = (text: string) => string

/**
 * What a Host header and a path may mean. The bucket is the first label of the host under one of our domains, or under
 * any *.aliyuncs.com name, which ali-oss sends even to an IP address (with an empty first label when there is no
 * bucket). Otherwise it is the first segment of the path; without a slash after it, clients sign with a slash or
 * without. With ali-oss's `sldEnable` and an IP address, both host and path name the bucket; the path could also be an
 * object whose name begins like this, so there are two readings.
 */
export function readAddress(
  host: string,
  path: string,
  domains: readonly string[],
  decode: Decode,
): readonly [Reading, ...Reading[]] {
  const bucketName = bucketOfHost(hostName(host), domains)
  const byPath = readPathStyle(path, decode)
  const isBare = byPath.bucketName !== "" && path.indexOf("/", 1) === -1
  const byPaths = isBare ? ([byPath, { ...byPath, isBare }] as const) : ([byPath] as const)
  if (bucketName === "") return byPaths
  const byHost = { bucketName, objectKey: decode(path.slice(1)) }
  return byPath.bucketName === bucketName ? [byHost, ...byPaths] : [byHost]
}

/** `/bucket`, `/bucket/` and `/bucket/key`; the key is decoded once, after the bucket is split off. */
function readPathStyle(path: string, decode: Decode): Reading {
  const slash = path.indexOf("/", 1)
  return slash === -1
    ? { bucketName: decode(path.slice(1)), objectKey: "" }
    : { bucketName: decode(path.slice(1, slash)), objectKey: decode(path.slice(slash + 1)) }
}

/** Lower case, without the port and the final dot of a fully qualified name. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase()
}

/**
 * Products whose endpoints SDKs derive from a region, as in `sts.cn-hangzhou.aliyuncs.com`, or use without one:
 * `sts.aliyuncs.com`.
 */
const OTHER_PRODUCTS: ReadonlySet<string> = new Set([
  "actiontrail",
  "cas",
  "ecs",
  "kms",
  "location",
  "ram",
  "resourcemanager",
  "resourcesharing",
  "sts",
  "tag",
  "vpc",
])

/** The product that a host names, when it is not OSS: "sts" for sts.aliyuncs.com. */
export function otherProduct(host: string, domains: readonly string[]): string | undefined {
  const name = hostName(host)
  if (!name.endsWith(".aliyuncs.com")) return undefined
  if (domains.some((domain) => name === domain || name.endsWith(`.${domain}`))) return undefined
  const [first = "", endpoint, ...more] = name.slice(0, -".aliyuncs.com".length).split(".")
  const isOss = endpoint?.startsWith("oss") === true || more.length > 0
  const product = first.replace(/-vpc$/, "")
  return !isOss && OTHER_PRODUCTS.has(product) ? product : undefined
}

/** The bucket in a virtual host's name, "" when the host names none. */
function bucketOfHost(name: string, domains: readonly string[]): string {
  for (const domain of domains) {
    if (name === domain) return ""
    if (name.endsWith(`.${domain}`)) return name.slice(0, -domain.length - 1)
  }
  if (!name.endsWith(".aliyuncs.com")) return ""
  const labels = name.slice(0, -".aliyuncs.com".length).split(".")
  // "oss-cn-hangzhou" alone is an endpoint, and its paths name the bucket; two labels are bucket and endpoint.
  return labels.length < 2 ? "" : labels.slice(0, -1).join(".")
}
