//! What we tell channels: the bodies of our messages, as their programs read them
//! (docs/channels.md). What is here is a promise to others: a field is never renamed and never left
//! out; a new one may come.

use hejie_case::{facts::PushTarget, ids::CaseId};
use hejie_registry::{
    error::RegistryError,
    outbox::{self, MessageKind, NewMessage},
    pool::PgConnection,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// The body of a message to a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ChannelMessage<'a> {
    /// The result of a case, for the channel that reported it (R126).
    Feedback {
        /// The case.
        case_id: CaseId,
        /// The channel's own number.
        external_no: &'a str,
        /// What came of it.
        text: &'a str,
        /// When it was closed.
        closed_at: Timestamp,
    },
    /// A danger that the police take over at once, or a case that is theirs (E23).
    PoliceOrder {
        /// The case.
        case_id: CaseId,
        /// What is to be done.
        text: &'a str,
        /// When we heard of it.
        reported_at: Timestamp,
    },
    /// One of the three pushes (R107).
    Push {
        /// The case.
        case_id: CaseId,
        /// Which of the three.
        target: PushTarget,
        /// Of the third, the department that is responsible, as the routing table calls it.
        department: Option<&'a str>,
        /// When it was pushed.
        pushed_at: Timestamp,
    },
    /// An application for judicial confirmation, for the court (E32b, LW14).
    Confirmation {
        /// The case.
        case_id: CaseId,
        /// Its number.
        case_no: &'a str,
        /// The court, by name.
        court: &'a str,
        /// The number of the agreement.
        agreement_no: &'a str,
        /// The SHA-256 of what was signed.
        content_hash: &'a str,
        /// In effect since when.
        effective_at: Timestamp,
        /// The papers that the committee hands in with it.
        papers: &'a [&'a str],
        /// When it was sent.
        sent_at: Timestamp,
    },
}

impl ChannelMessage<'_> {
    /// Puts the message into the outbox in the caller's transaction; after its commit it is sent.
    /// Under a key that was used before nothing is written.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn owe(
        &self,
        conn: &mut PgConnection,
        key: Uuid,
        channel: &str,
    ) -> Result<(), RegistryError> {
        let message = NewMessage {
            key,
            channel,
            kind: self.kind(),
            case: self.case(),
            external_no: self.external_no(),
            payload: self.body(),
            at: self.at(),
        };
        outbox::add(conn, &message).await
    }

    /// What it tells.
    #[must_use]
    pub fn kind(&self) -> MessageKind {
        match self {
            Self::Feedback { .. } => MessageKind::Feedback,
            Self::PoliceOrder { .. } => MessageKind::PoliceOrder,
            Self::Push { .. } => MessageKind::Push,
            Self::Confirmation { .. } => MessageKind::Confirmation,
        }
    }

    /// The body as it is sent.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "ids, words and times always have a JSON form"
    )]
    pub fn body(&self) -> Value {
        serde_json::to_value(self).expect("a message is words and times")
    }

    fn case(&self) -> CaseId {
        match self {
            Self::Feedback { case_id, .. }
            | Self::PoliceOrder { case_id, .. }
            | Self::Push { case_id, .. }
            | Self::Confirmation { case_id, .. } => *case_id,
        }
    }

    fn external_no(&self) -> &str {
        match self {
            Self::Feedback { external_no, .. } => external_no,
            Self::PoliceOrder { .. } | Self::Push { .. } | Self::Confirmation { .. } => "",
        }
    }

    fn at(&self) -> Timestamp {
        match self {
            Self::Feedback { closed_at: at, .. }
            | Self::PoliceOrder {
                reported_at: at, ..
            }
            | Self::Push { pushed_at: at, .. }
            | Self::Confirmation { sent_at: at, .. } => *at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_byte_for_byte_what_channels_know() {
        let (case_id, at) = (CaseId(Uuid::from_u128(7)), Timestamp::UNIX_EPOCH);
        let id = "00000000-0000-0000-0000-000000000007";
        let feedback = ChannelMessage::Feedback {
            case_id,
            external_no: "A-1",
            text: "已达成协议",
            closed_at: at,
        };
        let police_order = ChannelMessage::PoliceOrder {
            case_id,
            text: "持刀",
            reported_at: at,
        };
        let push = ChannelMessage::Push {
            case_id,
            target: PushTarget::TerritoryDept,
            department: Some("人社局"),
            pushed_at: at,
        };
        let confirmation = ChannelMessage::Confirmation {
            case_id,
            case_no: "990101-2026-000001",
            court: "和安县人民法院",
            agreement_no: "（2026）人调字第1号",
            content_hash: "ab",
            effective_at: at,
            papers: &["调解协议书"],
            sent_at: at,
        };
        let known = [
            (
                confirmation,
                format!(
                    r#"{{"agreement_no":"（2026）人调字第1号","case_id":"{id}","case_no":"990101-2026-000001","content_hash":"ab","court":"和安县人民法院","effective_at":"1970-01-01T00:00:00Z","kind":"confirmation","papers":["调解协议书"],"sent_at":"1970-01-01T00:00:00Z"}}"#
                ),
            ),
            (
                feedback,
                format!(
                    r#"{{"case_id":"{id}","closed_at":"1970-01-01T00:00:00Z","external_no":"A-1","kind":"feedback","text":"已达成协议"}}"#
                ),
            ),
            (
                police_order,
                format!(
                    r#"{{"case_id":"{id}","kind":"police_order","reported_at":"1970-01-01T00:00:00Z","text":"持刀"}}"#
                ),
            ),
            (
                push,
                format!(
                    r#"{{"case_id":"{id}","department":"人社局","kind":"push","pushed_at":"1970-01-01T00:00:00Z","target":"territory_dept"}}"#
                ),
            ),
        ];
        for (message, known) in known {
            assert_eq!(message.body().to_string(), known);
            assert_eq!(message.body()["kind"], message.kind().word());
        }
    }
}
