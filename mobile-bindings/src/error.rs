//! What an app is told when something fails: few kinds, each with something that the app can do.

use hejie_device::{
    client::ClientError,
    engine::{EngineError, Reason},
    http::{LineFault, LinkError},
    seal::SealError,
    store::StoreError,
};
use std::io;

/// A failed call. Codes are stable; `zh` is for the person; neither holds personal data.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum PhoneError {
    /// The server is out of reach, or the line broke off. Nothing is lost; try again when there is a line.
    #[error("offline: {code}")]
    Offline { code: String, zh: String },
    /// Something else than the server answers: a Wi-Fi that wants a sign-in, a proxy, a damaged answer. Nothing is lost; show the
    /// sentence and try again.
    #[error("bad line: {code}")]
    BadLine { code: String, zh: String },
    /// Sign in again. Work on the phone is kept.
    #[error("signed out: {code}")]
    SignedOut { code: String, zh: String },
    /// The phone may not come back. What was not sent can only be read here.
    #[error("revoked: {code}")]
    Revoked { code: String, zh: String },
    /// The server has too much to do; try again after so many seconds.
    #[error("busy: {code}")]
    Busy {
        retry_after_seconds: u64,
        code: String,
        zh: String,
    },
    /// The server refuses this for good.
    #[error("refused: {code}")]
    Refused { code: String, zh: String },
    /// The server says no in a word that this version does not know. It waits and is tried again.
    #[error("held: {code}")]
    Held { code: String, zh: String },
    /// The act does not fit the case as it is on this phone; nothing was written.
    #[error("not possible: {code}")]
    NotPossible { code: String, zh: String },
    /// No such case, entry or refusal on this phone.
    #[error("unknown")]
    Unknown { zh: String },
    /// The case left this phone.
    #[error("the case left this phone: {code}")]
    CaseLeft { code: String, zh: String },
    /// What the phone holds of this case is damaged; the next exchange fetches it again. Other cases are not affected.
    #[error("the case is damaged: {code}")]
    CaseDamaged { code: String, zh: String },
    /// The phone belongs to nobody yet: sign in and enrol.
    #[error("not enrolled")]
    NotEnrolled { zh: String },
    /// The phone belongs to another person.
    #[error("the phone belongs to another person")]
    OtherPerson { zh: String },
    /// No room left on the device; nothing was written.
    #[error("storage is full")]
    StorageFull { zh: String },
    /// Another process of the app has the store open.
    #[error("storage is in use")]
    StorageInUse { zh: String },
    /// The store was changed while it was open. Open the phone again: it then saves what reads.
    #[error("storage is damaged")]
    StorageDamaged { zh: String },
    /// The key is locked, gone, or of another store.
    #[error("the key is not available")]
    KeyUnavailable { zh: String },
    /// Store or server are of a later version: update the app.
    #[error("an update is needed")]
    UpdateNeeded { zh: String },
    /// Something that the app cannot do anything about.
    #[error("unexpected: {code}")]
    Unexpected { code: String, zh: String },
}

impl From<ClientError> for PhoneError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Engine(error) => error.into(),
            ClientError::Link(error) => error.into(),
            ClientError::Store(error) => of_store(&error),
            ClientError::NotSignedIn => Self::SignedOut {
                code: "not_signed_in".into(),
                zh: "请先登录".into(),
            },
            ClientError::Directory(error) if error.kind() == io::ErrorKind::StorageFull => full(),
            ClientError::Directory(_) => unexpected("directory"),
        }
    }
}

