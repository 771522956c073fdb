//! 和安县, invented, anew for every test: organisations, people and the 110 channel, under a region
//! prefix of their own.

use crate::{
    client::{
        Answer, Calls, ChannelClient, Dispatcher, GridWorker, JudicialOffice, Mediator, Signed,
        Supervisor,
    },
    server::{MORNING, TestServer},
};
use hejie_case::{
    ids::{OrgId, RegionCode, UserId},
    role::Role,
};
use hejie_registry::{
    identity::{
        channel::{self, Channel},
        grant,
        org::{self, Org, OrgKind, OrgLevel},
        user::{self, User},
    },
    pool::{self, PgConnection},
};
use serde_json::{Value, json};
use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};
use tokio::sync::OnceCell;

/// The password of everybody.
pub const PASSWORD: &str = "和安县-2026";

/// The public half of a phone's key whose phone sends nothing (RFC 8032, the first test vector).
pub const DEVICE_KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// A county and those who work in it.
#[derive(Debug, Clone)]
pub struct County {
    /// The county's region: six digits that no other county of this run has.
    pub region: RegionCode,
    /// The county itself.
    pub county: OrgId,
    /// 矛调中心.
    pub centre: OrgId,
    /// 派出所 of the first township.
    pub station: OrgId,
    /// 人民调解委员会 of the first township.
    pub committee: OrgId,
    /// 司法所 of the first township.
    pub office: OrgId,
    /// A grid in the first township.
    pub grid: OrgId,
    /// 督导员.
    pub supervisor: Person,
    /// 分流员.
    pub dispatcher: Person,
    /// A mediator.
    pub mediator: Person,
    /// A second mediator, of the same committee.
    pub second_mediator: Person,
    /// A grid worker.
    pub grid_worker: Person,
    /// Somebody of the judicial office.
    pub judicial_officer: Person,
    /// The 110 channel.
    pub channel: Channel,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// The identifier.
    pub id: UserId,
    /// The login.
    pub login: String,
    /// The role.
    pub role: Role,
    /// The organisation.
    pub org: OrgId,
}

impl County {
    /// Founds a county.
    pub async fn found(server: &TestServer) -> Self {
        let number = next_number(server);
        let region = format!("{number:06}");
        let township = format!("{region}001");
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let desk = Registrar {
            server,
            conn: &mut conn,
            region: region.clone(),
        };
        desk.settle(&township).await
    }

    /// The region of the first township.
    pub fn township(&self) -> RegionCode {
        format!("{}001", self.region).parse().unwrap()
    }

    /// Signs in as the supervisor.
    pub async fn supervisor(&self, server: &TestServer) -> Supervisor {
        Supervisor(
            server
                .anonymous()
                .0
                .with_token(&self.supervisor.token(server).await),
        )
    }

    /// Signs in as the dispatcher.
    pub async fn dispatcher(&self, server: &TestServer) -> Dispatcher {
        Dispatcher(
            server
                .anonymous()
                .0
                .with_token(&self.dispatcher.token(server).await),
        )
    }

    /// Signs in as the mediator.
    pub async fn mediator(&self, server: &TestServer) -> Mediator {
        Mediator(
            server
                .anonymous()
                .0
                .with_token(&self.mediator.token(server).await),
        )
    }

    /// Signs in as the second mediator.
    pub async fn second_mediator(&self, server: &TestServer) -> Mediator {
        Mediator(
            server
                .anonymous()
                .0
                .with_token(&self.second_mediator.token(server).await),
        )
    }

    /// Signs in as the grid worker.
    pub async fn grid_worker(&self, server: &TestServer) -> GridWorker {
        GridWorker(
            server
                .anonymous()
                .0
                .with_token(&self.grid_worker.token(server).await),
        )
    }

    /// Signs in as the judicial officer.
    pub async fn judicial_officer(&self, server: &TestServer) -> JudicialOffice {
        JudicialOffice(
            server
                .anonymous()
                .0
                .with_token(&self.judicial_officer.token(server).await),
        )
    }

    /// Any channel as a caller.
    pub fn channel_of(&self, server: &TestServer, channel: Channel) -> ChannelClient {
        ChannelClient::new(server.anonymous().0, channel, server.state.clock.clone())
    }

    /// The 110 channel as a caller.
    pub fn channel(&self, server: &TestServer) -> ChannelClient {
        ChannelClient::new(
            server.anonymous().0,
            self.channel.clone(),
            server.state.clock.clone(),
        )
    }

    /// Sets up one more channel, of an organisation of its own, as a caller.
    pub async fn connect(&self, server: &TestServer, name: &str, kind: OrgKind) -> ChannelClient {
        let office = format!("{name}对接单位");
        self.connect_office(server, name, (kind, &office)).await
    }

