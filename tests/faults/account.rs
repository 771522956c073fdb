//! `hejie account` beside a running server: what ends with a password, a role and an account, and
//! what comes back.

use crate::{
    serve::{Served, directory, done, fails, run},
    start::files_below,
};
use reqwest::Client;
use serde_json::{Value, json};

pub(crate) fn password_in(said: &str) -> String {
    let mut lines = said.lines();
    let shown = lines.find_map(|line| line.strip_prefix("密码 / password: "));
    shown.unwrap().to_owned()
}

/// Somebody at a browser.
pub(crate) struct Browser<'a> {
    server: &'a Served,
    token: String,
}

pub(crate) async fn sign_in<'a>(server: &'a Served, password: &str) -> Result<Browser<'a>, u16> {
    let body = json!({ "login": "wang.tj", "password": password });
    let url = format!("{}/api/v1/session", server.address);
    let answer = Client::new().post(url).json(&body).send().await.unwrap();
    if answer.status() != 200 {
        return Err(answer.status().as_u16());
    }
    let opened: Value = answer.json().await.unwrap();
    Ok(Browser {
        server,
        token: opened["access_token"].as_str().unwrap().to_owned(),
    })
}

impl<'a> Browser<'a> {
    /// The same session at another server, as behind a load balancer.
    pub(crate) fn at(&self, server: &'a Served) -> Self {
        let token = self.token.clone();
        Self { server, token }
    }

