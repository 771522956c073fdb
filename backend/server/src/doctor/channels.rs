//! Whether what cases ask of the outside has somewhere to go, and what waits because it has not.

use super::{check::CheckFinding, database, words::CheckSubject};
use crate::{channel::Unconnected, config::Config};
use hejie_registry::outbox::{self, Depth};

/// Looks at the receivers of the settings and at what waits without one; nothing is said if there
/// is no database.
pub(super) fn unconnected(config: &Config) -> Option<CheckFinding> {
    let found = database::ask(config, async |conn| {
        let receivers = config.channels.check(conn).await?;
        Ok((receivers, outbox::depths(conn).await?))
    })?;
    Some(match found {
        Ok((receivers, depths)) => told(&receivers, &depths),
        Err(error) => CheckFinding::weak(CheckSubject::Channels, error),
    })
}

fn told(receivers: &Unconnected, depths: &[Depth]) -> CheckFinding {
    let mut faults = Vec::new();
    if receivers.police {
        faults.push(String::from("dangers reach no police"));
    }
    let unknown = receivers.unknown.iter();
    faults.extend(unknown.map(|name| format!("no channel {name}")));
    let stranded = depths.iter().filter(|depth| !depth.is_connected);
    faults.extend(stranded.map(|depth| {
        let to = depth.channel.as_deref().unwrap_or("no channel");
        format!("{} {} wait for {to}", depth.waiting, depth.kind.word())
    }));
    if faults.is_empty() {
        return CheckFinding::good(CheckSubject::Channels, "0");
    }
    CheckFinding::weak(CheckSubject::Channels, faults.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::{Language, check::CheckState};
    use hejie_registry::outbox::MessageKind;
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
        let good = told(&connected, &[depth(Some("plac"), true)]);
        assert_eq!(good.state, CheckState::Good);
        let receivers = Unconnected {
            police: true,
            ..connected
        };
        let weak = told(
            &receivers,
            &[depth(None, false), depth(Some("centre"), false)],
        );
        assert_eq!(weak.state, CheckState::Weak);
        let line = weak.tell(Language::En);
        let faults = "dangers reach no police, 3 push wait for no channel, 3 push wait for centre";
        assert!(line.contains(faults), "{line}");
        assert!(line.contains("hejie channel"), "{line}");
    }
}
