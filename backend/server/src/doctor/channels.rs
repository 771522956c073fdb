//! Whether what cases ask of the outside has somewhere to go, whether anybody answers there, and
//! what waits because it has not or nobody does.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    channel::{self, Unconnected},
    clock::{Clock, age},
    config::Config,
    say::ago,
    telemetry::whole,
};
use hejie_registry::{
    identity::channel::{self as channels, Channel},
    outbox::{self, Depth, MessageKind},
};
use jiff::Timestamp;
use std::{io, time::Duration};
use tokio::{net::TcpStream, task::JoinSet, time::timeout};

/// How long an address may take to be reached.
const PATIENCE: Duration = Duration::from_secs(3);

/// Looks at the receivers of the settings, tries their addresses, and looks at what waits without
/// one; nothing is said if there is no database.
pub(super) fn unconnected(config: &Config) -> Option<CheckFinding> {
    let found = database::ask(config, async |conn| {
        let receivers = config.channels.check(conn).await?;
        let depths = outbox::depths(conn).await?;
        let channels = channels::list(conn).await?;
        let closed = channels.iter().filter(|channel| !channel.active);
        let closed: Vec<String> = closed.map(|channel| channel.name.clone()).collect();
        Ok(ChannelsFound {
            receivers,
            forgets_police: config.channels.forgets_police(),
            is_police_closed: closed.contains(&config.channels.police),
            closed,
            away: away(channels).await,
            depths,
        })
    })?;
    Some(match found {
        Ok(found) => told(&found, Clock::system().now()),
        Err(error) => CheckFinding::weak(CheckSubject::Registry, error),
    })
}

/// What was found about the channels of a county.
#[derive(Default)]
struct ChannelsFound {
    receivers: Unconnected,
    /// The settings name no channel of the police.
    forgets_police: bool,
    /// The channel of the police is out of service.
    is_police_closed: bool,
    /// Channels that are out of service.
    closed: Vec<String>,
    /// Channels whose address is not reached, with why.
    away: Vec<(String, String)>,
    depths: Vec<Depth>,
}

/// The channels in service at whose address nobody takes a connection, with why. Nothing is sent.
async fn away(channels: Vec<Channel>) -> Vec<(String, String)> {
    let mut tries = JoinSet::new();
    for channel in channels.into_iter().filter(|channel| channel.active) {
        if let Some(url) = channel.webhook_url {
            tries.spawn(async move { Some((channel.name, reach(&url).await.err()?)) });
        }
    }
    let mut away: Vec<_> = tries.join_all().await.into_iter().flatten().collect();
    away.sort();
    away
}

async fn reach(url: &str) -> Result<(), String> {
    let url = reqwest::Url::parse(url).map_err(|error| whole(&error))?;
    let host = url.host_str().unwrap_or_default();
    // A name of IPv6 stands in brackets, which the resolver does not know.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or_default();
    let connected = timeout(PATIENCE, TcpStream::connect((host, port))).await;
    let connected = connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    connected.map(drop).map_err(|error| whole(&error))
}

