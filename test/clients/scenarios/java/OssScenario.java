import com.aliyun.oss.ClientBuilderConfiguration;
import com.aliyun.oss.HttpMethod;
import com.aliyun.oss.OSS;
import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.OSSException;
import com.aliyun.oss.common.auth.DefaultCredentialProvider;
import com.aliyun.oss.common.comm.SignVersion;
import com.aliyun.oss.internal.OSSHeaders;
import com.aliyun.oss.model.*;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The object store over https, with aliyun-sdk-oss as it comes from the registry, by both of its signatures. */
final class OssScenario {
    private interface Scenario {
        void run(OSS oss, String bucket) throws Exception;
    }

    private static final Map<String, SignVersion> SIGNATURES =
        new TreeMap<>(Map.of("V1", SignVersion.V1, "V4", SignVersion.V4));
    private static final byte[] LARGE = new byte[1_000_003];
    private static int buckets = 0;

    private static OSS connect(SignVersion signature) {
        ClientBuilderConfiguration configuration = new ClientBuilderConfiguration();
        configuration.setSignatureVersion(signature);
        return OSSClientBuilder.create()
            .endpoint(System.getenv("SCENARIO_OSS_ENDPOINT"))
            .region(System.getenv("SCENARIO_REGION"))
            .clientConfiguration(configuration)
            .credentialsProvider(new DefaultCredentialProvider(
                System.getenv("SCENARIO_ACCESS_KEY_ID"),
                System.getenv("SCENARIO_ACCESS_KEY_SECRET")))
            .build();
    }

    private static void each(String title, Scenario scenario) {
        SIGNATURES.forEach((name, signature) -> Tap.test(name + " " + title, () -> {
            OSS oss = connect(signature);
            buckets += 1;
            String bucket = "java-scenario-" + buckets;
            oss.createBucket(bucket);
            try {
                scenario.run(oss, bucket);
            } finally {
                oss.shutdown();
            }
        }));
    }

