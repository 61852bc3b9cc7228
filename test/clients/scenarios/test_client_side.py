"""Objects that oss2 encrypts itself, with keys that the key service wraps, over https."""

import os

import oss2
import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from test_kms import ENDPOINT, KEY_ID, KEY_SECRET, REGION, acs_client

BUCKET = "client-side-python"
CONTENT = b"secret " * 100_000


@pytest.mark.parametrize("passphrase", [None, "passphrase"])
def test_oss_client_encrypts_with_keys_of_the_key_service(passphrase):
    send = acs_client()
    cmk_id = send("CreateKey")["KeyMetadata"]["KeyId"]
    provider = oss2.AliKMSProvider(KEY_ID, KEY_SECRET, REGION, cmk_id, passphrase=passphrase)
    provider.kms_client.add_endpoint(REGION, "Kms", ENDPOINT)
    auth = oss2.Auth(KEY_ID, KEY_SECRET)
    endpoint = os.environ["SCENARIO_OSS_ENDPOINT"]
    plain = oss2.Bucket(auth, endpoint, BUCKET)
    plain.create_bucket()
    bucket = oss2.CryptoBucket(auth, endpoint, BUCKET, crypto_provider=provider)
    bucket.put_object("a", CONTENT)
    assert bucket.get_object("a").read() == CONTENT
    assert b"secret" not in plain.get_object("a").read()
    assert bucket.get_object("a", byte_range=(7, 12)).read() == b"secret"

    parts = []
    context = oss2.models.MultipartUploadCryptoContext(len(CONTENT), 409_600)
    upload = bucket.init_multipart_upload("parts", upload_context=context).upload_id
    for number, start in enumerate(range(0, len(CONTENT), 409_600), 1):
        part = CONTENT[start : start + 409_600]
        sent = bucket.upload_part("parts", upload, number, part, upload_context=context)
        parts.append(oss2.models.PartInfo(number, sent.etag))
    bucket.complete_multipart_upload("parts", upload, parts)
    assert bucket.get_object("parts").read() == CONTENT

    send("DisableKey", KeyId=cmk_id)
    with pytest.raises((ServerException, oss2.exceptions.OpenApiServerError)) as caught:
        bucket.get_object("a")
    assert "Rejected.Disabled" in str(caught.value)
