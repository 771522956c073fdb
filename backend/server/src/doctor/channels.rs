//! Whether what cases ask of the outside has somewhere to go, and what waits because it has not.

use super::{
    check::{CheckDetail, CheckFinding},
    database,
    words::CheckSubject,
};
use crate::{
    channel::{self, Unconnected},
    clock::{Clock, age},
    config::Config,
};
use hejie_registry::outbox::{self, Depth, MessageKind};
use jiff::Timestamp;

/// Looks at the receivers of the settings and at what waits without one; nothing is said if there
/// is no database.
pub(super) fn unconnected(config: &Config) -> Option<CheckFinding> {
    let found = database::ask(config, async |conn| {
        let receivers = config.channels.check(conn).await?;
        Ok((receivers, outbox::depths(conn).await?))
    })?;
    Some(match found {
        Ok((receivers, depths)) => told(&receivers, &depths, Clock::system().now()),
        Err(error) => CheckFinding::weak(CheckSubject::Registry, error),
    })
}

fn told(receivers: &Unconnected, depths: &[Depth], now: Timestamp) -> CheckFinding {
    let mut faults = Vec::new();
    if receivers.police {
        faults.push(both("险情无法送达公安", "dangers reach no police"));
    }
    let unknown = receivers.unknown.iter();
    faults.extend(unknown.map(|name| (format!("没有渠道 {name}"), format!("no channel {name}"))));
    let stranded = depths.iter().filter(|depth| !depth.is_connected);
    faults.extend(stranded.map(told_stranded));
    let is_late = |d: &&Depth| d.is_connected && channel::is_late(d.kind, d.oldest, now);
    let late = depths.iter().filter(is_late);
    faults.extend(late.map(|depth| told_late(depth, now)));
    if faults.is_empty() {
        return CheckFinding::good(CheckSubject::Channels, "0");
    }
    let (zh, en): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
    let detail = CheckDetail::words(zh.join("，"), en.join(", "));
    CheckFinding::weak(CheckSubject::Channels, detail)
}

fn both(zh: &str, en: &str) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

fn told_stranded(depth: &Depth) -> (String, String) {
    let (waiting, kind) = (depth.waiting, depth.kind);
    match depth.channel.as_deref() {
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
    let seconds = age(depth.oldest, now).as_secs();
    (
        format!(
            "{waiting} 条{}未被 {to} 接收（最久 {seconds} 秒）",
            zh(kind)
        ),
        format!(
            "{waiting} {} not taken by {to} (oldest {seconds} s)",
            kind.word()
        ),
    )
}

fn zh(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::PoliceOrder => "公安指令",
        MessageKind::Feedback => "结果反馈",
        MessageKind::Push => "推送",
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
        let connected = Unconnected::default();
        let now = Timestamp::UNIX_EPOCH;
        let good = told(&connected, &[depth(Some("plac"), true)], now);
        assert_eq!(good.state, CheckState::Good);
        let receivers = Unconnected {
            police: true,
            ..connected
        };
        let weak = told(
            &receivers,
            &[depth(None, false), depth(Some("centre"), false)],
            now,
        );
        assert_eq!(weak.state, CheckState::Weak);
        let line = weak.tell(Language::En);
        let faults = "dangers reach no police, 3 push wait for no channel, 3 push wait for centre";
        assert!(line.contains(faults), "{line}");
        assert!(line.contains("hejie channel"), "{line}");
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
        let told = |depth| told(&Unconnected::default(), &[depth], now).tell(Language::En);
        for late in ["2026-03-02T00:58:00Z", "2026-03-03T01:00:00Z"] {
            let line = told(order(late));
            assert!(line.contains("1 police_order not taken by 110"), "{line}");
        }
        let fresh = told(order("2026-03-02T00:59:58Z"));
        assert!(!fresh.contains("police_order"), "{fresh}");
    }
}
