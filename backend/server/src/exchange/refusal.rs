//! What a phone is told about a change that was not taken: a stable code, a sentence, and whether the same bytes may come again.

use crate::worker;
use hejie_case::ids::ChangeHash;
use hejie_registry::{feed::Why, log::quarantine};
use hejie_wire::{gate::GateError, message::Refused};

/// Why a change is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such case for this person.
    UnknownCase,
    /// The person could write this case once; the change is kept aside.
    NoLongerYours,
    /// The case is filed and read-only; the change stays on the phone.
    Archived,
    /// The quarantine of this phone and case is full; the change stays on the phone alone.
    QuarantineFull,
    /// This phone did not sign what came: it was altered on the way, or the phone has another key than it was enrolled with.
    BatchSignature,
    /// Handed in by somebody else than its author, without a proof; the change is kept aside.
    RelayedUnproved,
    /// Written by an actor that is not this phone's.
    ForeignActor,
    /// Written on something that has not arrived.
    MissingDependency,
    /// Written on a change that was refused.
    DependsOnRefused,
    /// Written on nothing, although the case has begun.
    NoBeginning,
    /// The actor has used this number for another change: a phone set back to an earlier day.
    NumberUsed,
    /// Its operations are counted ahead of everything known.
    CountedAhead,
    /// The case was begun on the phone and cannot be registered before its intake says more.
    Incomplete(Why),
    /// The case moved at the same time.
    TryAgain,
    /// The request holds more than is looked at in one.
    TooMuchAtOnce,
    /// The worker that looked at it died.
    Harmful,
    /// No column of the registry takes what it says.
    Unstorable,
    /// The case itself cannot be read at present; the changes of other cases are taken.
    CaseUnreadable,
    /// It stands behind one that was refused.
    Follows {
        /// The other one may come again, and this one with it.
        passing: bool,
    },
    /// The gate, the rights or an earlier judgement, in their own words.
    Said(Why),
}

impl Refusal {
    pub(super) fn code(&self) -> &str {
        match self {
            Self::UnknownCase => "unknown_case",
            Self::NoLongerYours => "no_longer_yours",
            Self::Archived => "archived",
            Self::QuarantineFull => "quarantine_full",
            Self::BatchSignature => "batch_signature",
            Self::RelayedUnproved => quarantine::RELAYED,
            Self::ForeignActor => "foreign_actor",
            Self::MissingDependency => "missing_dependency",
            Self::DependsOnRefused => "depends_on_refused",
            Self::NoBeginning => "no_beginning",
            Self::NumberUsed => "number_used",
            Self::CountedAhead => "counted_ahead",
            Self::TryAgain => "try_again",
            Self::TooMuchAtOnce => "too_much_at_once",
            Self::Harmful => "harmful_change",
            Self::Unstorable => "unstorable",
            Self::CaseUnreadable => "case_unreadable",
            Self::Follows { .. } => "follows_refused",
            Self::Incomplete(why) | Self::Said(why) => &why.code,
        }
    }

    pub(super) fn zh(&self) -> &str {
        match self {
            Self::UnknownCase => {
                "服务器上没有这件由您承办的案件；内容仍留在本机，请联系分流员核对。"
            }
            Self::NoLongerYours => {
                "本案已不再由您承办，您的记录已转交后台隔离保存，请联系现承办人或分流员处理。"
            }
            Self::Archived => {
                "本案已归档，不能再修改；您的记录留在本机，确需补充的请联系司法所处理。"
            }
            Self::QuarantineFull => "本案待核对的记录过多，内容仍留在本机，请联系分流员先行处理。",
            Self::BatchSignature => {
                "这些内容的签名与本机登记的密钥不符，未予接收；内容仍留在本机，稍后会自动重试，长时间如此请重新登录并登记本机。"
            }
            Self::RelayedUnproved => {
                "服务器恢复后，由所列人员的手机代为转交的他人记录，没有服务器签名可以证明；请联系记录的作者用本人手机同步确认，确认之前不计入案卷。"
            }
            Self::ForeignActor => {
                "这些内容不是由本机写下的，未予接收；请重新登录并登记本机后再试。"
            }
            Self::MissingDependency => "所依据的内容尚未上传，稍后会自动重试。",
            Self::DependsOnRefused => "所依据的内容未被接受；已留在本机，将在最新案卷上重新提交。",
            Self::NoBeginning => {
                "内容没有接在本案已有记录之后，未予接收；已留在本机，请更新应用后重新提交。"
            }
            Self::NumberUsed => "本机似由旧备份恢复，编号已被使用；请重新登记本机，内容会保留。",
            Self::CountedAhead => {
                "内容的编号超出范围，未予接收；已留在本机，请更新应用后重新提交。"
            }
            Self::TryAgain => "案件正在被他人更新，稍后会自动重试。",
            Self::TooMuchAtOnce => "本次同步内容较多，其余内容稍后会自动上传。",
            Self::Harmful => "这条内容无法安全处理，未予接收；已留在本机，请联系管理员核对。",
            Self::Unstorable => {
                "内容含有服务器无法保存的值，未予接收；已留在本机，请核对后修改，再重新提交。"
            }
            Self::CaseUnreadable => {
                "服务器暂时无法读取本案，内容仍留在本机，稍后会自动重试；长时间如此请联系管理员。"
            }
            Self::Follows { .. } => "前一条内容未被接受，本条一并留在本机，等待重新提交。",
            Self::Incomplete(why) | Self::Said(why) => &why.zh,
        }
    }

    /// Whether the same bytes may be sent again later.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::BatchSignature
                | Self::MissingDependency
                | Self::TryAgain
                | Self::TooMuchAtOnce
                | Self::CaseUnreadable
                | Self::Incomplete(_)
                | Self::Follows { passing: true }
        )
    }

    /// The reason as the registry keeps it.
    pub(super) fn why(&self) -> Why {
        Why {
            code: self.code().to_owned(),
            zh: self.zh().to_owned(),
        }
    }

    /// The refusal of one change, or of all that the request held for the case.
    pub(super) fn of(&self, change: Option<ChangeHash>) -> Refused {
        Refused {
            change,
            code: self.code().to_owned(),
            zh: self.zh().to_owned(),
            passing: self.is_passing(),
            told: false,
        }
    }
}

impl From<&GateError> for Refusal {
    fn from(error: &GateError) -> Self {
        Self::Said(Why {
            code: error.code().to_owned(),
            zh: error.zh().to_owned(),
        })
    }
}

impl From<worker::Refusal> for Refusal {
    fn from(refusal: worker::Refusal) -> Self {
        Self::Said(Why {
            code: refusal.code,
            zh: refusal.zh,
        })
    }
}
