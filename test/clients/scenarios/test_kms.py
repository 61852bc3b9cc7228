"""The key service over https, with the two Python clients of KMS as they come from the registry."""

import json
import os
import subprocess
import sys
import uuid
from importlib import import_module

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi import models as openapi_models

ENDPOINT = os.environ["SCENARIO_KMS_ENDPOINT"]
REGION = os.environ["SCENARIO_REGION"]
KEY_ID = os.environ["SCENARIO_ACCESS_KEY_ID"]
KEY_SECRET = os.environ["SCENARIO_ACCESS_KEY_SECRET"]
CONTEXT = {"b": "2", "a c": "va=lue&~*'()!", "schlüssel": "😀"}
PLAINTEXT = "not base64: ü ~*'()! + / = 😀"


class Refused(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def snake(name):
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def typed_client(secret=KEY_SECRET):
    """alibabacloud_kms20160120"""
    config = openapi_models.Config(
        access_key_id=KEY_ID, access_key_secret=secret, region_id=REGION, endpoint=ENDPOINT
    )
    client = Client(config)

    def send(action, **parameters):
        # The typed models have a "Shrink" twin that takes the context as text; the map is what users pass.
        request = getattr(models, f"{action}Request")()
        for name, value in parameters.items():
            setattr(request, snake(name), value)
        try:
            return getattr(client, snake(action))(request).body.to_map()
        except Exception as error:
            raise Refused(getattr(error, "code", repr(error))) from error

    return send


def acs_client(secret=KEY_SECRET):
    """aliyun-python-sdk-kms"""
    client = AcsClient(KEY_ID, secret, REGION)

    def send(action, **parameters):
        module = import_module(f"aliyunsdkkms.request.v20160120.{action}Request")
        request = getattr(module, f"{action}Request")()
        request.set_endpoint(ENDPOINT)
        request.set_accept_format("json")
        for name, value in parameters.items():
            text = json.dumps(value) if isinstance(value, dict) else value
            getattr(request, f"set_{name}")(text)
        try:
            return json.loads(client.do_action_with_exception(request))
        except ServerException as error:
            raise Refused(error.get_error_code()) from error

    return send


# The second finds out that the strings to sign are equal, so that the secret must be what is wrong.
WRONG_SECRET = {typed_client: "SignatureDoesNotMatch", acs_client: "InvalidAccessKeySecret"}
CLIENTS = {"alibabacloud_kms20160120": typed_client, "aliyun-python-sdk-kms": acs_client}


@pytest.fixture(params=CLIENTS)
def connect(request):
    return CLIENTS[request.param]


@pytest.fixture
def send(connect):
    return connect()


@pytest.fixture
def cmk_id(send):
    return send("CreateKey", Description="scenario")["KeyMetadata"]["KeyId"]


def refusal(send, action, **parameters):
    with pytest.raises(Refused) as caught:
        send(action, **parameters)
    return caught.value.code


def state(send, cmk_id):
    return send("DescribeKey", KeyId=cmk_id)["KeyMetadata"]["KeyState"]


def test_creates_describes_and_lists_a_cmk(send, cmk_id):
    described = send("DescribeKey", KeyId=cmk_id)["KeyMetadata"]
    assert described["Description"] == "scenario"
    assert described["KeyState"] == "Enabled"
    assert described["KeyUsage"] == "ENCRYPT/DECRYPT"
    total = send("ListKeys", PageNumber=1, PageSize=1)["TotalCount"]
    found = []
    for page in range(1, total + 1):
        keys = send("ListKeys", PageNumber=page, PageSize=1)["Keys"]["Key"]
        found += [each["KeyId"] for each in keys]
    assert len(set(found)) == total and cmk_id in found


def test_encrypts_and_decrypts_bound_to_a_context(send, cmk_id):
    blob = send("Encrypt", KeyId=cmk_id, Plaintext=PLAINTEXT, EncryptionContext=CONTEXT)
    found = send("Decrypt", CiphertextBlob=blob["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert found["Plaintext"] == PLAINTEXT
    assert found["KeyId"] == cmk_id
    sent = blob["CiphertextBlob"]
    assert refusal(send, "Decrypt", CiphertextBlob=sent) == "InvalidParameter"
    other = {"b": "3"}
    assert refusal(send, "Decrypt", CiphertextBlob=sent, EncryptionContext=other) == "InvalidParameter"


def test_encrypts_the_longest_plaintext(send, cmk_id):
    longest = "+" * 6144
    blob = send("Encrypt", KeyId=cmk_id, Plaintext=longest)["CiphertextBlob"]
    assert send("Decrypt", CiphertextBlob=blob)["Plaintext"] == longest
    assert refusal(send, "Encrypt", KeyId=cmk_id, Plaintext=longest + "+") == "InvalidParameter"


def test_makes_data_keys_with_and_without_their_plaintext(send, cmk_id):
    made = send("GenerateDataKey", KeyId=cmk_id, KeySpec="AES_256", EncryptionContext=CONTEXT)
    opened = send("Decrypt", CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == made["Plaintext"]
    hidden = send("GenerateDataKeyWithoutPlaintext", KeyId=cmk_id, NumberOfBytes=24)
    assert "Plaintext" not in hidden
    assert len(send("Decrypt", CiphertextBlob=hidden["CiphertextBlob"])["Plaintext"]) == 32


def test_uses_a_cmk_by_its_alias(send, cmk_id):
    alias = f"alias/scenario/{uuid.uuid4()}"
    send("CreateAlias", AliasName=alias, KeyId=cmk_id)
    assert refusal(send, "CreateAlias", AliasName=alias, KeyId=cmk_id) == "AliasAlreadyExists"
    assert send("Encrypt", KeyId=alias, Plaintext="a")["KeyId"] == cmk_id
    aliases = send("ListAliasesByKeyId", KeyId=cmk_id)["Aliases"]["Alias"]
    assert [each["AliasName"] for each in aliases] == [alias]
    send("DeleteAlias", AliasName=alias)
    assert refusal(send, "Encrypt", KeyId=alias, Plaintext="a") == "Forbidden.AliasNotFound"


def test_refuses_a_disabled_cmk_until_it_is_enabled(send, cmk_id):
    blob = send("Encrypt", KeyId=cmk_id, Plaintext="a")["CiphertextBlob"]
    send("DisableKey", KeyId=cmk_id)
    assert state(send, cmk_id) == "Disabled"
    assert refusal(send, "Encrypt", KeyId=cmk_id, Plaintext="a") == "Rejected.Disabled"
    assert refusal(send, "Decrypt", CiphertextBlob=blob) == "Rejected.Disabled"
    assert refusal(send, "GenerateDataKey", KeyId=cmk_id) == "Rejected.Disabled"
    send("EnableKey", KeyId=cmk_id)
    assert send("Decrypt", CiphertextBlob=blob)["Plaintext"] == "a"


def test_refuses_a_cmk_whose_deletion_is_scheduled_until_that_is_cancelled(send, cmk_id):
    blob = send("Encrypt", KeyId=cmk_id, Plaintext="a")["CiphertextBlob"]
    assert refusal(send, "ScheduleKeyDeletion", KeyId=cmk_id, PendingWindowInDays=6) == "InvalidParameter"
    send("ScheduleKeyDeletion", KeyId=cmk_id, PendingWindowInDays=7)
    assert state(send, cmk_id) == "PendingDeletion"
    assert refusal(send, "Decrypt", CiphertextBlob=blob) == "Rejected.PendingDeletion"
    send("CancelKeyDeletion", KeyId=cmk_id)
    assert send("Decrypt", CiphertextBlob=blob)["Plaintext"] == "a"


def test_says_what_is_wrong(send, connect):
    nobody = str(uuid.uuid4())
    assert refusal(send, "DescribeKey", KeyId=nobody) == "Forbidden.KeyNotFound"
    assert refusal(connect("wrong"), "ListKeys") == WRONG_SECRET[connect]


@pytest.mark.parametrize("client", CLIENTS)
def test_sends_nothing_to_a_server_whose_ca_it_does_not_trust(client):
    code = f"""
import test_kms
try:
    test_kms.CLIENTS[{client!r}]()("ListKeys")
except Exception as error:
    print(error, error.__cause__)
"""
    bundles = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "ALIBABA_CLOUD_CA_BUNDLE")
    env = {name: value for name, value in os.environ.items() if name not in bundles}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert "CERTIFICATE_VERIFY_FAILED" in run.stdout, run
