// The methods of ali-oss that the server refuses, and those that send no request.
const RULE = { id: "r", prefix: "p", status: "Enabled", days: 1 }
const INVENTORY = {
  id: "i",
  isEnabled: true,
  prefix: "p",
  OSSBucketDestination: { format: "CSV", accountId: "1", rolename: "r", bucket: "b" },
  frequency: "Daily",
  includedObjectVersions: "All",
}
/** Stands for the bucket's name in REFUSED. */
export const BUCKET: unique symbol = Symbol("the bucket's name")

/** Methods for what the service supports and this server does not: the operation and the method's arguments. */
export const REFUSED: Readonly<Record<string, readonly [operation: string, ...input: unknown[]]>> =
  {
    abortBucketWorm: ["AbortBucketWorm", BUCKET],
    completeBucketWorm: ["CompleteBucketWorm", BUCKET, "id"],
    createVod: ["PostVodPlaylist", "a", "b", { startTime: 1, endTime: 2 }],
    deleteBucketCORS: ["DeleteBucketCors", BUCKET],
    deleteBucketInventory: ["DeleteBucketInventory", BUCKET, "i"],
    deleteBucketLifecycle: ["DeleteBucketLifecycle", BUCKET],
    deleteBucketLogging: ["DeleteBucketLogging", BUCKET],
    deleteBucketReferer: ["PutBucketReferer", BUCKET],
    deleteBucketTags: ["DeleteBucketTags", BUCKET],
    deleteBucketWebsite: ["DeleteBucketWebsite", BUCKET],
    deleteChannel: ["DeleteLiveChannel", "a"],
    deleteObjectTagging: ["DeleteObjectTagging", "a"],
    extendBucketWorm: ["ExtendBucketWorm", BUCKET, "id", 2],
    getAsyncFetch: ["GetAsyncFetchTask", "id"],
    getBucketCORS: ["GetBucketCors", BUCKET],
    getBucketInventory: ["GetBucketInventory", BUCKET, "i"],
    getBucketLifecycle: ["GetBucketLifecycle", BUCKET],
    getBucketLogging: ["GetBucketLogging", BUCKET],
    getBucketReferer: ["GetBucketReferer", BUCKET],
    getBucketRequestPayment: ["GetBucketRequestPayment", BUCKET],
    getBucketTags: ["GetBucketTags", BUCKET],
    getBucketWebsite: ["GetBucketWebsite", BUCKET],
    getBucketWorm: ["GetBucketWorm", BUCKET],
    getChannel: ["GetLiveChannelInfo", "a"],
    getChannelHistory: ["GetLiveChannelHistory", "a"],
    getChannelStatus: ["GetLiveChannelStat", "a"],
    getObjectTagging: ["GetObjectTagging", "a"],
    getSymlink: ["GetSymlink", "a"],
    initiateBucketWorm: ["InitiateBucketWorm", BUCKET, "1"],
    listBucketInventory: ["ListBucketInventory", BUCKET],
    listChannels: ["ListLiveChannel", {}],
    postAsyncFetch: ["PostAsyncFetchTask", "a", "http://127.0.0.1/a"],
    processObjectSave: ["PostProcessTask", "a", "b", "image/resize,w_1"],
    putBucketCORS: ["PutBucketCors", BUCKET, [{ allowedOrigin: "*", allowedMethod: "GET" }]],
    putBucketInventory: ["PutBucketInventory", BUCKET, INVENTORY],
    putBucketLifecycle: ["PutBucketLifecycle", BUCKET, [{ ...RULE, expiration: { days: 1 } }]],
    putBucketLogging: ["PutBucketLogging", BUCKET, "logs/"],
    putBucketPolicy: ["PutBucketPolicy", BUCKET, { Version: "1", Statement: [] }],
    putBucketReferer: ["PutBucketReferer", BUCKET, true, ["http://example.com"]],
    putBucketRequestPayment: ["PutBucketRequestPayment", BUCKET, "BucketOwner"],
    putBucketTags: ["PutBucketTags", BUCKET, { a: "b" }],
    putBucketWebsite: ["PutBucketWebsite", BUCKET, { index: "index.html" }],
    putChannel: ["PutLiveChannel", "a", { Description: "d" }],
    putChannelStatus: ["PutLiveChannelStatus", "a", "enabled"],
    putObjectTagging: ["PutObjectTagging", "a", { a: "b" }],
    putSymlink: ["PutSymlink", "link", "a", {}],
    restore: ["RestoreObject", "a"],
  }

/** Methods that send no request. */
export const LOCAL: readonly string[] = [
  ...["authorization", "authorizationV4", "calculatePostSignature", "cancel"],
  ...["checkBrowserAndVersion", "generateObjectUrl", "getBucket", "getObjectUrl", "getRtmpUrl"],
  ...["isCancel", "parseXML", "request", "requestError", "resetCancelFlag", "setBucket"],
  ...["setSLDEnabled", "signPostObjectPolicyV4", "signature", "useBucket"],
]
