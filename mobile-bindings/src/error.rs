//! What an app is told when something fails: few kinds, each with something that the app can do.

use crate::words::Reason;
use hejie_case::reason::Explain;
use hejie_device::{
    client::ClientError,
    encryption::EncryptionError,
    engine::EngineError,
    http::{LineFault, LinkError},
    store::StoreError,
};
use hejie_wire::code;
use std::io;

/// A failed call. The code of its reason is stable, the sentence is for the person; neither holds
/// personal data.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum PhoneError {
    /// The server is out of reach, or the line broke off. Nothing is lost; try again when there is
    /// a line.
    #[error("offline: {reason}")]
    Offline { reason: Reason },
    /// Something else than the server answers: a Wi-Fi that wants a sign-in, a proxy, a damaged
    /// answer. Nothing is lost; show the sentence and try again.
    #[error("bad line: {reason}")]
    BadLine { reason: Reason },
    /// Sign in again. Work on the phone is kept.
    #[error("signed out: {reason}")]
    SignedOut { reason: Reason },
    /// The phone may not come back. What was not sent can only be read here.
    #[error("revoked: {reason}")]
    Revoked { reason: Reason },
    /// The server has too much to do; try again after so many seconds.
    #[error("busy: {reason}")]
    Busy {
        retry_after_seconds: u64,
        reason: Reason,
    },
    /// The server refuses this for good.
    #[error("refused: {reason}")]
    Refused { reason: Reason },
    /// The server says no in a word that this version does not know. It waits and is tried again.
    #[error("held: {reason}")]
    Held { reason: Reason },
    /// The act does not fit the case as it is on this phone; nothing was written.
    #[error("not possible: {reason}")]
    NotPossible { reason: Reason },
    /// No such case, entry or refusal on this phone.
    #[error("unknown")]
    Unknown { reason: Reason },
    /// The case left this phone.
    #[error("the case left this phone: {reason}")]
    CaseLeft { reason: Reason },
    /// What the phone holds of this case is damaged; the next exchange fetches it again. Other
    /// cases are not affected.
    #[error("the case is damaged: {reason}")]
    CaseDamaged { reason: Reason },
    /// The phone belongs to nobody yet: sign in and enrol.
    #[error("not enrolled")]
    NotEnrolled { reason: Reason },
    /// The phone belongs to another person.
    #[error("the phone belongs to another person")]
    OtherPerson { reason: Reason },
    /// No room left on the device; nothing was written.
    #[error("storage is full")]
    StorageFull { reason: Reason },
    /// Another process of the app has the store open.
    #[error("storage is in use")]
    StorageInUse { reason: Reason },
    /// The store was changed while it was open. Open the phone again: it then saves what reads.
    #[error("storage is damaged")]
    StorageDamaged { reason: Reason },
    /// The key is locked, gone, or of another store.
    #[error("the key is not available")]
    KeyUnavailable { reason: Reason },
    /// Store or server are of a later version: update the app.
    #[error("an update is needed")]
    UpdateNeeded { reason: Reason },
    /// Something that the app cannot do anything about.
    #[error("unexpected: {reason}")]
    Unexpected { reason: Reason },
}

impl From<ClientError> for PhoneError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Engine(error) => error.into(),
            ClientError::Link(error) => error.into(),
            ClientError::Store(error) => of_store(&error),
            ClientError::NotSignedIn => Self::SignedOut {
                reason: Reason::new(code::NOT_SIGNED_IN, "请先登录"),
            },
            ClientError::Directory(error) if error.kind() == io::ErrorKind::StorageFull => full(),
            ClientError::Directory(_) => unexpected("directory"),
        }
    }
}

impl From<EngineError> for PhoneError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Encryption(error) => of_encryption(&error),
            EngineError::Edit(error) => not_possible(error.reason()),
            EngineError::MayNot(error) => not_possible(error.reason()),
            EngineError::NotPossible(reason) | EngineError::Unbuildable(reason) => {
                not_possible(reason)
            }
            EngineError::Withheld => not_possible(Reason::new(
                "part_withheld",
                "这部分内容不在您的权限内，本机没有，也不能填写；请联系本案承办人。",
            )),
            EngineError::Left(reason) => Self::CaseLeft { reason },
            EngineError::Damaged(reason) => Self::CaseDamaged { reason },
            EngineError::UnknownCase | EngineError::UnknownRefusal => Self::Unknown {
                reason: Reason::new("unknown_here", "本机没有这项内容，请刷新后再试。"),
            },
            EngineError::NotEnrolled => Self::NotEnrolled {
                reason: Reason::new("not_enrolled", "本机尚未登记，请先登录并登记本机。"),
            },
            EngineError::OtherPerson(user) => {
                let zh = format!(
                    "本机已登记在他人名下（用户编号 {user}），请由本人登录，或联系管理员；服务器恢复后账号不见了的，请管理员按此编号重新建立。"
                );
                Self::OtherPerson {
                    reason: Reason::new("other_person", zh),
                }
            }
            EngineError::Protocol(_) => update(),
            EngineError::OwnChange(error) => {
                not_possible(Reason::new(error.code(), "内容过长，请分成几条记录。"))
            }
            EngineError::Document(error) => unexpected(error.code()),
            EngineError::Answer(_) | EngineError::OtherAnswer => {
                LinkError::line(LineFault::Garbled).into()
            }
            EngineError::NoRequest => unexpected("no_request"),
            EngineError::Row { .. } => unexpected("row_unreadable"),
            EngineError::Entropy(_) => unexpected("no_entropy"),
        }
    }
}