    /// As [`Self::connect`], of an organisation that bears this name.
    pub async fn connect_office(
        &self,
        server: &TestServer,
        name: &str,
        (kind, office): (OrgKind, &str),
    ) -> ChannelClient {
        let (now, entropy) = (server.now(), &server.state.entropy);
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let org = Org {
            id: OrgId::new(now, entropy.bytes()),
            parent: None,
            kind,
            name_zh: office.to_owned(),
            region: self.region.clone(),
            level: OrgLevel::County,
            active: true,
            carries_seal: false,
        };
        org::add(&mut conn, &org).await.unwrap();
        let channel = Channel {
            id: UserId::new(now, entropy.bytes()).0,
            name: name.to_owned(),
            title_zh: "对接单位".to_owned(),
            org: org.id,
            region: self.region.clone(),
            secret: entropy.bytes::<32>().to_vec(),
            webhook_url: None,
            active: true,
        };
        channel::add(&mut conn, &channel, now).await.unwrap();
        self.channel_of(server, channel)
    }

    /// A channel that was set up under a name, as a caller.
    pub async fn channel_named(&self, server: &TestServer, name: &str) -> ChannelClient {
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let found = channel::find_by_name(&mut conn, name).await.unwrap();
        self.channel_of(server, found.unwrap())
    }

    /// A work order about a quarrel over a refunded agency fee in the first township.
    pub fn order(&self, external_no: &str) -> Value {
        json!({
            "external_no": external_no,
            "received_at": MORNING,
            "caller_masked": "1390000****",
            "region": self.township(),
            "address": "新栖街某小区3号楼",
            "summary": "租户与中介因退还中介费发生争执。",
            "situation": "N03-05",
            "is_dispute": true,
            "persons": 2,
        })
    }

    /// Adds somebody in a role to the centre and signs in.
    pub async fn newcomer(&self, server: &TestServer, role: Role) -> Signed {
        self.newcomer_at(server, role, self.centre).await
    }

    /// Adds somebody in a role to the committee of a township and signs in.
    pub async fn local_newcomer(&self, server: &TestServer, role: Role) -> Signed {
        self.newcomer_at(server, role, self.committee).await
    }

    /// Adds somebody in a role to the committee of a township.
    pub async fn hire(&self, server: &TestServer, role: Role) -> Person {
        self.employ(server, role, self.committee).await
    }

    /// Adds somebody to a department of the county that bears this name.
    pub async fn official(&self, server: &TestServer, office: &str) -> Person {
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let mut desk = self.registrar(server, &mut conn);
        let region = self.region.to_string();
        let org = desk
            .org(None, OrgKind::Department, office, &region, OrgLevel::County)
            .await;
        desk.employ("新同事", Role::Department, org).await
    }

    /// Adds a committee of the second township, with a mediator.
    pub async fn neighbour(&self, server: &TestServer) -> Person {
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let mut desk = self.registrar(server, &mut conn);
        let (kind, name) = (OrgKind::Committee, "和平街道人民调解委员会");
        let region = format!("{}002", self.region);
        let org = desk
            .org(Some(self.county), kind, name, &region, OrgLevel::Township)
            .await;
        desk.employ("调解戊", Role::Mediator, org).await
    }

    /// Adds somebody in a role to an organisation and signs in.
    pub async fn newcomer_at(&self, server: &TestServer, role: Role, org: OrgId) -> Signed {
        let person = self.employ(server, role, org).await;
        Signed(server.anonymous().0.with_token(&person.token(server).await))
    }

    async fn employ(&self, server: &TestServer, role: Role, org: OrgId) -> Person {
        let mut conn = pool::acquire(&server.state.pool).await.unwrap();
        let mut desk = self.registrar(server, &mut conn);
        desk.employ("新同事", role, org).await
    }

    fn registrar<'a>(&self, server: &'a TestServer, conn: &'a mut PgConnection) -> Registrar<'a> {
        Registrar {
            server,
            conn,
            region: self.region.to_string(),
        }
    }
}

impl Person {
    /// Asks for a session.
    pub async fn sign_in(&self, server: &TestServer, password: &str) -> Answer {
        server
            .anonymous()
            .post(
                "/api/v1/session",
                json!({ "login": self.login, "password": password }),
            )
            .await
    }

    /// Signs in and returns the access token.
    pub async fn token(&self, server: &TestServer) -> String {
        let answer = self.sign_in(server, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.text("/access_token").to_owned()
    }
}

/// Writes a county into the registry.
struct Registrar<'a> {
    server: &'a TestServer,
    conn: &'a mut PgConnection,
    region: String,
}