/// What a server refuses to start with is missing; of the rest it says at its start what is wrong.
fn told(found: &ChannelsFound, now: Timestamp) -> CheckFinding {
    let ChannelsFound {
        receivers,
        forgets_police,
        is_police_closed,
        closed,
        away,
        depths,
    } = found;
    let mut faults = Vec::new();
    if *forgets_police {
        faults.push(both(
            "配置未指定公安渠道",
            "the settings name no channel of the police",
        ));
    } else if *is_police_closed {
        faults.push(both(
            "公安渠道已停用，险情无法送达",
            "the channel of the police is out of service, dangers do not reach them",
        ));
    } else if receivers.police {
        faults.push(both("险情无法送达公安", "dangers reach no police"));
    }
    let unknown = receivers.unknown.iter();
    faults.extend(unknown.map(|name| (format!("没有渠道 {name}"), format!("no channel {name}"))));
    faults.extend(away.iter().map(told_away));
    let stranded = depths.iter().filter(|depth| !depth.is_connected);
    faults.extend(stranded.map(|depth| told_stranded(depth, closed)));
    let is_late = |d: &&Depth| d.is_connected && channel::is_late(d.kind, d.oldest, now);
    let late = depths.iter().filter(is_late);
    faults.extend(late.map(|depth| told_late(depth, now)));
    if faults.is_empty() {
        return CheckFinding::good(CheckSubject::Channels, "0");
    }
    let (zh, en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
    let detail = CheckDetail::words(zh.join("，"), en.join(", "));
    match *forgets_police || !receivers.unknown.is_empty() {
        true => CheckFinding::missing(CheckSubject::Channels, detail),
        false => CheckFinding::weak(CheckSubject::Channels, detail),
    }
}

fn told_away((name, why): &(String, String)) -> (String, String) {
    (
        format!("渠道 {name} 的接收地址连接不上（{why}）"),
        format!("the address of {name} is not reached ({why})"),
    )
}

fn both(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

fn told_stranded(depth: &Depth, closed: &[String]) -> (String, String) {
    let (waiting, kind) = (depth.waiting, depth.kind);
    match depth.channel.as_deref() {
        Some(to) if closed.iter().any(|name| name == to) => (
            format!("渠道 {to} 已停用，{waiting} 条{}待其启用后送出", zh(kind)),
            format!("{to} is out of service, {waiting} {} wait", kind.word()),
        ),
        Some(to) => (
            format!("{waiting} 条{}等待渠道 {to} 接通", zh(kind)),
            format!("{waiting} {} wait for {to}", kind.word()),
        ),
        None => (
            format!("{waiting} 条{}没有渠道", zh(kind)),
            format!("{waiting} {} wait for no channel", kind.word()),
        ),
    }
}

fn told_late(depth: &Depth, now: Timestamp) -> (String, String) {
    let (waiting, kind) = (depth.waiting, depth.kind);
    let to = depth.channel.as_deref().unwrap_or("-");
    let (oldest_zh, oldest_en) = ago(age(depth.oldest, now));
    (
        format!("{waiting} 条{}未被 {to} 接收（最久 {oldest_zh}）", zh(kind)),
        format!(
            "{waiting} {} not taken by {to} (oldest {oldest_en})",
            kind.word()
        ),
    )
}

fn zh(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::PoliceOrder => "公安指令",
        MessageKind::Feedback => "结果反馈",
        MessageKind::Push => "推送",
        MessageKind::Confirmation => "司法确认申请",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Language, check::CheckState};
    use jiff::Timestamp;

    #[test]
    fn what_has_nowhere_to_go_is_told_with_what_to_do_and_what_is_on_its_way_is_not() {
        let depth = |channel: Option<&str>, is_connected| Depth {
            channel: channel.map(str::to_owned),
            is_connected,
            kind: MessageKind::Push,
            waiting: 3,
            oldest: Timestamp::UNIX_EPOCH,
        };
        let now = Timestamp::UNIX_EPOCH;
        let on_its_way = ChannelsFound {
            depths: vec![depth(Some("plac"), true)],
            ..ChannelsFound::default()
        };
        assert_eq!(told(&on_its_way, now).state, CheckState::Good);
        let receivers = Unconnected {
            police: true,
            ..Unconnected::default()
        };
        let stranded = ChannelsFound {
            receivers,
            depths: vec![depth(None, false), depth(Some("centre"), false)],
            ..ChannelsFound::default()
        };
        let weak = told(&stranded, now);
        assert_eq!(weak.state, CheckState::Weak);
        let line = weak.tell(Language::En);
        let faults = "dangers reach no police, 3 push wait for no channel, 3 push wait for centre";
        assert!(line.contains(faults), "{line}");
        assert!(line.contains("hejie channel"), "{line}");
    }

    #[test]
    fn a_channel_that_is_out_of_service_is_told_to_be_so_and_how_it_comes_back() {
        let depth = Depth {
            channel: Some("110".into()),
            is_connected: false,
            kind: MessageKind::PoliceOrder,
            waiting: 2,
            oldest: Timestamp::UNIX_EPOCH,
        };
        let closed = ChannelsFound {
            is_police_closed: true,
            closed: vec!["110".into()],
            depths: vec![depth],
            ..ChannelsFound::default()
        };
        let told = told(&closed, Timestamp::UNIX_EPOCH);
        assert_eq!(told.state, CheckState::Weak);
        let line = told.tell(Language::En);
        for words in [
            "the channel of the police is out of service",
            "110 is out of service, 2 police_order wait",
            "hejie channel enable",
        ] {
            assert!(line.contains(words), "{line}");
        }
    }

    #[test]
    fn what_the_start_is_refused_with_is_missing() {
        let receivers = Unconnected {
            unknown: vec!["nowhere".into()],
            ..Unconnected::default()
        };
        let unknown = ChannelsFound {
            receivers,
            ..ChannelsFound::default()
        };
        let forgotten = ChannelsFound {
            forgets_police: true,
            ..ChannelsFound::default()
        };
        for found in [unknown, forgotten] {
            let told = told(&found, Timestamp::UNIX_EPOCH);
            assert_eq!(told.state, CheckState::Missing);
        }
    }

    #[test]
    fn an_order_that_the_police_did_not_take_is_told_although_it_seems_to_be_of_tomorrow() {
        let now: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        let order = |oldest: &str| Depth {
            channel: Some("110".to_owned()),
            is_connected: true,
            kind: MessageKind::PoliceOrder,
            waiting: 1,
            oldest: oldest.parse().unwrap(),
        };
        let told = |depth| {
            let depths = vec![depth];
            let found = ChannelsFound {
                depths,
                ..ChannelsFound::default()
            };
            told(&found, now).tell(Language::En)
        };
        for late in ["2026-03-02T00:58:00Z", "2026-03-03T01:00:00Z"] {
            let line = told(order(late));
            assert!(line.contains("1 police_order not taken by 110"), "{line}");
        }
        let fresh = told(order("2026-03-02T00:59:58Z"));
        assert!(!fresh.contains("police_order"), "{fresh}");
    }
}