impl From<LinkError> for PhoneError {
    fn from(error: LinkError) -> Self {
        let reason = error.reason();
        match error {
            LinkError::Line { fault, .. } => match fault {
                LineFault::Unreachable | LineFault::Silent | LineFault::Cut => {
                    Self::Offline { reason }
                }
                LineFault::Portal
                | LineFault::Foreign
                | LineFault::Garbled
                | LineFault::Untrusted => Self::BadLine { reason },
            },
            LinkError::SignedOut(_) => Self::SignedOut { reason },
            LinkError::Revoked(_) => Self::Revoked { reason },
            LinkError::Busy { retry_after, .. } => Self::Busy {
                retry_after_seconds: retry_after.as_secs(),
                reason,
            },
            LinkError::Refused(_) | LinkError::Early(_) => Self::Refused { reason },
            LinkError::Again(_) | LinkError::Held(_) => Self::Held { reason },
            LinkError::Update(_) => Self::UpdateNeeded { reason },
            LinkError::Request(_) => Self::Unexpected { reason },
        }
    }
}

fn not_possible(reason: Reason) -> PhoneError {
    PhoneError::NotPossible { reason }
}

fn of_encryption(error: &EncryptionError) -> PhoneError {
    match error {
        EncryptionError::Store(error) => of_store(error),
        EncryptionError::KeyStore(_) | EncryptionError::KeyGone | EncryptionError::WrongKey => {
            PhoneError::KeyUnavailable {
                reason: Reason::new(
                    "key_unavailable",
                    "本机的密钥不可用，请先解锁手机；仍不行请联系管理员，切勿卸载应用。",
                ),
            }
        }
        EncryptionError::RolledBack | EncryptionError::Tampered { .. } => damaged(),
        EncryptionError::Entropy(_) => unexpected("no_entropy"),
    }
}

fn of_store(error: &StoreError) -> PhoneError {
    match error {
        StoreError::InUse => PhoneError::StorageInUse {
            reason: Reason::new("storage_in_use", "应用已在另一处打开，请关闭后重试。"),
        },
        StoreError::Full => full(),
        StoreError::Damaged { .. } => damaged(),
        StoreError::TooNew { .. } => update(),
        StoreError::TooOld { .. } => of_earlier_release(),
        StoreError::Backend { .. } => unexpected("storage"),
    }
}

fn full() -> PhoneError {
    PhoneError::StorageFull {
        reason: Reason::new(
            "storage_full",
            "手机存储空间不足，这次没有保存；请清理空间后再试，已保存的内容不受影响。",
        ),
    }
}

fn damaged() -> PhoneError {
    PhoneError::StorageDamaged {
        reason: Reason::new(
            "storage_damaged",
            "本机存储有损坏，请关闭并重新打开应用，能读取的内容会保留；切勿卸载应用。",
        ),
    }
}

fn update() -> PhoneError {
    PhoneError::UpdateNeeded {
        reason: Reason::new(
            "update_needed",
            "应用版本过旧，请更新应用；内容已留在本机。",
        ),
    }
}

/// What an earlier release saved is read by that release alone.
fn of_earlier_release() -> PhoneError {
    PhoneError::UpdateNeeded {
        reason: Reason::new(
            "store_too_old",
            "本机内容由旧版应用保存，本版应用无法读取，内容仍原样留在本机；请联系管理员，先用旧版应用同步完毕，再换用本版应用并重新登记本机，此前切勿卸载应用。",
        ),
    }
}

pub(crate) fn unexpected(code: &str) -> PhoneError {
    let zh = format!("应用出错（{code}），请联系管理员；已保存的内容不受影响。");
    PhoneError::Unexpected {
        reason: Reason::new(code, zh),
    }
}
