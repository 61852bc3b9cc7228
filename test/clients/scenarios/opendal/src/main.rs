//! The object store over https, with OpenDAL's service "oss" as it comes from the registry. Prints a line a test, as the
//! Test Anything Protocol has it.

use opendal::services::Oss;
use opendal::{ErrorKind, Operator, Result};
use std::env::var;
use std::time::Duration;

fn setting(name: &str) -> String {
    var(format!("SCENARIO_{name}")).unwrap()
}

fn builder() -> Oss {
    Oss::default()
        .bucket("opendal-scenario")
        .endpoint(&setting("OSS_ENDPOINT"))
        .addressing_style("path")
        .access_key_id(&setting("ACCESS_KEY_ID"))
        .access_key_secret(&setting("ACCESS_KEY_SECRET"))
}

fn encrypted(algorithm: &str) -> Result<Operator> {
    Operator::new(builder().server_side_encryption(algorithm))
}

async fn objects() -> Result<()> {
    let oss = Operator::new(builder())?;
    let path = "a folder/ü+😀 %2F.txt";
    oss.write(path, "hello").await?;
    assert_eq!(oss.read(path).await?.to_vec(), b"hello");
    assert_eq!(oss.read_with(path).range(1..4).await?.to_vec(), b"ell");
    assert_eq!(oss.stat(path).await?.content_length(), 5);
    oss.copy(path, "copy").await?;
    let listed = oss.list("a folder/").await?;
    let names: Vec<&str> = listed.iter().map(|entry| entry.path()).collect();
    assert!(names.contains(&path), "{names:?}");
    oss.delete_iter([path, "copy"]).await?;
    let error = oss.read(path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!oss.exists("copy").await?);
    Ok(())
}

async fn encryption() -> Result<()> {
    for algorithm in ["AES256", "KMS"] {
        let oss = encrypted(algorithm)?;
        oss.write(algorithm, "hello").await?;
        assert_eq!(oss.read(algorithm).await?.to_vec(), b"hello");
        let url = oss.presign_stat(algorithm, Duration::from_secs(60)).await?;
        let answer = reqwest::Client::new().head(url.uri().to_string()).send().await.unwrap();
        let found = answer.headers().get("x-oss-server-side-encryption").unwrap();
        assert_eq!(found.to_str().unwrap(), algorithm);
    }
    let error = encrypted("DES")?.write("bad", "hello").await.unwrap_err();
    assert!(error.to_string().contains("InvalidEncryptionAlgorithmError"), "{error}");
    Ok(())
}

async fn parts() -> Result<()> {
    let oss = encrypted("KMS")?;
    let content: Vec<u8> = (0..1_000_003u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut writer = oss.writer_with("parts").chunk(300_000).concurrent(3).await?;
    for piece in content.chunks(77_777) {
        writer.write(piece.to_vec()).await?;
    }
    writer.close().await?;
    assert_eq!(oss.read("parts").await?.to_vec(), content);
    let halves = oss.read_with("parts").chunk(200_000).concurrent(3).await?;
    assert_eq!(halves.to_vec(), content);
    let mut given_up = oss.writer_with("given up").chunk(300_000).await?;
    given_up.write(content.clone()).await?;
    given_up.abort().await?;
    assert!(!oss.exists("given up").await?);
    Ok(())
}

async fn appends() -> Result<()> {
    let oss = Operator::new(builder())?;
    oss.write_with("log", "one ").append(true).await?;
    oss.write_with("log", "two").append(true).await?;
    assert_eq!(oss.read("log").await?.to_vec(), b"one two");
    Ok(())
}

async fn conditions() -> Result<()> {
    let oss = Operator::new(builder())?;
    oss.write_with("once", "first").if_not_exists(true).await?;
    let error = oss.write_with("once", "second").if_not_exists(true).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionNotMatch);
    let etag = oss.stat("once").await?.etag().unwrap().to_string();
    assert_eq!(oss.read_with("once").if_match(&etag).await?.to_vec(), b"first");
    let error = oss.read_with("once").if_none_match(&etag).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionNotMatch);
    Ok(())
}

async fn presigned() -> Result<()> {
    let oss = Operator::new(builder())?;
    let client = reqwest::Client::new();
    let put = oss.presign_write("a b", Duration::from_secs(60)).await?;
    let answer = client.put(put.uri().to_string()).body("hello").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap());
    let get = oss.presign_read("a b", Duration::from_secs(60)).await?.uri().to_string();
    let answer = client.get(&get).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "hello");
    let other = client.get(get.replace("a%20b", "a%20c")).send().await.unwrap();
    assert_eq!(other.status().as_u16(), 403);
    Ok(())
}

async fn refusals() -> Result<()> {
    let oss = Operator::new(builder().access_key_secret("wrong"))?;
    let error = oss.read("a").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let oss = Operator::new(builder().bucket("no-such-bucket"))?;
    let error = oss.write("a", "b").await.unwrap_err();
    assert!(error.to_string().contains("NoSuchBucket"), "{error}");
    Ok(())
}

#[tokio::main]
async fn main() {
    opendal::install_default();
    let tests: [(&str, tokio::task::JoinHandle<Result<()>>); 7] = [
        ("writes, reads, copies, lists and deletes", tokio::spawn(objects())),
        ("has its objects encrypted", tokio::spawn(encryption())),
        ("writes in parts", tokio::spawn(parts())),
        ("appends", tokio::spawn(appends())),
        ("keeps to conditions", tokio::spawn(conditions())),
        ("signs URLs", tokio::spawn(presigned())),
        ("says what is wrong", tokio::spawn(refusals())),
    ];
    for (index, (title, test)) in tests.into_iter().enumerate() {
        let number = index + 1;
        match test.await {
            Ok(Ok(())) => println!("ok {number} - {title}"),
            failed => println!("not ok {number} - {title}\n{failed:?}"),
        }
    }
}
