import com.aliyun.sdk.service.oss2.OSSClient;
import com.aliyun.sdk.service.oss2.credentials.StaticCredentialsProvider;
import com.aliyun.sdk.service.oss2.exceptions.ServiceException;
import com.aliyun.sdk.service.oss2.models.*;
import com.aliyun.sdk.service.oss2.transport.BinaryData;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** The object store over https, with alibabacloud-oss-v2 as it comes from the registry. */
final class OssV2Scenario {
    private interface Scenario {
        void run(OSSClient oss, String bucket) throws Exception;
    }

    private static final byte[] LARGE = new byte[1_000_003];

    private static OSSClient connect(String secret) {
        return OSSClient.newBuilder()
            .endpoint(System.getenv("SCENARIO_OSS_ENDPOINT"))
            .region(System.getenv("SCENARIO_REGION"))
            .credentialsProvider(
                new StaticCredentialsProvider(System.getenv("SCENARIO_ACCESS_KEY_ID"), secret))
            .build();
    }

    private static void test(String title, Scenario scenario) {
        Tap.test(title, () -> {
            String bucket = "java-v2-" + UUID.randomUUID();
            try (OSSClient oss = connect(System.getenv("SCENARIO_ACCESS_KEY_SECRET"))) {
                oss.putBucket(PutBucketRequest.newBuilder().bucket(bucket).build());
                scenario.run(oss, bucket);
            }
        });
    }

    private static void refused(Tap.Step step, String wanted) throws Exception {
        String found = "no error";
        try {
            step.run();
        } catch (Exception error) {
            ServiceException refusal = ServiceException.asCause(error);
            found = refusal == null ? error.toString() : refusal.errorCode();
        }
        Tap.equal(found, wanted);
    }

    private static PutObjectRequest.Builder put(String bucket, String objectKey, String text) {
        return PutObjectRequest.newBuilder()
            .bucket(bucket).key(objectKey).body(BinaryData.fromString(text));
    }

    private static GetObjectRequest.Builder get(String bucket, String objectKey) {
        return GetObjectRequest.newBuilder().bucket(bucket).key(objectKey);
    }

    private static byte[] read(OSSClient oss, GetObjectRequest request) throws Exception {
        try (GetObjectResult result = oss.getObject(request)) {
            return result.body().readAllBytes();
        }
    }

    private static String text(OSSClient oss, GetObjectRequest.Builder request) throws Exception {
        return new String(read(oss, request.build()), "UTF-8");
    }

    private static void objects(OSSClient oss, String bucket) throws Exception {
        String objectKey = "a folder/ü+😀 %2F.txt";
        oss.putObject(put(bucket, objectKey, "hello").build());
        Tap.equal(text(oss, get(bucket, objectKey)), "hello");
        Tap.equal(text(oss, get(bucket, objectKey).range("bytes=1-3")), "ell");
        oss.copyObject(CopyObjectRequest.newBuilder()
            .bucket(bucket).key("copy").sourceBucket(bucket).sourceKey(objectKey).build());
        ListObjectsV2Result listed = oss.listObjectsV2(
            ListObjectsV2Request.newBuilder().bucket(bucket).prefix("a folder/").build());
        Tap.equal(listed.contents().get(0).key(), objectKey);
        oss.deleteMultipleObjects(DeleteMultipleObjectsRequest.newBuilder()
            .bucket(bucket)
            .deleteObjects(List.of(
                DeleteObject.newBuilder().key(objectKey).build(),
                DeleteObject.newBuilder().key("copy").build()))
            .build());
        refused(() -> oss.getObject(get(bucket, "copy").build()), "NoSuchKey");
        oss.deleteBucket(DeleteBucketRequest.newBuilder().bucket(bucket).build());
        refused(() -> oss.getObject(get(bucket, "copy").build()), "NoSuchBucket");
    }

