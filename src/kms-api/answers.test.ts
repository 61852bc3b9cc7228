import assert from "node:assert/strict"
import { test } from "node:test"
import { renderError, renderSuccess } from "./answers.ts"
import { ApiError } from "./errors.ts"

test("an XML answer nests lists and writes an empty one as an empty element", () => {
  const keys = { Key: [{ KeyId: "a" }, { KeyId: "b" }] }
  assert.equal(
    renderSuccess("xml", "ListKeys", "R", { Keys: keys, None: { Key: [] }, TotalCount: 2 }).body,
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListKeysResponse><RequestId>R</RequestId><Keys><Key><KeyId>a</KeyId>' +
      "</Key><Key><KeyId>b</KeyId></Key></Keys><None></None><TotalCount>2</TotalCount></ListKeysResponse>",
  )
})

test("XML text is escaped, including control characters", () => {
  const { body } = renderSuccess("xml", "Decrypt", "R", { Plaintext: "<a>&\"'\r\n\u0001ü" })
  assert.match(body, /<Plaintext>&lt;a&gt;&amp;"'&#xd;\n&#x1;ü<\/Plaintext>/)
})

test("an error has every field that any client reads", () => {
  const answer = renderError("json", "R", "H", new ApiError("Rejected.Disabled"))
  assert.equal(answer.status, 409)
  assert.deepEqual(JSON.parse(answer.body), {
    RequestId: "R",
    HostId: "H",
    Code: "Rejected.Disabled",
    Message: "The key is disabled.",
    Recommend: "",
    HttpStatus: 409,
  })
})
