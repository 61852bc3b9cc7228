import assert from "node:assert/strict"
import OSS from "ali-oss"

const { env } = process
const oss = new OSS({
  endpoint: env.OSS_ENDPOINT,
  region: `oss-${env.OSS_REGION}`,
  accessKeyId: env.OSS_ACCESS_KEY_ID,
  accessKeySecret: env.OSS_ACCESS_KEY_SECRET,
  authorizationV4: true,
})
await oss.putBucket(env.BUCKET)
oss.useBucket(env.BUCKET)
await oss.put("hello.txt", Buffer.from("hello"), {
  headers: { "x-oss-server-side-encryption": "KMS" },
})
const { content, res } = await oss.get("hello.txt")
assert.equal(content.toString(), "hello")
assert.equal(res.headers["x-oss-server-side-encryption"], "KMS")
