//! The phone as an app holds it.

mod acts;
mod claim;
mod course;
mod delivery;
mod draft;
mod file;
mod identity;
mod intake;
mod joint;
mod library;
mod scene;
mod session;

pub use acts::Performed;
pub use course::DangerReported;
pub use delivery::DeliveryState;
pub use draft::DraftSignature;
pub use file::{KnownFile, NewEvidence};
pub use identity::{IdentityCaptured, KnownIdentity, NumberInText, PartyGuardian, PartyIdentity};
pub use scene::{ConsentGiven, NewCase, VisitReport};
pub use session::SessionHeld;

use crate::{
    clock, entropy,
    error::PhoneError,
    key::{ForeignKeyStore, KeyStore},
    uptime,
    view::{
        CaseFile, DossierContents, Exchanged, Owner, RefusedWork, SceneBrief, UnsentWork,
        refused_work,
    },
    words::{CaseId, CaseSummary, PhoneStatus, RoleOffer},
};
use hejie_device::client::{Client, PhoneEngine};
use std::{path::Path, sync::Arc};

/// A phone: cases, unsent work and the line to the server. One per app; call every function off the
/// main thread.
#[derive(uniffi::Object)]
pub struct Phone {
    client: Client,
}

#[uniffi::export]
impl Phone {
    /// Opens the phone's store in a directory of the app, which is made if it is absent. A store
    /// that was damaged, set back or lost opens too: [`Self::status`] says what happened and what
    /// to do.
    #[uniffi::constructor]
    pub fn open(
        dir: &str,
        server_url: &str,
        key_store: Arc<dyn KeyStore>,
    ) -> Result<Arc<Self>, PhoneError> {
        let entropy = Box::new(entropy::SystemEntropy);
        let client = Client::open(
            Path::new(dir),
            server_url,
            &ForeignKeyStore(key_store),
            entropy,
        )?;
        client.engine().set_uptime(Box::new(uptime::SystemUptime));
        Ok(Arc::new(Self { client }))
    }

    /// The roles among which a person chooses for this phone. Needs the line.
    pub fn role_offers(&self, login: &str, password: &str) -> Result<Vec<RoleOffer>, PhoneError> {
        Ok(self.client.role_offers(login, password)?)
    }

    /// Signs a person in and enrols the phone, in one of the roles that [`Self::role_offers`]
    /// lists; in the oldest when none is said. Needs the line. A phone that was enrolled before
    /// keeps its work.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a record comes by value from the foreign languages"
    )]
    #[uniffi::method(default(role = None))]
    pub fn sign_in_and_enrol(
        &self,
        login: &str,
        password: &str,
        device_name: &str,
        role: Option<RoleOffer>,
    ) -> Result<(), PhoneError> {
        let who = (login, password);
        let enrolled = self
            .client
            .sign_in_and_enrol(who, role.as_ref(), device_name, &clock::now);
        Ok(enrolled?)
    }

    /// To whom the phone belongs; none before it was enrolled.
    pub fn owner(&self) -> Option<Owner> {
        self.client.engine().enrolment().map(Owner::from)
    }

    /// All cases that the phone knows of, those that left it included.
    pub fn cases(&self) -> Vec<CaseSummary> {
        self.client.engine().cases()
    }

    /// One case: what its document says, unsent work included, and what the server decided.
    pub fn case(&self, case_id: CaseId) -> Result<CaseFile, PhoneError> {
        Ok(self.client.engine().case(case_id, clock::now())?.into())
    }

    /// What the server told of a case before arrival: earlier cases of the pair and of the place,
    /// and dangers. None where this person is not on the way. Needs no line.
    pub fn scene_brief(&self, case_id: CaseId) -> Option<SceneBrief> {
        self.client.engine().brief(case_id).map(SceneBrief::from)
    }

    /// The catalogue of the file of a case, with what is missing, made from what is here; none
    /// while the server has not registered the case. Needs no line.
    pub fn dossier(&self, case_id: CaseId) -> Result<Option<DossierContents>, PhoneError> {
        let made = self.client.engine().dossier(case_id, clock::now())?;
        Ok(made.map(DossierContents::from))
    }

    /// How the phone stands with the server. Never "up to date" while something waits.
    pub fn status(&self) -> PhoneStatus {
        self.client.engine().status()
    }

    /// Takes what the status says of a damaged store off it, after its owner has read it. What only
    /// a new enrolment mends stays.
    pub fn dismiss_trouble(&self) -> Result<(), PhoneError> {
        Ok(self.client.engine().dismiss_trouble()?)
    }

    /// Sends what waits and takes what is new, until nothing is left to do at once. Needs the line.
    /// A phone that is told that it is out of service hands in its unsent work by itself.
    pub fn exchange(&self) -> Result<Exchanged, PhoneError> {
        Ok(self.client.exchange(&clock::now)?.into())
    }

    /// Hands in unsent work after [`Self::exchange`] said `Revoked`; returns how many pieces were
    /// handed in now. They stay on the phone, and [`Self::unsent`] says where they are. Needed only
    /// when the line broke meanwhile.
    pub fn deposit(&self) -> Result<u64, PhoneError> {
        Ok(self.client.deposit(&clock::now)?)
    }

    /// Work that was refused, with its content and the reason.
    pub fn refusals(&self) -> Result<Vec<RefusedWork>, PhoneError> {
        self.client
            .engine()
            .refusals()?
            .into_iter()
            .map(refused_work)
            .collect()
    }

    /// Work of a case that the server has not acknowledged.
    pub fn unsent(&self, case_id: CaseId) -> Result<Vec<UnsentWork>, PhoneError> {
        self.client
            .engine()
            .unsent(case_id)?
            .iter()
            .map(UnsentWork::of)
            .collect()
    }

    /// Writes refused work once more, on the case as it is now.
    pub fn retry_refused(&self, case_id: CaseId, number: u64) -> Result<(), PhoneError> {
        self.client.engine().retry(case_id, number, clock::now())?;
        Ok(())
    }

    /// Takes refused work off the list, after its author has seen it.
    pub fn dismiss_refused(&self, case_id: CaseId, number: u64) -> Result<(), PhoneError> {
        Ok(self.client.engine().dismiss(case_id, number)?)
    }
}

impl Phone {
    fn engine(&self) -> impl std::ops::DerefMut<Target = PhoneEngine> + '_ {
        self.client.engine()
    }
}