    /// Enrols a phone of the person.
    pub(crate) async fn enrol(&self) -> Value {
        let url = format!("{}/api/v1/devices", self.server.address);
        let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let phone = json!({ "name": "一号机", "public_key": key });
        let asked = Client::new()
            .post(url)
            .bearer_auth(&self.token)
            .json(&phone);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 201);
        answer.json().await.unwrap()
    }

    /// The code that the session meets now; nothing when it holds.
    pub(crate) async fn outcome(&self) -> String {
        let url = format!("{}/api/v1/me", self.server.address);
        let asked = Client::new().get(url).bearer_auth(&self.token).send();
        let body: Value = asked.await.unwrap().json().await.unwrap();
        body["code"].as_str().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn sessions_end_with_password_role_and_account_and_the_account_opens_again() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    let office = "--org 和安县 --role mediator";
    let first = password_in(&done(
        data,
        &format!("account add wang.tj --name 王调解 {office}"),
    ));
    let before = sign_in(&server, &first).await.unwrap();
    assert_eq!(before.outcome().await, "");

    let second = password_in(&done(data, "account set-password wang.tj"));
    assert_eq!(before.outcome().await, "password_changed");
    assert_eq!(sign_in(&server, &first).await.err(), Some(401));

    let during = sign_in(&server, &second).await.unwrap();
    done(data, "account disable wang.tj");
    assert_eq!(during.outcome().await, "account_closed");
    assert_eq!(sign_in(&server, &second).await.err(), Some(401));
    let said = fails(data, &format!("account on-duty wang.tj {office}"));
    assert!(said.contains("account enable"), "{said}");

    done(data, "account enable wang.tj");
    assert_eq!(
        during.outcome().await,
        "account_closed",
        "what ended stays ended"
    );
    let after = sign_in(&server, &second).await.unwrap();
    done(data, &format!("account revoke-role wang.tj {office}"));
    assert_eq!(after.outcome().await, "role_ended");
    assert_eq!(sign_in(&server, &second).await.err(), Some(403));
    done(data, &format!("account revoke-role wang.tj {office}"));
    done(data, &format!("account grant wang.tj {office}"));
    assert!(sign_in(&server, &second).await.is_ok());
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[tokio::test]
async fn an_account_is_made_only_under_a_login_with_which_somebody_can_sign_in() {
    let data = directory();
    let data = data.path();
    let server = Served::start(data);
    done(data, "account add-org 和安县 --kind county --region 990101");
    let add =
        |login: &str| format!("account add {login} --name 王调解 --org 和安县 --role mediator");
    for login in ["a".repeat(65), "wang/tj".into(), "wang\u{202d}tj".into()] {
        let said = fails(data, &add(&login));
        assert!(said.contains("64"), "{said}");
    }
    done(data, &add("Wang.TJ"));
    assert!(done(data, "account list").contains("wang.tj"));
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// Somebody who was hired after the backup comes back under the id that the phone shows.
#[tokio::test]
async fn an_account_is_added_under_the_id_of_before_a_restore_and_no_id_twice() {
    let data = directory();
    let _server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    let id = "0199f3a2-7c31-7abc-8def-0123456789ab";
    let office = "--org 和安县 --role mediator";
    let said = done(
        data,
        &format!("account add wang.tj --id {id} --name 王调解 {office}"),
    );
    assert!(said.contains(&format!("{id}  wang.tj")), "{said}");
    let again = format!("account add li.tj --id {id} --name 李调解 {office}");
    assert!(fails(data, &again).contains("wang.tj"));
    let nobody = "00000000-0000-0000-0000-000000000000";
    let system = format!("account add li.tj --id {nobody} --name 李调解 {office}");
    assert!(fails(data, &system).contains(nobody));
}

/// After a mistyped role the person would keep the real one.
#[tokio::test]
async fn a_role_that_nobody_holds_is_not_taken_away_and_one_that_is_held_is_not_given_twice() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    let office = "--org 和安县 --role mediator";
    let said = done(data, &format!("account add wang.tj --name 王调解 {office}"));
    let session = sign_in(&server, &password_in(&said)).await.unwrap();
    let mistyped = "account revoke-role wang.tj --org 和安县 --role dispatcher";
    let said = fails(data, mistyped);
    assert!(
        said.contains("没有此角色") && said.contains("mediator@和安县"),
        "{said}"
    );
    assert_eq!(session.outcome().await, "");

    let again = done(data, &format!("account grant wang.tj {office}"));
    assert!(again.contains("已有此角色"), "{again}");
    let listed = done(data, "account list");
    assert_eq!(listed.matches("mediator@和安县").count(), 1, "{listed}");
    let ended = done(data, &format!("account revoke-role wang.tj {office}"));
    assert!(ended.contains("已收回角色"), "{ended}");
    let ended = done(data, &format!("account revoke-role wang.tj {office}"));
    assert!(ended.contains("先前已收回"), "{ended}");
    let said = fails(data, mistyped);
    assert!(said.contains("没有角色 no role"), "{said}");
    let given = done(data, &format!("account grant wang.tj {office}"));
    assert!(given.contains("已授予角色"), "{given}");
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// Shows R046, R060.
#[test]
fn a_trade_committee_a_studio_and_a_third_body_are_organisations_whose_people_mediate() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    for (name, kind) in [
        ("医调委", "professional"),
        ("老兵工作室", "studio"),
        ("商会", "third_party"),
    ] {
        let add = format!("account add-org {name} --kind {kind} --region 990101001");
        done(data, &add);
        let person = format!("account add {kind}.tj --name 王调解 --org {name} --role mediator");
        done(data, &person);
    }
    let listed = done(data, "account orgs");
    for name in ["医调委", "老兵工作室", "商会"] {
        assert!(listed.contains(name), "{listed}");
    }
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// A second one of the same name could be named by nobody, and taken away by no command.
#[test]
fn an_organisation_that_is_there_is_not_added_twice_and_another_under_its_name_is_refused() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    let add = "account add-org 调委会 --kind committee --region 990101001 --carries-seal";
    done(data, add);
    let again = done(data, add);
    assert!(again.contains("已有此机构"), "{again}");
    for (other, what) in [
        ("--kind grid --region 990101001", "--kind"),
        (
            "--kind committee --region 990101001 --parent 和安县",
            "--parent",
        ),
    ] {
        let said = fails(data, &format!("account add-org 调委会 {other}"));
        assert!(said.contains("未作改动") && said.contains(what), "{said}");
    }
    let alike = "account add-org 调委会\u{3000} --kind committee --region 990101001";
    let said = fails(data, alike);
    assert!(said.contains("未作改动") && said.contains("NAME"), "{said}");
    let listed = done(data, "account orgs");
    assert_eq!(listed.matches("调委会").count(), 1, "{listed}");
    assert!(listed.contains("随身带章"), "{listed}");
    done(
        data,
        "account add wang.tj --name 王调解 --org 调委会 --role mediator",
    );
    done(
        data,
        "account add-org 调委会 --kind committee --region 990101002",
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// A command has no log.
#[test]
fn a_place_beside_the_marks_that_cannot_be_written_is_said_by_the_command() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    let office = "--org 和安县 --role mediator";
    done(data, &format!("account add wang.tj --name 王调解 {office}"));
    let mut names = std::fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mark = names.find(|name| name.starts_with("mark-"));
    let registry = mark.unwrap().replace("mark-", "").replace(".json", "");
    // Whoever runs the test may write everywhere, but not into a file as if it were a folder.
    let place = data.join(format!("revoked-{registry}"));
    std::fs::remove_dir_all(&place).unwrap();
    std::fs::write(place, "").unwrap();
    let closed = run(data, &["account", "disable", "wang.tj"]);
    let said = String::from_utf8_lossy(&closed.stderr);
    assert!(closed.status.success(), "{said}");
    assert!(
        said.contains("one of two places beside the marks cannot be written")
            && said.contains("os error"),
        "{said}"
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[test]
fn a_closing_that_does_not_read_is_told_by_the_doctor_with_its_person_until_it_is_written_again() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    let office = "--org 和安县 --role mediator";
    done(data, &format!("account add wang.tj --name 王调解 {office}"));
    let told = || {
        let ended = run(data, &["doctor", "--lang", "zh"]);
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        let mut lines = said.lines().skip_while(|line| !line.contains("停用与恢复"));
        [lines.next(), lines.next()].map(|line| line.unwrap().to_owned())
    };
    done(data, "account disable wang.tj");
    assert!(told()[0].starts_with("[正常]"), "{:?}", told());
    let closings = files_below(data, "account.");
    assert_eq!(
        closings.len(),
        2,
        "beside the database and beside the files"
    );
    for file in closings {
        std::fs::write(file, "{\"at\":").unwrap();
    }
    let [line, remedy] = told();
    assert!(
        line.starts_with("[注意]") && line.contains("wang.tj"),
        "{line}"
    );
    assert!(remedy.contains("hejie account disable"), "{remedy}");
    done(data, "account disable wang.tj");
    assert!(told()[0].starts_with("[正常]"), "{:?}", told());
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[test]
fn what_is_refused_is_said_in_a_sentence_and_shows_no_password() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    let office = ["--org", "和安县", "--role", "mediator"];
    let nobody = "00000000-0000-0000-0000-000000000000";
    let add = |name: &'static str, rest: &[&'static str]| {
        let add = ["account", "add", "wang.tj", "--name", name];
        run(data, &[&add[..], &office, rest].concat())
    };
    let refused = add("王调解", &["--id", nobody]);
    let said = String::from_utf8_lossy(&refused.stdout);
    assert_eq!(refused.status.code(), Some(1));
    assert!(!said.contains("密码"), "{said}");
    for (refused, sentence) in [
        (add(" ", &[]), "名称不能为空"),
        (add("王调解", &["--id", "wang"]), "编号应形如"),
        (run(data, &["account", "add-org", ""]), "名称不能为空"),
        (run(data, &["device", "revoke", "3"]), "编号应形如"),
    ] {
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(sentence), "{said}");
    }
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// Shows R001.
#[test]
fn a_mediator_is_stationed_and_holds_dated_roles_of_which_none_overlaps() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    for (name, kind) in [
        ("新港派出所", "station"),
        ("新港调委会", "committee"),
        ("和平调委会", "committee"),
    ] {
        let add = format!("account add-org {name} --kind {kind} --region 990101001");
        done(data, &add);
    }
    done(
        data,
        "account add wang.tj --name 王调解 --org 新港调委会 --role mediator",
    );
    let said = fails(data, "account station wang.tj --at 新港调委会");
    assert!(said.contains("不是派出所"), "{said}");
    done(data, "account station wang.tj --at 新港派出所");
    let said = fails(data, "account station wang.tj --at 新港派出所");
    assert!(said.contains("已驻"), "{said}");
    let listed = done(data, "account list");
    assert!(listed.contains("驻 stationed at 新港派出所"), "{listed}");

    let other = "account grant wang.tj --org 和平调委会 --role mediator";
    done(
        data,
        &format!("{other} --from 2001-01-01 --until 2099-06-30"),
    );
    for overlapping in [
        "--from 2099-06-30",
        "--from 1999-01-01 --until 2001-01-01",
        "--until 2098-12-31",
    ] {
        let said = fails(data, &format!("{other} {overlapping}"));
        assert!(said.contains("在此期间已有角色"), "{overlapping}: {said}");
    }
    done(data, &format!("{other} --from 2099-07-01"));
    let turned = fails(
        data,
        &format!("{other} --from 2199-07-01 --until 2199-01-01"),
    );
    assert!(turned.contains("结束日期早于开始日期"), "{turned}");
    let listed = done(data, "account list");
    for role in ["mediator@新港调委会", "mediator@和平调委会"] {
        assert_eq!(listed.matches(role).count(), 1, "{listed}");
    }

    done(data, "account leave-station wang.tj --at 新港派出所");
    assert!(!done(data, "account list").contains("新港派出所"));
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// Shows R068.
#[test]
fn who_steps_in_for_a_committee_is_said_at_the_machine_and_so_is_for_how_long_nobody_was_there() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    done(data, "account add-org 和安县 --kind county --region 990101");
    for (name, region) in [("新港调委会", "990101001"), ("和平调委会", "990101002")] {
        let add = format!("account add-org {name} --kind committee --region {region}");
        done(data, &add);
    }
    let said = fails(data, "account backup 新港调委会 --by 新港调委会");
    assert!(said.contains("不能是本机构"), "{said}");
    done(data, "account backup 新港调委会 --by 和平调委会");
    let figures = done(data, "account unstaffed --days 2");
    let of = |name: &str| {
        let line = figures.lines().find(|line| line.contains(name));
        line.unwrap().to_owned()
    };
    assert!(of("  新港调委会").contains("2880 分钟"), "{figures}");
    assert!(of("  新港调委会").contains("补位 backup 和平调委会"));
    done(data, "account backup 新港调委会");
    assert!(!done(data, "account unstaffed").contains("backup"));
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