impl Registrar<'_> {
    async fn settle(mut self, township: &str) -> County {
        let region = self.region.clone();
        let county = self
            .org(None, OrgKind::County, "和安县", &region, OrgLevel::County)
            .await;
        let centre = self
            .org(
                Some(county),
                OrgKind::Centre,
                "和安县矛调中心",
                &region,
                OrgLevel::County,
            )
            .await;
        let station = self
            .org(
                Some(county),
                OrgKind::Station,
                "新栖派出所",
                township,
                OrgLevel::Township,
            )
            .await;
        let committee = self
            .org(
                Some(county),
                OrgKind::Committee,
                "新栖镇调委会",
                township,
                OrgLevel::Township,
            )
            .await;
        let office = self
            .org(
                Some(county),
                OrgKind::JudicialOffice,
                "新栖司法所",
                township,
                OrgLevel::Township,
            )
            .await;
        let village = format!("{township}001");
        let grid = self
            .org(
                Some(committee),
                OrgKind::Grid,
                "新栖一村第一网格",
                &village,
                OrgLevel::Grid,
            )
            .await;
        County {
            region: region.parse().unwrap(),
            county,
            centre,
            station,
            committee,
            office,
            grid,
            supervisor: self.employ("督导甲", Role::Supervisor, county).await,
            dispatcher: self.employ("分流乙", Role::Dispatcher, centre).await,
            mediator: self.employ("调解丙", Role::Mediator, committee).await,
            second_mediator: self.employ("调解丁", Role::Mediator, committee).await,
            grid_worker: self.employ("网格戊", Role::GridWorker, grid).await,
            judicial_officer: self.employ("司法己", Role::JudicialOffice, office).await,
            channel: self.channel(centre).await,
        }
    }

    async fn org(
        &mut self,
        parent: Option<OrgId>,
        kind: OrgKind,
        name: &str,
        region: &str,
        level: OrgLevel,
    ) -> OrgId {
        let id = OrgId::new(self.server.now(), self.server.state.entropy.bytes());
        let region = region.parse().unwrap();
        let new = Org {
            id,
            parent,
            kind,
            name_zh: name.to_owned(),
            region,
            level,
            active: true,
            carries_seal: kind == OrgKind::Committee,
        };
        org::add(self.conn, &new).await.unwrap();
        id
    }

    async fn employ(&mut self, name: &str, role: Role, org: OrgId) -> Person {
        let (now, entropy) = (self.server.now(), &self.server.state.entropy);
        let id = UserId::new(now, entropy.bytes());
        let login = format!("u{}", hex::encode(entropy.bytes::<6>()));
        let person = Person {
            id,
            login,
            role,
            org,
        };
        self.enter(name, &person).await;
        person
    }

    async fn enter(&mut self, name: &str, person: &Person) {
        let now = self.server.now();
        let new = User {
            id: person.id,
            org: person.org,
            login: person.login.clone(),
            display_name: name.to_owned(),
            active: true,
            created_at: now,
        };
        user::add(self.conn, &new, password_hash(self.server).await)
            .await
            .unwrap();
        grant::add(self.conn, person.id, person.role, person.org, now)
            .await
            .unwrap();
    }

    async fn channel(&mut self, org: OrgId) -> Channel {
        let (now, entropy) = (self.server.now(), &self.server.state.entropy);
        let channel = Channel {
            id: UserId::new(now, entropy.bytes()).0,
            name: format!("110-{}", self.region),
            title_zh: "110 报警服务台".to_owned(),
            org,
            region: self.region.parse().unwrap(),
            secret: entropy.bytes::<32>().to_vec(),
            webhook_url: None,
            active: true,
        };
        channel::add(self.conn, &channel, now).await.unwrap();
        channel
    }
}

/// A county that no other scene of this run has: of some hundreds that are drawn by lot two meet.
/// The first is drawn, since a database may be kept from run to run.
fn next_number(server: &TestServer) -> u32 {
    static FIRST: OnceLock<u32> = OnceLock::new();
    static FOUNDED: AtomicU32 = AtomicU32::new(0);
    let first = *FIRST.get_or_init(|| u32::from_be_bytes(server.state.entropy.bytes()) % 900_000);
    // No region's code begins with a nought.
    100_000 + (first + FOUNDED.fetch_add(1, Ordering::Relaxed)) % 900_000
}

/// Everybody's hash is made once, since making it is slow on purpose.
pub(crate) async fn password_hash(server: &TestServer) -> &'static str {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let make = || async {
        server
            .state
            .identity
            .passwords
            .hash(PASSWORD.to_owned().into(), [7; 16])
            .await
            .unwrap()
    };
    HASH.get_or_init(make).await
}
