package scenario

import (
	"encoding/json"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
)

type sdkGo struct{ client *kms.Client }

func newSdkGo(t *testing.T, secret string) keyService {
	client, err := kms.NewClientWithAccessKey(region, keyID, secret)
	must(t, err)
	client.Domain = endpoint
	client.GetConfig().Scheme = "https"
	return sdkGo{client}
}

func (context encryptionContext) json() string {
	if context == nil {
		return ""
	}
	text, err := json.Marshal(context)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (s sdkGo) create(description string) (string, error) {
	request := kms.CreateCreateKeyRequest()
	request.Description = description
	answer, err := s.client.CreateKey(request)
	return answer.KeyMetadata.KeyId, err
}

func (s sdkGo) describe(cmkID string) (string, string, error) {
	request := kms.CreateDescribeKeyRequest()
	request.KeyId = cmkID
	answer, err := s.client.DescribeKey(request)
	return answer.KeyMetadata.KeyState, answer.KeyMetadata.Description, err
}

func (s sdkGo) list(page, size int) ([]string, int, error) {
	request := kms.CreateListKeysRequest()
	request.PageNumber = requests.NewInteger(page)
	request.PageSize = requests.NewInteger(size)
	answer, err := s.client.ListKeys(request)
	var ids []string
	for _, each := range answer.Keys.Key {
		ids = append(ids, each.KeyId)
	}
	return ids, answer.TotalCount, err
}

func (s sdkGo) encrypt(cmkID, plaintext string, context encryptionContext) (string, string, error) {
	request := kms.CreateEncryptRequest()
	request.KeyId, request.Plaintext, request.EncryptionContext = cmkID, plaintext, context.json()
	answer, err := s.client.Encrypt(request)
	return answer.CiphertextBlob, answer.KeyId, err
}

func (s sdkGo) decrypt(blob string, context encryptionContext) (string, error) {
	request := kms.CreateDecryptRequest()
	request.CiphertextBlob, request.EncryptionContext = blob, context.json()
	answer, err := s.client.Decrypt(request)
	return answer.Plaintext, err
}

func (s sdkGo) dataKey(cmkID string) (string, string, error) {
	request := kms.CreateGenerateDataKeyRequest()
	request.KeyId, request.KeySpec = cmkID, "AES_256"
	answer, err := s.client.GenerateDataKey(request)
	return answer.Plaintext, answer.CiphertextBlob, err
}

func (s sdkGo) hiddenDataKey(cmkID string) (string, error) {
	request := kms.CreateGenerateDataKeyWithoutPlaintextRequest()
	request.KeyId = cmkID
	answer, err := s.client.GenerateDataKeyWithoutPlaintext(request)
	return answer.CiphertextBlob, err
}

func (s sdkGo) createAlias(name, cmkID string) error {
	request := kms.CreateCreateAliasRequest()
	request.AliasName, request.KeyId = name, cmkID
	_, err := s.client.CreateAlias(request)
	return err
}

func (s sdkGo) deleteAlias(name string) error {
	request := kms.CreateDeleteAliasRequest()
	request.AliasName = name
	_, err := s.client.DeleteAlias(request)
	return err
}

func (s sdkGo) aliases(cmkID string) ([]string, error) {
	request := kms.CreateListAliasesByKeyIdRequest()
	request.KeyId = cmkID
	answer, err := s.client.ListAliasesByKeyId(request)
	var names []string
	for _, each := range answer.Aliases.Alias {
		names = append(names, each.AliasName)
	}
	return names, err
}

func (s sdkGo) disable(cmkID string) error {
	request := kms.CreateDisableKeyRequest()
	request.KeyId = cmkID
	_, err := s.client.DisableKey(request)
	return err
}

func (s sdkGo) enable(cmkID string) error {
	request := kms.CreateEnableKeyRequest()
	request.KeyId = cmkID
	_, err := s.client.EnableKey(request)
	return err
}

func (s sdkGo) scheduleDeletion(cmkID string, days int) error {
	request := kms.CreateScheduleKeyDeletionRequest()
	request.KeyId = cmkID
	request.PendingWindowInDays = requests.NewInteger(days)
	_, err := s.client.ScheduleKeyDeletion(request)
	return err
}

func (s sdkGo) cancelDeletion(cmkID string) error {
	request := kms.CreateCancelKeyDeletionRequest()
	request.KeyId = cmkID
	_, err := s.client.CancelKeyDeletion(request)
	return err
}

func (s sdkGo) code(err error) string {
	if refusal, ok := err.(errors.Error); ok {
		return refusal.ErrorCode()
	}
	return err.Error()
}
