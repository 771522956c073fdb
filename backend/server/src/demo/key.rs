//! The keys of the phones of the demonstration. They follow from the phones, so that everything
//! follows from the seed; no session is bound to such a phone, so nobody can send anything with
//! them.

use hejie_case::ids::{CaseId, DeviceId};
use hejie_registry::{
    bulk::NewChange,
    log::{batch::SignedBatch, change::ChangeSender},
};
use hejie_wire::batch::{Batch, DeviceSecret};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The key of a phone.
pub(super) fn of(device: DeviceId) -> DeviceSecret {
    let mut hash = Sha256::new();
    hash.update(b"hejie-demo-device\0");
    hash.update(device.0.as_bytes());
    DeviceSecret::from_seed(&hash.finalize().into())
}

/// What the phones of a case signed: each all that it wrote, at once.
pub(super) fn sign(case: CaseId, log: &[NewChange]) -> Vec<SignedBatch> {
    let mut written: BTreeMap<DeviceId, Vec<_>> = BTreeMap::new();
    for new in log {
        if let ChangeSender::Phone { device, .. } = new.sender {
            let of_device = written.entry(device).or_default();
            of_device.push(new.change.hash);
        }
    }
    let signed = |(device, changes)| {
        let batch = Batch {
            case,
            device,
            changes,
        };
        let signature = of(device).sign(&batch);
        SignedBatch { batch, signature }
    };
    written.into_iter().map(signed).collect()
}
