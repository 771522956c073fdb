//! `hejie audit verify` beside a running server.

use crate::{
    key_ring::said,
    serve::{Served, directory, done, run},
};
use sqlx::{Connection, PgConnection};

fn doctor(data: &std::path::Path) -> String {
    let looked = said(&run(data, &["doctor", "--lang", "zh"]));
    let mut lines = looked.lines();
    let line = lines.find(|line| line.contains("审计日志核对"));
    line.unwrap().to_owned()
}

/// Shows P15.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_checked_by_a_command_which_names_the_first_entry_that_does_not_fit() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    assert!(doctor(data).starts_with("[注意]"), "{}", doctor(data));
    done(data, "account add-org 和安县 --kind county --region 990101");
    done(
        data,
        "account add-org 新港街道 --kind committee --region 990101001",
    );
    let whole = done(data, "audit verify");
    assert!(whole.contains("审计日志完整，共 2 条"), "{whole}");
    assert!(doctor(data).starts_with("[正常]"), "{}", doctor(data));
    let whole = done(data, "audit verify");
    assert!(
        whole.contains("共 3 条"),
        "the check stands there too: {whole}"
    );

    let mut conn = PgConnection::connect(server.database()).await.unwrap();
    sqlx::query("update audit_log set object = 'other' where seq = 2")
        .execute(&mut conn)
        .await
        .unwrap();
    let broken = run(data, &["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(3), "{}", said(&broken));
    assert!(said(&broken).contains("第 2 条"), "{}", said(&broken));
    let line = doctor(data);
    assert!(
        line.starts_with("[注意]") && line.contains("不符"),
        "{line}"
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