    private static void refused(Tap.Step step, String wanted) throws Exception {
        String found = "no error";
        try {
            step.run();
        } catch (OSSException error) {
            found = error.getErrorCode();
        }
        Tap.equal(found, wanted);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes());
    }

    private static byte[] read(OSS oss, GetObjectRequest request) throws Exception {
        try (OSSObject object = oss.getObject(request)) {
            return object.getObjectContent().readAllBytes();
        }
    }

    private static String text(OSS oss, String bucket, String objectKey) throws Exception {
        return new String(read(oss, new GetObjectRequest(bucket, objectKey)));
    }

    private static ObjectMetadata encryption(String algorithm) {
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setServerSideEncryption(algorithm);
        return metadata;
    }

    private static void objects(OSS oss, String bucket) throws Exception {
        String objectKey = "a folder/ü+😀 %2F.txt";
        PutObjectResult put = oss.putObject(bucket, objectKey, stream("hello"));
        Tap.equal(put.getETag(), "5D41402ABC4B2A76B9719D911017C592");
        Tap.equal(text(oss, bucket, objectKey), "hello");
        GetObjectRequest range = new GetObjectRequest(bucket, objectKey);
        range.setRange(1, 3);
        Tap.equal(new String(read(oss, range)), "ell");
        oss.copyObject(bucket, objectKey, bucket, "copy");
        ObjectListing listed = oss.listObjects(new ListObjectsRequest(bucket).withPrefix("a folder/"));
        Tap.equal(listed.getObjectSummaries().size(), 1);
        Tap.equal(listed.getObjectSummaries().get(0).getKey(), objectKey);
        ListObjectsV2Result second = oss.listObjectsV2(new ListObjectsV2Request(bucket).withDelimiter("/"));
        Tap.equal(second.getCommonPrefixes(), List.of("a folder/"));
        oss.deleteObjects(new DeleteObjectsRequest(bucket).withKeys(List.of(objectKey, "copy")));
        Tap.equal(oss.doesObjectExist(bucket, objectKey), false);
        refused(() -> oss.getObject(bucket, objectKey), "NoSuchKey");
        oss.deleteBucket(bucket);
        refused(() -> oss.listObjects(bucket), "NoSuchBucket");
    }

    private static void encryptions(OSS oss, String bucket) throws Exception {
        for (String algorithm : List.of("AES256", "KMS")) {
            PutObjectRequest request = new PutObjectRequest(bucket, algorithm, stream("hello"));
            request.setMetadata(encryption(algorithm));
            oss.putObject(request);
            ObjectMetadata head = oss.getObjectMetadata(bucket, algorithm);
            Tap.equal(head.getServerSideEncryption(), algorithm);
            Object cmkId = head.getRawMetadata().get(OSSHeaders.OSS_SERVER_SIDE_ENCRYPTION_KEY_ID);
            Tap.equal(cmkId != null, algorithm.equals("KMS"));
            Tap.equal(text(oss, bucket, algorithm), "hello");
        }
        CopyObjectRequest copy = new CopyObjectRequest(bucket, "KMS", bucket, "copy");
        copy.setNewObjectMetadata(encryption("AES256"));
        oss.copyObject(copy);
        Tap.equal(oss.getObjectMetadata(bucket, "copy").getServerSideEncryption(), "AES256");
        PutObjectRequest bad = new PutObjectRequest(bucket, "bad", stream("hello"));
        bad.setMetadata(encryption("DES"));
        refused(() -> oss.putObject(bad), "InvalidEncryptionAlgorithmError");
        Tap.equal(oss.doesObjectExist(bucket, "bad"), false);
    }

    private static void bucketEncryption(OSS oss, String bucket) throws Exception {
        refused(() -> oss.getBucketEncryption(bucket), "NoSuchServerSideEncryptionRule");
        ServerSideEncryptionByDefault rule = new ServerSideEncryptionByDefault(SSEAlgorithm.KMS);
        ServerSideEncryptionConfiguration configuration = new ServerSideEncryptionConfiguration();
        configuration.setApplyServerSideEncryptionByDefault(rule);
        oss.setBucketEncryption(new SetBucketEncryptionRequest(bucket, configuration));
        ServerSideEncryptionByDefault found =
            oss.getBucketEncryption(bucket).getApplyServerSideEncryptionByDefault();
        Tap.equal(found.getSSEAlgorithm(), "KMS");
        oss.putObject(bucket, "a", stream("hello"));
        Tap.equal(oss.getObjectMetadata(bucket, "a").getServerSideEncryption(), "KMS");
        oss.deleteBucketEncryption(bucket);
        oss.putObject(bucket, "a", stream("hello"));
        Tap.equal(oss.getObjectMetadata(bucket, "a").getServerSideEncryption(), null);
    }

    private static void parts(OSS oss, String bucket) throws Exception {
        InitiateMultipartUploadRequest begin = new InitiateMultipartUploadRequest(bucket, "parts");
        begin.setObjectMetadata(encryption("KMS"));
        String uploadId = oss.initiateMultipartUpload(begin).getUploadId();
        List<PartETag> etags = new ArrayList<>();
        int partBytes = 400_000;
        for (int from = 0; from < LARGE.length; from += partBytes) {
            byte[] part = Arrays.copyOfRange(LARGE, from, Math.min(from + partBytes, LARGE.length));
            UploadPartRequest request = new UploadPartRequest(bucket, "parts", uploadId,
                from / partBytes + 1, new ByteArrayInputStream(part), part.length);
            etags.add(oss.uploadPart(request).getPartETag());
        }
        Tap.equal(oss.listParts(new ListPartsRequest(bucket, "parts", uploadId)).getParts().size(), 3);
        oss.completeMultipartUpload(
            new CompleteMultipartUploadRequest(bucket, "parts", uploadId, etags));
        Tap.equal(read(oss, new GetObjectRequest(bucket, "parts")), LARGE);
        Tap.equal(oss.getObjectMetadata(bucket, "parts").getServerSideEncryption(), "KMS");
        String other = oss.initiateMultipartUpload(
            new InitiateMultipartUploadRequest(bucket, "other")).getUploadId();
        oss.abortMultipartUpload(new AbortMultipartUploadRequest(bucket, "other", other));
        refused(() -> oss.listParts(new ListPartsRequest(bucket, "other", other)), "NoSuchUpload");
    }

    private static void files(OSS oss, String bucket) throws Exception {
        File source = File.createTempFile("scenario", ".source");
        File target = File.createTempFile("scenario", ".target");
        Files.write(source.toPath(), LARGE);
        UploadFileRequest upload = new UploadFileRequest(bucket, "file");
        upload.setUploadFile(source.getPath());
        upload.setPartSize(200_000);
        upload.setTaskNum(3);
        try {
            oss.uploadFile(upload);
            DownloadFileRequest download = new DownloadFileRequest(bucket, "file");
            download.setDownloadFile(target.getPath());
            download.setPartSize(300_000);
            download.setTaskNum(3);
            oss.downloadFile(download);
        } catch (Exception | Error error) {
            throw error;
        } catch (Throwable error) {
            throw new Exception(error);
        }
        Tap.equal(Files.readAllBytes(target.toPath()), LARGE);
        Files.delete(source.toPath());
        Files.delete(target.toPath());
    }

    private static void versions(OSS oss, String bucket) throws Exception {
        oss.setBucketVersioning(new SetBucketVersioningRequest(bucket,
            new BucketVersioningConfiguration(BucketVersioningConfiguration.ENABLED)));
        String first = oss.putObject(bucket, "a", stream("first")).getVersionId();
        String second = oss.putObject(bucket, "a", stream("second")).getVersionId();
        Tap.equal(text(oss, bucket, "a"), "second");
        Tap.equal(new String(read(oss, new GetObjectRequest(bucket, "a", first))), "first");
        oss.deleteObject(bucket, "a");
        refused(() -> oss.getObject(bucket, "a"), "NoSuchKey");
        VersionListing listed = oss.listVersions(bucket, "");
        Tap.equal(listed.getVersionSummaries().size(), 3);
        long markers = listed.getVersionSummaries().stream().filter(each -> each.isDeleteMarker()).count();
        Tap.equal(markers, 1L);
        for (OSSVersionSummary each : listed.getVersionSummaries()) {
            oss.deleteVersion(bucket, "a", each.getVersionId());
        }
        refused(() -> oss.getObject(new GetObjectRequest(bucket, "a", second)), "NoSuchVersion");
    }

    private static void appends(OSS oss, String bucket) throws Exception {
        AppendObjectRequest first = new AppendObjectRequest(bucket, "log", stream("one "));
        first.setPosition(0L);
        Long next = oss.appendObject(first).getNextPosition();
        AppendObjectRequest second = new AppendObjectRequest(bucket, "log", stream("two"));
        second.setPosition(next);
        oss.appendObject(second);
        Tap.equal(text(oss, bucket, "log"), "one two");
        AppendObjectRequest late = new AppendObjectRequest(bucket, "log", stream("three"));
        late.setPosition(next);
        refused(() -> oss.appendObject(late), "PositionNotEqualToLength");
        AppendObjectRequest encrypted = new AppendObjectRequest(bucket, "other", stream("one"));
        encrypted.setPosition(0L);
        encrypted.setMetadata(encryption("KMS"));
        refused(() -> oss.appendObject(encrypted), "InvalidArgument");
    }

    private static void presigned(OSS oss, String bucket) throws Exception {
        Date soon = new Date(System.currentTimeMillis() + 600_000);
        GeneratePresignedUrlRequest put =
            new GeneratePresignedUrlRequest(bucket, "a b", HttpMethod.PUT);
        put.setExpiration(soon);
        Map<String, String> headers = new TreeMap<>(Map.of("x-oss-server-side-encryption", "KMS"));
        put.setHeaders(headers);
        oss.putObject(oss.generatePresignedUrl(put), stream("hello"), 5, headers).getETag();
        Tap.equal(oss.getObjectMetadata(bucket, "a b").getServerSideEncryption(), "KMS");
        URL get = oss.generatePresignedUrl(bucket, "a b", soon);
        Tap.equal(new String(get.openStream().readAllBytes()), "hello");
        String other = get.toString().replace("a%20b", "a%20c");
        HttpURLConnection refused = (HttpURLConnection) new URL(other).openConnection();
        Tap.equal(refused.getResponseCode(), 403);
    }

    private static void acls(OSS oss, String bucket) throws Exception {
        oss.putObject(bucket, "a", stream("hello"));
        String plain = System.getenv("SCENARIO_OSS_ENDPOINT") + "/" + bucket + "/a";
        Tap.equal(((HttpURLConnection) new URL(plain).openConnection()).getResponseCode(), 403);
        oss.setObjectAcl(bucket, "a", CannedAccessControlList.PublicRead);
        Tap.equal(oss.getObjectAcl(bucket, "a").getPermission(), ObjectPermission.PublicRead);
        Tap.equal(new String(new URL(plain).openStream().readAllBytes()), "hello");
        oss.setBucketAcl(bucket, CannedAccessControlList.PublicReadWrite);
        Tap.equal(oss.getBucketAcl(bucket).getCannedACL(), CannedAccessControlList.PublicReadWrite);
        BucketInfo info = oss.getBucketInfo(bucket);
        Tap.equal(info.getBucket().getName(), bucket);
    }

    public static void main(String[] args) {
        new Random(7).nextBytes(LARGE);
        each("puts, reads, copies, lists and deletes", OssScenario::objects);
        each("has its objects encrypted by header", OssScenario::encryptions);
        each("sets the encryption of a bucket", OssScenario::bucketEncryption);
        each("uploads in parts", OssScenario::parts);
        each("uploads and downloads files with checkpoints", OssScenario::files);
        each("keeps versions", OssScenario::versions);
        each("appends", OssScenario::appends);
        each("signs URLs", OssScenario::presigned);
        each("sets ACLs", OssScenario::acls);
        Tap.exit();
    }
}
