//! What a phone is told about a change that was not taken: a stable code, a sentence, and whether
//! the same bytes may come again.

use hejie_case::{ids::ChangeHash, reason::Reason};
use hejie_registry::log::quarantine;
use hejie_wire::{code, message::Refused};

/// Why a change is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such case for this person.
    UnknownCase,
    /// The person could write this case once; the change is kept aside.
    NoLongerYours,
    /// The report came before, under an earlier enrolment of the phone; this one is kept aside.
    ReportedBefore,
    /// The case is filed and read-only; the change stays on the phone.
    Archived,
    /// The quarantine of this phone and case is full; the change stays on the phone alone.
    QuarantineFull,
    /// This phone did not sign what came: it was altered on the way, or the phone has another key
    /// than it was enrolled with.
    BatchSignature,
    /// Handed in by somebody else than its author, without a proof; the change is kept aside.
    RelayedUnproved,
    /// Written by an actor that is not this phone's.
    ForeignActor,
    /// Written on something that has not arrived.
    MissingDependency,
    /// Written on a change that was refused.
    DependsOnRefused,
    /// Of the work, and written on what is confidential, or beside what is not.
    WorkOnConfidential,
    /// Of a part that its author does not hold, or naming what is in that part.
    OtherExtent,
    /// Written on nothing, although the case has begun.
    NoBeginning,
    /// The actor has used this number for another change: a phone set back to an earlier day.
    NumberUsed,
    /// Its operations are counted ahead of everything known.
    CountedAhead,
    /// The case was begun on the phone and cannot be registered before its intake says more.
    Incomplete(Reason),
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
    Said(Reason),
}

impl Refusal {
    fn code(&self) -> &str {
        match self {
            Self::UnknownCase => code::UNKNOWN_CASE,
            Self::NoLongerYours => code::NO_LONGER_YOURS,
            Self::ReportedBefore => code::REPORTED_BEFORE,
            Self::Archived => code::ARCHIVED,
            Self::QuarantineFull => code::QUARANTINE_FULL,
            Self::BatchSignature => code::BATCH_SIGNATURE,
            Self::RelayedUnproved => quarantine::RELAYED,
            Self::ForeignActor => code::FOREIGN_ACTOR,
            Self::MissingDependency => code::MISSING_DEPENDENCY,
            Self::DependsOnRefused => code::DEPENDS_ON_REFUSED,
            Self::WorkOnConfidential => code::WORK_ON_CONFIDENTIAL,
            Self::OtherExtent => code::OTHER_EXTENT,
            Self::NoBeginning => code::NO_BEGINNING,
            Self::NumberUsed => code::NUMBER_USED,
            Self::CountedAhead => code::COUNTED_AHEAD,
            Self::TryAgain => code::TRY_AGAIN,
            Self::TooMuchAtOnce => code::TOO_MUCH_AT_ONCE,
            Self::Harmful => code::HARMFUL_CHANGE,
            Self::Unstorable => code::UNSTORABLE,
            Self::CaseUnreadable => code::CASE_UNREADABLE,
            Self::Follows { .. } => code::FOLLOWS_REFUSED,
            Self::Incomplete(reason) | Self::Said(reason) => &reason.code,
        }
    }

    fn zh(&self) -> &str {
        match self {
            Self::UnknownCase => {
                "服务器上没有这件由您承办的案件；内容仍留在本机，请联系分流员核对。"
            }
            Self::NoLongerYours => {
                "本案已不再由您承办，您的记录已转交后台隔离保存，请联系现承办人或分流员处理。"
            }
            Self::ReportedBefore => {
                "此报告此前已经收到，再次上传的内容已转交后台隔离保存，由工作人员核对。"
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
            Self::WorkOnConfidential => {
                "内容的格式不被接受，未予接收；已留在本机，请更新应用后重新提交。"
            }
            Self::OtherExtent => {
                "您在本案中的岗位已有变动，手机将按现有权限重新提交；不能再填写的部分会留在本机。"
            }
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
            Self::Incomplete(reason) | Self::Said(reason) => &reason.zh,
        }
    }

    /// Whether the same bytes may be sent again later.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Follows { passing } => *passing,
            Self::Incomplete(_) => true,
            Self::Said(_) => false,
            own => code::is_passing(own.code()),
        }
    }

    /// The reason, as the registry keeps it and people read it.
    pub(super) fn reason(&self) -> Reason {
        Reason::new(self.code(), self.zh())
    }

    /// The refusal of one change, or of all that the request held for the case.
    pub(super) fn of(&self, change: Option<ChangeHash>) -> Refused {
        Refused {
            change,
            reason: self.reason(),
            passing: self.is_passing(),
            told: false,
        }
    }
}