    private static void encryptions(OSSClient oss, String bucket) throws Exception {
        for (String algorithm : List.of("AES256", "KMS")) {
            oss.putObject(put(bucket, algorithm, "hello").serverSideEncryption(algorithm).build());
            HeadObjectResult head =
                oss.headObject(HeadObjectRequest.newBuilder().bucket(bucket).key(algorithm).build());
            Tap.equal(head.serverSideEncryption(), algorithm);
            Tap.equal(head.serverSideEncryptionKeyId() != null, algorithm.equals("KMS"));
            Tap.equal(text(oss, get(bucket, algorithm)), "hello");
        }
        PutObjectRequest bad = put(bucket, "bad", "hello").serverSideEncryption("DES").build();
        refused(() -> oss.putObject(bad), "InvalidEncryptionAlgorithmError");
    }

    private static void parts(OSSClient oss, String bucket) throws Exception {
        String uploadId = oss.initiateMultipartUpload(InitiateMultipartUploadRequest.newBuilder()
            .bucket(bucket).key("parts").serverSideEncryption("KMS").build())
            .initiateMultipartUpload().uploadId();
        List<Part> parts = new ArrayList<>();
        int partBytes = 400_000;
        for (int from = 0; from < LARGE.length; from += partBytes) {
            long number = from / partBytes + 1;
            byte[] part = Arrays.copyOfRange(LARGE, from, Math.min(from + partBytes, LARGE.length));
            UploadPartResult sent = oss.uploadPart(UploadPartRequest.newBuilder()
                .bucket(bucket).key("parts").uploadId(uploadId).partNumber(number)
                .body(BinaryData.fromBytes(part)).build());
            parts.add(Part.newBuilder().partNumber(number).eTag(sent.eTag()).build());
        }
        oss.completeMultipartUpload(CompleteMultipartUploadRequest.newBuilder()
            .bucket(bucket).key("parts").uploadId(uploadId)
            .completeMultipartUpload(CompleteMultipartUpload.newBuilder().parts(parts).build())
            .build());
        Tap.equal(read(oss, get(bucket, "parts").build()), LARGE);
    }

    private static void versions(OSSClient oss, String bucket) throws Exception {
        oss.putBucketVersioning(PutBucketVersioningRequest.newBuilder()
            .bucket(bucket)
            .versioningConfiguration(VersioningConfiguration.newBuilder().status("Enabled").build())
            .build());
        String first = oss.putObject(put(bucket, "a", "first").build()).versionId();
        oss.putObject(put(bucket, "a", "second").build());
        Tap.equal(text(oss, get(bucket, "a")), "second");
        Tap.equal(text(oss, get(bucket, "a").versionId(first)), "first");
    }

    private static void appends(OSSClient oss, String bucket) throws Exception {
        Long next = oss.appendObject(AppendObjectRequest.newBuilder()
            .bucket(bucket).key("log").position(0L).body(BinaryData.fromString("one ")).build())
            .nextAppendPosition();
        AppendObjectRequest second = AppendObjectRequest.newBuilder()
            .bucket(bucket).key("log").position(next).body(BinaryData.fromString("two")).build();
        oss.appendObject(second);
        Tap.equal(text(oss, get(bucket, "log")), "one two");
        refused(() -> oss.appendObject(second), "PositionNotEqualToLength");
    }

    private static void presigned(OSSClient oss, String bucket) throws Exception {
        oss.putObject(put(bucket, "a b", "hello").build());
        String url = oss.presign(get(bucket, "a b").build()).url();
        Tap.equal(new String(new URL(url).openStream().readAllBytes()), "hello");
        URL other = new URL(url.replace("a%20b", "a%20c"));
        Tap.equal(((HttpURLConnection) other.openConnection()).getResponseCode(), 403);
    }

    private static void refusals(OSSClient oss, String bucket) throws Exception {
        try (OSSClient wrong = connect("wrong")) {
            refused(() -> wrong.getObject(get(bucket, "a").build()), "SignatureDoesNotMatch");
        }
    }

    public static void main(String[] args) {
        new Random(7).nextBytes(LARGE);
        test("puts, reads, copies, lists and deletes", OssV2Scenario::objects);
        test("has its objects encrypted by header", OssV2Scenario::encryptions);
        test("uploads in parts", OssV2Scenario::parts);
        test("keeps versions", OssV2Scenario::versions);
        test("appends", OssV2Scenario::appends);
        test("signs URLs", OssV2Scenario::presigned);
        test("is told that its secret is wrong", OssV2Scenario::refusals);
        Tap.exit();
    }
}
