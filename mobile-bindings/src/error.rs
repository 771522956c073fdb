//! What an app is told when something fails: few kinds, each with something that the app can do.

use hejie_device::{
    client::ClientError,
    engine::{EngineError, Reason},
    http::LinkError,
    seal::SealError,
    store::StoreError,
};

/// A failed call. Codes are stable; `zh` is for the person; neither holds personal data.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum PhoneError {
    /// The server is out of reach. Nothing is lost; try again when there is a line.
    #[error("offline")]
    Offline,
    /// Sign in again. Work on the phone is kept.
    #[error("signed out: {code}")]
    SignedOut { code: String, zh: String },
    /// The phone may not come back. What was not sent can only be read here.
    #[error("revoked: {code}")]
    Revoked { code: String, zh: String },
    /// The server has too much to do; try again after so many seconds.
    #[error("busy")]
    Busy { retry_after_seconds: u64 },
    /// The server refuses this for good.
    #[error("refused: {code}")]
    Refused { code: String, zh: String },
    /// The act does not fit the case as it is on this phone; nothing was written.
    #[error("not possible: {code}")]
    NotPossible { code: String, zh: String },
    /// No such case, entry or refusal on this phone.
    #[error("unknown")]
    Unknown,
    /// The case left this phone.
    #[error("the case left this phone: {code}")]
    CaseLeft { code: String, zh: String },
    /// The phone belongs to nobody yet: sign in and enrol.
    #[error("not enrolled")]
    NotEnrolled,
    /// The phone belongs to another person.
    #[error("the phone belongs to another person")]
    OtherPerson,
    /// No room left on the device; nothing was written.
    #[error("storage is full")]
    StorageFull,
    /// Another process of the app has the store open.
    #[error("storage is in use")]
    StorageInUse,
    /// The store was changed from outside, or is broken. Do not delete it: unsent work may be saved by support.
    #[error("storage is damaged")]
    StorageDamaged,
    /// The key is locked, gone, or of another store.
    #[error("the key is not available")]
    KeyUnavailable,
    /// Store or server are of a later version: update the app.
    #[error("an update is needed")]
    UpdateNeeded,
    /// Something that the app cannot do anything about.
    #[error("unexpected: {code}")]
    Unexpected { code: String },
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
            EngineError::UnknownCase | EngineError::UnknownRefusal => Self::Unknown,
            EngineError::NotEnrolled => Self::NotEnrolled,
            EngineError::OtherPerson => Self::OtherPerson,
            EngineError::Protocol(_) => Self::UpdateNeeded,
            EngineError::OwnChange(error) => Self::NotPossible {
                code: error.code().into(),
                zh: "内容过长，请分成几条记录。".into(),
            },
            EngineError::Document(error) => unexpected(error.code()),
            EngineError::Answer(error) => unexpected(error.code()),
            EngineError::NoRequest => unexpected("no_request"),
            EngineError::Row { .. } => unexpected("row_unreadable"),
            EngineError::Entropy(_) => unexpected("no_entropy"),
        }
    }
}

impl From<LinkError> for PhoneError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Offline(_) => Self::Offline,
            LinkError::SignedOut(Reason { code, zh }) => Self::SignedOut { code, zh },
            LinkError::Revoked(Reason { code, zh }) => Self::Revoked { code, zh },
            LinkError::Busy { retry_after, .. } => Self::Busy {
                retry_after_seconds: retry_after.as_secs(),
            },
            LinkError::Refused {
                reason: Reason { code, zh },
                ..
            } => Self::Refused { code, zh },
            LinkError::Untrusted(_) => unexpected("server_untrusted"),
            LinkError::Answer(error) => unexpected(error.code()),
            LinkError::Json(_) => unexpected("answer_unreadable"),
            LinkError::NoOffset => unexpected("upload_unreadable"),
            LinkError::Protocol(_) => unexpected("line"),
        }
    }
}

fn of_seal(error: &SealError) -> PhoneError {
    match error {
        SealError::Store(error) => of_store(error),
        SealError::KeyStore(_) | SealError::KeyGone | SealError::WrongKey => {
            PhoneError::KeyUnavailable
        }
        SealError::RolledBack | SealError::Tampered { .. } => PhoneError::StorageDamaged,
        SealError::Entropy(_) => unexpected("no_entropy"),
    }
}

fn of_store(error: &StoreError) -> PhoneError {
    match error {
        StoreError::InUse => PhoneError::StorageInUse,
        StoreError::Full => PhoneError::StorageFull,
        StoreError::Damaged { .. } => PhoneError::StorageDamaged,
        StoreError::TooNew { .. } => PhoneError::UpdateNeeded,
        StoreError::Backend { .. } => unexpected("storage"),
    }
}

fn unexpected(code: &str) -> PhoneError {
    PhoneError::Unexpected { code: code.into() }
}
