// The promises of docs/guide/test-with-osseal.md, as tests for any runner.
import OSS from "ali-oss"

const BUCKET = "app-bucket"

export const SEED = {
  cmks: [{ alias: "alias/app" }],
  buckets: [
    {
      name: BUCKET,
      encryption: { method: "KMS", cmk: "alias/app" },
      objects: { "hello.txt": "hello" },
    },
  ],
}

/** Defines the tests with the functions of a runner. */
export function defineTests(osseal, { test, expect }) {
  const client = () => {
    const { ossEndpoint, region, accessKeyId, accessKeySecret } = osseal()
    return new OSS({
      endpoint: ossEndpoint,
      region: `oss-${region}`,
      accessKeyId,
      accessKeySecret,
      authorizationV4: true,
      bucket: BUCKET,
      retryMax: 1,
    })
  }

  test("reads the seeded objects", async () => {
    const { content, res } = await client().get("hello.txt")
    expect(content.toString()).toBe("hello")
    expect(res.headers["x-oss-server-side-encryption"]).toBe("KMS")
    await client().put("left.txt", Buffer.from("left"))
  })

  test("finds nothing that the previous test left behind", async () => {
    await expect(client().get("left.txt")).rejects.toMatchObject({ code: "NoSuchKey" })
  })

  test("survives a cut response", async () => {
    const fault = osseal().faults.add({
      door: "oss",
      operation: "GetObject",
      objectKey: "hello.txt",
      times: 1,
      effect: { kind: "cut" },
    })
    expect((await client().get("hello.txt")).content.toString()).toBe("hello")
    expect(fault.hits).toBe(1)
  })

  test("moves the store's clock", async () => {
    await osseal().clock.set(Date.UTC(2030, 0, 1))
    await client().put("january.txt", Buffer.from("new"))
    const { res } = await client().head("january.txt")
    expect(Date.parse(res.headers["last-modified"])).toBeGreaterThanOrEqual(Date.UTC(2030, 0, 1))
  })
}
