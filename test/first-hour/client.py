import os

import oss2

auth = oss2.Auth(os.environ["OSS_ACCESS_KEY_ID"], os.environ["OSS_ACCESS_KEY_SECRET"])
bucket = oss2.Bucket(auth, os.environ["OSS_ENDPOINT"], os.environ["BUCKET"])
bucket.create_bucket()
bucket.put_object("hello.txt", b"hello", headers={"x-oss-server-side-encryption": "KMS"})
answer = bucket.get_object("hello.txt")
assert answer.read() == b"hello"
assert answer.headers["x-oss-server-side-encryption"] == "KMS"
