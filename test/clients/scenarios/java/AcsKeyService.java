import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.AcsRequest;
import com.aliyuncs.AcsResponse;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.kms.model.v20160120.*;
import com.aliyuncs.profile.DefaultProfile;
import com.google.gson.Gson;
import java.util.List;
import java.util.Map;

/** aliyun-java-sdk-kms */
final class AcsKeyService implements KeyService {
    private final DefaultAcsClient client;

    AcsKeyService(String accessKeyId, String accessKeySecret) {
        String region = System.getenv("SCENARIO_REGION");
        DefaultProfile profile = DefaultProfile.getProfile(region, accessKeyId, accessKeySecret);
        client = new DefaultAcsClient(profile);
    }

    private <T extends AcsResponse> T send(AcsRequest<T> request) throws ClientException {
        request.setSysEndpoint(System.getenv("SCENARIO_KMS_ENDPOINT"));
        request.setSysProtocol(ProtocolType.HTTPS);
        return client.getAcsResponse(request);
    }

    private static String json(Map<String, String> context) {
        return context == null ? null : new Gson().toJson(context);
    }

    public String create(String description) throws Exception {
        CreateKeyRequest request = new CreateKeyRequest();
        request.setDescription(description);
        return send(request).getKeyMetadata().getKeyId();
    }

    public List<String> describe(String cmkId) throws Exception {
        DescribeKeyRequest request = new DescribeKeyRequest();
        request.setKeyId(cmkId);
        DescribeKeyResponse.KeyMetadata found = send(request).getKeyMetadata();
        return List.of(found.getKeyState(), found.getDescription());
    }

    private ListKeysResponse list(int page) throws Exception {
        ListKeysRequest request = new ListKeysRequest();
        request.setPageNumber(page);
        request.setPageSize(1);
        return send(request);
    }

    public int total() throws Exception {
        return list(1).getTotalCount();
    }

    public List<String> page(int page) throws Exception {
        return list(page).getKeys().stream().map(each -> each.getKeyId()).toList();
    }

    public Encrypted encrypt(String cmkId, String plaintext, Map<String, String> context)
            throws Exception {
        EncryptRequest request = new EncryptRequest();
        request.setKeyId(cmkId);
        request.setPlaintext(plaintext);
        request.setEncryptionContext(json(context));
        EncryptResponse answer = send(request);
        return new Encrypted(answer.getCiphertextBlob(), answer.getKeyId());
    }

    public String decrypt(String blob, Map<String, String> context) throws Exception {
        DecryptRequest request = new DecryptRequest();
        request.setCiphertextBlob(blob);
        request.setEncryptionContext(json(context));
        return send(request).getPlaintext();
    }

    public DataKey dataKey(String cmkId) throws Exception {
        GenerateDataKeyRequest request = new GenerateDataKeyRequest();
        request.setKeyId(cmkId);
        request.setKeySpec("AES_256");
        GenerateDataKeyResponse answer = send(request);
        return new DataKey(answer.getPlaintext(), answer.getCiphertextBlob());
    }

    public String hiddenDataKey(String cmkId) throws Exception {
        GenerateDataKeyWithoutPlaintextRequest request = new GenerateDataKeyWithoutPlaintextRequest();
        request.setKeyId(cmkId);
        return send(request).getCiphertextBlob();
    }

    public void createAlias(String name, String cmkId) throws Exception {
        CreateAliasRequest request = new CreateAliasRequest();
        request.setAliasName(name);
        request.setKeyId(cmkId);
        send(request);
    }

    public void deleteAlias(String name) throws Exception {
        DeleteAliasRequest request = new DeleteAliasRequest();
        request.setAliasName(name);
        send(request);
    }

    public List<String> aliases(String cmkId) throws Exception {
        ListAliasesByKeyIdRequest request = new ListAliasesByKeyIdRequest();
        request.setKeyId(cmkId);
        return send(request).getAliases().stream().map(each -> each.getAliasName()).toList();
    }

    public void disable(String cmkId) throws Exception {
        DisableKeyRequest request = new DisableKeyRequest();
        request.setKeyId(cmkId);
        send(request);
    }

    public void enable(String cmkId) throws Exception {
        EnableKeyRequest request = new EnableKeyRequest();
        request.setKeyId(cmkId);
        send(request);
    }

    public void scheduleDeletion(String cmkId, int days) throws Exception {
        ScheduleKeyDeletionRequest request = new ScheduleKeyDeletionRequest();
        request.setKeyId(cmkId);
        request.setPendingWindowInDays(days);
        send(request);
    }

    public void cancelDeletion(String cmkId) throws Exception {
        CancelKeyDeletionRequest request = new CancelKeyDeletionRequest();
        request.setKeyId(cmkId);
        send(request);
    }

    public String code(Exception error) {
        return error instanceof ClientException refusal ? refusal.getErrCode() : error.toString();
    }
}
