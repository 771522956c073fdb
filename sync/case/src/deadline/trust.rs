//! Whether a device's time is believed (docs/domain/rules.md#clocks): a claim counts only beside a
//! fresh anchor of the server's time.

use super::plus;
use crate::{
    policy::Policy,
    record::{Anchor, Request, Signature},
};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// When something is claimed to have happened, by a device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedTime {
    /// The time of the device's clock.
    pub at: Timestamp,
    /// How the device knew the time; none when it never heard the server's time since it was
    /// switched on.
    pub anchor: Option<Anchor>,
}

impl From<&Request> for ClaimedTime {
    fn from(request: &Request) -> Self {
        Self {
            at: request.at,
            anchor: request.anchor,
        }
    }
}

impl From<&Signature> for ClaimedTime {
    fn from(signature: &Signature) -> Self {
        Self {
            at: signature.at,
            anchor: signature.anchor,
        }
    }
}

/// Whether a claimed time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The claimed time counts.
    Claimed,
    /// The receipt time counts, and nothing depends on it: the claim says the same.
    Received,
    /// The receipt time counts: 时钟可疑.
    Suspect(Doubt),
}

/// Why a claimed time does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The device had not heard the server's time.
    NoAnchor,
    /// It had heard it too long ago.
    OldAnchor,
    /// Its clock was moved, or runs wrong.
    Drift,
    /// The claimed time lies behind the receipt.
    Future,
}

impl Doubt {
    /// The mark for people.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::NoAnchor => "时钟可疑：手机未取得服务器时间，按收到时间计。",
            Self::OldAnchor => "时钟可疑：手机对时已超过规定时限，按收到时间计。",
            Self::Drift => "时钟可疑：手机时间与服务器时间不符，按收到时间计。",
            Self::Future => "时钟可疑：所报时间晚于收到时间，按收到时间计。",
        }
    }
}

/// When something counts as having happened, and why.
#[must_use]
pub fn occurred(claim: ClaimedTime, received_at: Timestamp, policy: &Policy) -> (Timestamp, Trust) {
    let apart = received_at.duration_since(claim.at).abs();
    let agrees = apart <= SignedDuration::from_mins(i64::from(policy.drift_minutes));
    match doubt(claim, received_at, policy) {
        Some(_) if agrees => (received_at, Trust::Received),
        Some(doubt) => (received_at, Trust::Suspect(doubt)),
        None => (claim.at.min(received_at), Trust::Claimed),
    }
}

fn doubt(claim: ClaimedTime, received_at: Timestamp, policy: &Policy) -> Option<Doubt> {
    let Some(anchor) = claim.anchor else {
        return Some(Doubt::NoAnchor);
    };
    let most = i64::from(policy.drift_minutes);
    if anchor.age_s >= u64::from(policy.anchor_hours) * 3600 {
        Some(Doubt::OldAnchor)
    } else if anchor.drift_s.unsigned_abs() > most.unsigned_abs() * 60 {
        Some(Doubt::Drift)
    } else if claim.at > plus(received_at, most.minutes()) {
        Some(Doubt::Future)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn claim(age_s: u64, drift_s: i64) -> ClaimedTime {
        ClaimedTime {
            at: at("2026-03-02T09:00:00+08:00"),
            anchor: Some(Anchor { age_s, drift_s }),
        }
    }

    #[test]
    fn a_time_claimed_beside_a_fresh_anchor_counts_and_any_other_gives_way_to_the_receipt() {
        let received = at("2026-03-04T09:00:00+08:00");
        let judge = |claim| occurred(claim, received, &Policy::default());
        assert_eq!(
            judge(claim(71 * 3600, 300)),
            (claim(0, 0).at, Trust::Claimed)
        );
        let suspect = |doubt| (received, Trust::Suspect(doubt));
        assert_eq!(judge(claim(72 * 3600, 0)), suspect(Doubt::OldAnchor));
        assert_eq!(judge(claim(60, -301)), suspect(Doubt::Drift));
        let unanchored = ClaimedTime {
            anchor: None,
            ..claim(0, 0)
        };
        assert_eq!(judge(unanchored), suspect(Doubt::NoAnchor));
    }

    #[test]
    fn a_claim_without_an_anchor_is_not_suspect_when_it_arrives_at_once() {
        let unanchored = ClaimedTime {
            anchor: None,
            ..claim(0, 0)
        };
        let received = at("2026-03-02T09:04:00+08:00");
        assert_eq!(
            occurred(unanchored, received, &Policy::default()),
            (received, Trust::Received)
        );
    }

    #[test]
    fn nothing_happens_after_it_was_received() {
        let claimed = claim(60, 0);
        let shortly_before = at("2026-03-02T08:58:00+08:00");
        let long_before = at("2026-03-02T08:00:00+08:00");
        let policy = Policy::default();
        assert_eq!(
            occurred(claimed, shortly_before, &policy),
            (shortly_before, Trust::Claimed)
        );
        assert_eq!(
            occurred(claimed, long_before, &policy),
            (long_before, Trust::Suspect(Doubt::Future))
        );
    }
}
