//! What happened to the phone's store, and what its owner does about it; it stays told until that
//! is done.

use super::{Engine, EngineError, Reason, row};
use crate::{
    encryption::{Integrity, RowChange},
    store::Store,
};
use serde::{Deserialize, Serialize};

/// Nobody knows any more whether one was among what is gone.
const DANGER: &str = "其中如有险情，请立即拨打110。";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoreTrouble {
    kind: TroubleKind,
    /// Unsent edits that are gone; none when nobody knows.
    unsent: Option<u64>,
    /// Originals and identities of which the row is gone: perhaps the server has them.
    #[serde(default)]
    beside: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TroubleKind {
    /// Parts do not read.
    Damaged,
    /// An earlier state was put back.
    SetBack,
    /// The store is gone.
    Gone,
}

impl StoreTrouble {
    /// What a store that was just opened tells.
    pub(super) fn of(integrity: Integrity) -> Option<Self> {
        let (kind, unsent, beside) = match integrity {
            Integrity::Sound => return None,
            Integrity::Rows { unsent, beside, .. } | Integrity::Doubtful { unsent, beside, .. } => {
                (TroubleKind::Damaged, Some(unsent), beside)
            }
            Integrity::SetBack { unsent } => (TroubleKind::SetBack, Some(unsent), 0),
            Integrity::Gone { unsent } => (TroubleKind::Gone, unsent, 0),
        };
        Some(Self {
            kind,
            unsent,
            beside,
        })
    }

    /// The server knows a later state of this phone than the phone itself.
    pub(super) fn set_back() -> Self {
        Self {
            kind: TroubleKind::SetBack,
            unsent: None,
            beside: 0,
        }
    }

    /// Once every case of a store that is damaged in parts was looked at: so many edits are gone
    /// for certain, and so many of those that are gone from the outbox stand in their documents.
    pub(super) fn losing(self, lost: u64, kept: u64) -> Self {
        let unsent = match (self.kind, self.unsent) {
            (TroubleKind::Damaged, Some(unsent)) => Some(lost.max(unsent.saturating_sub(kept))),
            (_, unsent) => unsent,
        };
        Self { unsent, ..self }
    }

    /// Beside what was told before: the graver, and all that is gone.
    pub(super) fn with(self, before: Option<&Self>) -> Self {
        let Some(before) = before else {
            return self;
        };
        let unsent = match (self.unsent, before.unsent) {
            (Some(now), Some(then)) => Some(now + then),
            (now, then) => now.or(then),
        };
        Self {
            kind: self.kind.max(before.kind),
            unsent,
            beside: self.beside + before.beside,
        }
    }

    /// Whether the phone must be enrolled anew.
    pub(super) fn needs_enrolment(&self) -> bool {
        self.kind != TroubleKind::Damaged
    }

    /// Unsent edits that are gone.
    pub(super) fn unsent(&self) -> Option<u64> {
        self.unsent
    }

    /// Whether nothing is gone that only this phone had.
    pub(super) fn is_harmless(&self) -> bool {
        self.unsent == Some(0) && self.beside == 0
    }

    /// What the person reads.
    pub(super) fn reason(&self) -> Reason {
        let beside = match self.beside {
            0 => String::new(),
            beside => format!("有 {beside} 份原件或身份信息的记录已损坏，尚未上传的请重新采集。"),
        };
        let gone = match self.unsent {
            Some(0) => String::new(),
            Some(unsent) => format!("有 {unsent} 条尚未上传的内容已丢失，请核对并补记；{DANGER}"),
            None => format!("可能有尚未上传的内容已丢失，请核对近期填写的内容；{DANGER}"),
        };
        let (code, zh) = match self.kind {
            TroubleKind::Damaged => (
                "store_damaged",
                "本机存储有部分损坏，能读取的内容已保留，联网同步后会自动补全。",
            ),
            TroubleKind::SetBack => (
                "phone_set_back",
                "本机数据被恢复到较早的状态，请联网重新登录并重新登记本机；未上传的内容会保留并再次上传。",
            ),
            TroubleKind::Gone => (
                "store_gone",
                "本机数据已丢失，请联网重新登录并登记本机，已上传的案件会重新取回。",
            ),
        };
        Reason::new(code, format!("{zh}{beside}{gone}"))
    }
}

impl<S: Store> Engine<S> {
    /// Takes what was told of the store off the status, after its owner has read it. What only a
    /// new enrolment mends stays.
    ///
    /// # Errors
    /// When the store fails.
    pub fn dismiss_trouble(&mut self) -> Result<(), EngineError> {
        if self
            .trouble
            .as_ref()
            .is_some_and(StoreTrouble::needs_enrolment)
        {
            return Ok(());
        }
        self.commit(vec![RowChange::Delete(row::TROUBLE)])?;
        self.trouble = None;
        Ok(())
    }

    /// The server says that it has heard more of this phone than the phone knows.
    pub(super) fn tell_set_back(&mut self) -> Result<(), EngineError> {
        if self
            .trouble
            .as_ref()
            .is_some_and(StoreTrouble::needs_enrolment)
        {
            return Ok(());
        }
        let trouble = StoreTrouble::set_back().with(self.trouble.as_ref());
        self.commit(vec![row::put(row::TROUBLE, &trouble)?])?;
        self.trouble = Some(trouble);
        Ok(())
    }
}
