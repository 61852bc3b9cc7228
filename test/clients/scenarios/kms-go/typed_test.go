package scenario

import (
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	kms "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
)

type typed struct{ client *kms.Client }

func newTyped(t *testing.T, secret string) keyService {
	client, err := kms.NewClient(&openapi.Config{
		AccessKeyId:     tea.String(keyID),
		AccessKeySecret: tea.String(secret),
		RegionId:        tea.String(region),
		Endpoint:        tea.String(endpoint),
	})
	must(t, err)
	return typed{client}
}

func (context encryptionContext) values() map[string]any {
	values := map[string]any{}
	for name, value := range context {
		values[name] = value
	}
	return values
}

func (s typed) create(description string) (string, error) {
	answer, err := s.client.CreateKey(&kms.CreateKeyRequest{Description: &description})
	if err != nil {
		return "", err
	}
	return *answer.Body.KeyMetadata.KeyId, nil
}

func (s typed) describe(cmkID string) (string, string, error) {
	answer, err := s.client.DescribeKey(&kms.DescribeKeyRequest{KeyId: &cmkID})
	if err != nil {
		return "", "", err
	}
	found := answer.Body.KeyMetadata
	return *found.KeyState, *found.Description, nil
}

func (s typed) list(page, size int) ([]string, int, error) {
	answer, err := s.client.ListKeys(&kms.ListKeysRequest{
		PageNumber: tea.Int32(int32(page)),
		PageSize:   tea.Int32(int32(size)),
	})
	if err != nil {
		return nil, 0, err
	}
	var ids []string
	for _, each := range answer.Body.Keys.Key {
		ids = append(ids, *each.KeyId)
	}
	return ids, int(*answer.Body.TotalCount), nil
}

func (s typed) encrypt(cmkID, plaintext string, context encryptionContext) (string, string, error) {
	answer, err := s.client.Encrypt(&kms.EncryptRequest{
		KeyId:             &cmkID,
		Plaintext:         &plaintext,
		EncryptionContext: context.values(),
	})
	if err != nil {
		return "", "", err
	}
	return *answer.Body.CiphertextBlob, *answer.Body.KeyId, nil
}

func (s typed) decrypt(blob string, context encryptionContext) (string, error) {
	answer, err := s.client.Decrypt(&kms.DecryptRequest{
		CiphertextBlob:    &blob,
		EncryptionContext: context.values(),
	})
	if err != nil {
		return "", err
	}
	return *answer.Body.Plaintext, nil
}

func (s typed) dataKey(cmkID string) (string, string, error) {
	answer, err := s.client.GenerateDataKey(&kms.GenerateDataKeyRequest{
		KeyId:   &cmkID,
		KeySpec: tea.String("AES_256"),
	})
	if err != nil {
		return "", "", err
	}
	return *answer.Body.Plaintext, *answer.Body.CiphertextBlob, nil
}

func (s typed) hiddenDataKey(cmkID string) (string, error) {
	answer, err := s.client.GenerateDataKeyWithoutPlaintext(
		&kms.GenerateDataKeyWithoutPlaintextRequest{KeyId: &cmkID},
	)
	if err != nil {
		return "", err
	}
	return *answer.Body.CiphertextBlob, nil
}

func (s typed) createAlias(name, cmkID string) error {
	_, err := s.client.CreateAlias(&kms.CreateAliasRequest{AliasName: &name, KeyId: &cmkID})
	return err
}

func (s typed) deleteAlias(name string) error {
	_, err := s.client.DeleteAlias(&kms.DeleteAliasRequest{AliasName: &name})
	return err
}

func (s typed) aliases(cmkID string) ([]string, error) {
	answer, err := s.client.ListAliasesByKeyId(&kms.ListAliasesByKeyIdRequest{KeyId: &cmkID})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, each := range answer.Body.Aliases.Alias {
		names = append(names, *each.AliasName)
	}
	return names, nil
}

func (s typed) disable(cmkID string) error {
	_, err := s.client.DisableKey(&kms.DisableKeyRequest{KeyId: &cmkID})
	return err
}

func (s typed) enable(cmkID string) error {
	_, err := s.client.EnableKey(&kms.EnableKeyRequest{KeyId: &cmkID})
	return err
}

func (s typed) scheduleDeletion(cmkID string, days int) error {
	_, err := s.client.ScheduleKeyDeletion(&kms.ScheduleKeyDeletionRequest{
		KeyId:               &cmkID,
		PendingWindowInDays: tea.Int32(int32(days)),
	})
	return err
}

func (s typed) cancelDeletion(cmkID string) error {
	_, err := s.client.CancelKeyDeletion(&kms.CancelKeyDeletionRequest{KeyId: &cmkID})
	return err
}

func (s typed) code(err error) string {
	if refusal, ok := err.(*tea.SDKError); ok {
		return tea.StringValue(refusal.Code)
	}
	return err.Error()
}