impl From<EngineError> for PhoneError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Seal(error) => of_seal(&error),
            EngineError::Edit(error) => Self::NotPossible {
                code: error.code().into(),
                zh: error.zh().into(),
            },
            EngineError::MayNot(error) => Self::NotPossible {
                code: error.code().into(),
                zh: error.zh().into(),
            },
            EngineError::NotPossible(Reason { code, zh })
            | EngineError::Unbuildable(Reason { code, zh }) => Self::NotPossible { code, zh },
            EngineError::Left(Reason { code, zh }) => Self::CaseLeft { code, zh },
            EngineError::Damaged(Reason { code, zh }) => Self::CaseDamaged { code, zh },
            EngineError::UnknownCase | EngineError::UnknownRefusal => Self::Unknown {
                zh: "本机没有这项内容，请刷新后再试。".into(),
            },
            EngineError::NotEnrolled => Self::NotEnrolled {
                zh: "本机尚未登记，请先登录并登记本机。".into(),
            },
            EngineError::OtherPerson(user) => Self::OtherPerson {
                zh: format!(
                    "本机已登记在他人名下（用户编号 {user}），请由本人登录，或联系管理员；服务器恢复后账号不见了的，请管理员按此编号重新建立。"
                ),
            },
            EngineError::Protocol(_) => update(),
            EngineError::OwnChange(error) => Self::NotPossible {
                code: error.code().into(),
                zh: "内容过长，请分成几条记录。".into(),
            },
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
        let Reason { code, zh } = error.reason();
        match error {
            LinkError::Line { fault, .. } => match fault {
                LineFault::Unreachable | LineFault::Silent | LineFault::Cut => {
                    Self::Offline { code, zh }
                }
                LineFault::Portal
                | LineFault::Foreign
                | LineFault::Garbled
                | LineFault::Untrusted => Self::BadLine { code, zh },
            },
            LinkError::SignedOut(_) => Self::SignedOut { code, zh },
            LinkError::Revoked(_) => Self::Revoked { code, zh },
            LinkError::Busy { retry_after, .. } => Self::Busy {
                retry_after_seconds: retry_after.as_secs(),
                code,
                zh,
            },
            LinkError::Refused(_) | LinkError::Early(_) => Self::Refused { code, zh },
            LinkError::Again(_) | LinkError::Held(_) => Self::Held { code, zh },
            LinkError::Update(_) => Self::UpdateNeeded { zh },
            LinkError::Request(_) => Self::Unexpected { code, zh },
        }
    }
}

fn of_seal(error: &SealError) -> PhoneError {
    match error {
        SealError::Store(error) => of_store(error),
        SealError::KeyStore(_) | SealError::KeyGone | SealError::WrongKey => {
            PhoneError::KeyUnavailable {
                zh: "本机的密钥不可用，请先解锁手机；仍不行请联系管理员，切勿卸载应用。".into(),
            }
        }
        SealError::RolledBack | SealError::Tampered { .. } => damaged(),
        SealError::Entropy(_) => unexpected("no_entropy"),
    }
}

fn of_store(error: &StoreError) -> PhoneError {
    match error {
        StoreError::InUse => PhoneError::StorageInUse {
            zh: "应用已在另一处打开，请关闭后重试。".into(),
        },
        StoreError::Full => full(),
        StoreError::Damaged { .. } => damaged(),
        StoreError::TooNew { .. } => update(),
        StoreError::Backend { .. } => unexpected("storage"),
    }
}

fn full() -> PhoneError {
    PhoneError::StorageFull {
        zh: "手机存储空间不足，这次没有保存；请清理空间后再试，已保存的内容不受影响。".into(),
    }
}

fn damaged() -> PhoneError {
    PhoneError::StorageDamaged {
        zh: "本机存储有损坏，请关闭并重新打开应用，能读取的内容会保留；切勿卸载应用。".into(),
    }
}

fn update() -> PhoneError {
    PhoneError::UpdateNeeded {
        zh: "应用版本过旧，请更新应用；内容已留在本机。".into(),
    }
}

pub(crate) fn unexpected(code: &str) -> PhoneError {
    PhoneError::Unexpected {
        code: code.into(),
        zh: format!("应用出错（{code}），请联系管理员；已保存的内容不受影响。"),
    }
}
