//! Where something is that goes to the server beside the exchange.

use crate::words::{Reason, Timestamp};
use hejie_device::engine::Whereabouts;

/// Where an identity, or the original of a piece of evidence, is.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum DeliveryState {
    /// On this phone, sealed, until the server has it.
    OnThePhone,
    /// On the server alone.
    OnTheServer { since: Timestamp },
    /// On this phone, sealed; the server does not take it.
    NotTaken { reason: Reason },
}

impl From<Whereabouts> for DeliveryState {
    fn from(whereabouts: Whereabouts) -> Self {
        match whereabouts {
            Whereabouts::Waiting => Self::OnThePhone,
            Whereabouts::Received(since) => Self::OnTheServer { since },
            Whereabouts::Refused(reason) => Self::NotTaken { reason },
        }
    }
}
