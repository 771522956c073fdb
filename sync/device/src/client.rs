//! A whole phone: the engine over SQLite, the line to the server, and the session between them.
//!
//! Reading and writing take the engine's lock for moments only; an exchange holds it while it makes
//! a request or keeps an answer, never while it waits for the line. One exchange runs at a time.

mod deposit;
mod file;

use crate::{
    encryption::KeyStore,
    engine::{Engine, EngineError, Enrolment, OutgoingIdentity, Reason, row},
    entropy::Entropy,
    http::{Link, LinkError, RoleOffer, Tokens},
    store::{SqliteStore, StoreError},
};
use hejie_case::ids::{CaseId, EntryId};
use hejie_wire::codec::Body;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use std::{collections::BTreeSet, fs, io, path::Path};

/// The name of the store's file within the app's directory.
const FILE: &str = "phone.db";

/// An access token that ends within this time is renewed before it is used.
const MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// How often an upload may stand still, or go back, before it waits for the next time and lets
/// those behind it go on.
const STALLS: u32 = 3;

/// The engine of a phone.
pub type PhoneEngine = Engine<SqliteStore>;

/// A phone that can reach the server.
pub struct Client {
    engine: Mutex<PhoneEngine>,
    link: Link,
    /// Held for the length of an exchange or a sign-in.
    line: Mutex<()>,
    /// Held while originals are sent, which may take long and holds no exchange up (PP12).
    sending: Mutex<()>,
    /// Held while tokens are renewed: a refresh token that is used twice ends the session.
    renewing: Mutex<()>,
}

/// Where the time comes from.
pub type TimeSource<'a> = &'a (dyn Fn() -> Timestamp + Sync);

/// What an exchange brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// Cases that moved.
    pub moved: BTreeSet<CaseId>,
    /// Requests of the exchange that it took.
    pub requests: u32,
    /// Identities that the server received.
    pub identities: u32,
    /// Why identities were held back after the exchange itself was done; they go on waiting.
    pub held_back: Option<Reason>,
}

/// What a phone can fail with.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The engine failed.
    #[error("the engine failed")]
    Engine(#[from] EngineError),
    /// The line failed.
    #[error("the line failed")]
    Link(#[from] LinkError),
    /// The store does not open.
    #[error("the store does not open")]
    Store(#[from] StoreError),
    /// The directory cannot be made.
    #[error("the directory of the phone cannot be made")]
    Directory(#[source] io::Error),
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
}

impl Client {
    /// Opens the phone's store in a directory, which is made if it is absent.
    ///
    /// # Errors
    /// [`ClientError`] when the store does not open under the key.
    pub fn open(
        dir: &Path,
        server: &str,
        key_store: &dyn KeyStore,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, ClientError> {
        Self::open_over(dir, Link::new(server), key_store, entropy)
    }

    /// As [`Self::open`], over a line that was made before.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_over(
        dir: &Path,
        link: Link,
        key_store: &dyn KeyStore,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, ClientError> {
        fs::create_dir_all(dir).map_err(ClientError::Directory)?;
        let store = SqliteStore::open_or_salvage(&dir.join(FILE))?;
        let engine = Engine::open(store, key_store, entropy)?;
        Ok(Self {
            engine: Mutex::new(engine),
            link,
            line: Mutex::new(()),
            sending: Mutex::new(()),
            renewing: Mutex::new(()),
        })
    }

    /// The engine, for reading and writing.
    pub fn engine(&self) -> MutexGuard<'_, PhoneEngine> {
        self.engine.lock()
    }

    /// The roles among which a person chooses for this phone, before it is enrolled.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn role_offers(&self, login: &str, password: &str) -> Result<Vec<RoleOffer>, ClientError> {
        let _line = self.line.lock();
        let session = self.link.sign_in(login, password, None)?;
        let token = &session.tokens.access_token;
        let offers = self.link.roles(token);
        // The session was for this question alone; one that is not heard of ending runs out.
        drop(self.link.sign_out(token));
        Ok(offers?)
    }

    /// Signs a person in and enrols the phone, in one of the roles that were offered or in the
    /// oldest; a phone that was enrolled before gets a new actor, and keeps its work.
    ///
    /// # Errors
    /// [`ClientError`]; the phone stays as it was. [`LinkError::Refused`] when the person has not
    /// this role.
    pub fn sign_in_and_enrol(
        &self,
        (login, password): (&str, &str),
        role: Option<&RoleOffer>,
        device_name: &str,
        clock: TimeSource<'_>,
    ) -> Result<(), ClientError> {
        let _line = self.line.lock();
        let session = self.link.sign_in(login, password, role)?;
        self.engine.lock().may_belong_to(session.user.id)?;
        let key = self.engine.lock().new_device_key()?;
        let token = &session.tokens.access_token;
        let enrolled = self.link.enrol(token, device_name, key)?;
        let enrolment = Enrolment {
            device: enrolled.device_id,
            actor: enrolled.actor,
            user: session.user.id,
            role: session.user.role,
            org: session.user.org_id,
        };
        let mut engine = self.engine.lock();
        engine.enrol_with(enrolment, enrolled.sealing_key, clock())?;
        Ok(engine.keep_own(row::SESSION, &enrolled.tokens)?)
    }

    /// Exchanges with the server until nothing is left to do at once. A phone that is told that it
    /// is out of service hands in what it had not sent; the error stays [`LinkError::Revoked`].
    ///
    /// # Errors
    /// [`ClientError`]; what was kept until then stays kept, and the next exchange goes on from
    /// there.
    pub fn exchange(&self, clock: TimeSource<'_>) -> Result<Exchanged, ClientError> {
        let _line = self.line.lock();
        let done = self.exchange_all(clock);
        if let Err(ClientError::Link(LinkError::Revoked(_))) = &done {
            match self.hand_in(clock) {
                // Whatever the line does not carry now, the next exchange hands in.
                Ok(_) | Err(ClientError::Link(_)) => {}
                Err(error) => return Err(error),
            }
        }
        done
    }

    fn exchange_all(&self, clock: TimeSource<'_>) -> Result<Exchanged, ClientError> {
        let mut done = Exchanged {
            moved: BTreeSet::new(),
            requests: 0,
            identities: 0,
            held_back: None,
        };
        loop {
            let request = self.engine.lock().begin_exchange(clock())?;
            let answer = match self.send(&request, clock) {
                Ok(answer) => answer,
                Err(error) => {
                    let only_proofs = self.engine.lock().exchange_failed();
                    let is_passing = matches!(
                        error,
                        ClientError::Link(LinkError::Line { .. } | LinkError::Busy { .. })
                    );
                    if only_proofs && is_passing {
                        // What does not get through of these either, the next exchange delivers.
                        drop(self.deliver(clock, &mut done));
                    }
                    return Err(error);
                }
            };
            let outcome = self
                .engine
                .lock()
                .take_answer(answer.encoding, &answer.bytes, clock())
                .map_err(of_answer)?;
            done.requests += 1;
            done.moved.extend(outcome.moved);
            if !outcome.again {
                break;
            }
        }
        if let Err(error) = self.deliver(clock, &mut done) {
            done.held_back = Some(reason_of(error)?);
        }
        Ok(done)
    }

    /// What goes beside the exchange: the sealing key down, sealed identities up.
    fn deliver(&self, clock: TimeSource<'_>, done: &mut Exchanged) -> Result<(), ClientError> {
        match self.hear_sealing_key(clock) {
            Err(ClientError::Link(error)) if error.is_of_one_piece() => {
                done.held_back = Some(error.reason());
            }
            heard => heard?,
        }
        let waiting = self.engine.lock().outgoing_identities()?;
        for identity in &waiting {
            match self.deliver_identity(identity, clock) {
                Ok(true) => done.identities += 1,
                Ok(false) => {}
                // It waits, and the others go on.
                Err(ClientError::Link(error)) if error.is_of_one_piece() => {
                    done.held_back = Some(error.reason());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Asks for the sealing key once a day, so that it is there when the line is not.
    fn hear_sealing_key(&self, clock: TimeSource<'_>) -> Result<(), ClientError> {
        if !self.engine.lock().wants_sealing_key(clock())? {
            return Ok(());
        }
        let voucher = self.with_token(clock, |token| self.link.sealing_key(token))?;
        Ok(self.engine.lock().learn_sealing_key(voucher, clock())?)
    }

    /// Delivers one; the receipt is kept before the next one is sent.
    fn deliver_identity(
        &self,
        identity: &OutgoingIdentity,
        clock: TimeSource<'_>,
    ) -> Result<bool, ClientError> {
        match self.with_token(clock, |token| self.link.add_identity(token, identity)) {
            Ok(received_at) => {
                let mut engine = self.engine.lock();
                engine.identity_received(identity, received_at)?;
                Ok(true)
            }
            Err(ClientError::Link(LinkError::Early(_)))
                if self.is_on_the_way(identity.case, identity.party)? =>
            {
                Ok(false)
            }
            Err(ClientError::Link(LinkError::Refused(reason) | LinkError::Early(reason))) => {
                self.engine.lock().identity_refused(identity, reason)?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the case or the entry has only not reached the server yet. What was refused never
    /// will.
    fn is_on_the_way(&self, case: CaseId, entry: EntryId) -> Result<bool, ClientError> {
        Ok(self.engine.lock().is_written(case, entry)?)
    }

    /// Sends a request; renews the session when the server says that it ran out.
    fn send(&self, request: &Body, clock: TimeSource<'_>) -> Result<Body, ClientError> {
        self.with_token(clock, |token| self.link.exchange(token, request))
    }

    /// Calls with a token that holds; once more with a new one when the server says that it does
    /// not.
    fn with_token<T>(
        &self,
        clock: TimeSource<'_>,
        call: impl Fn(&str) -> Result<T, LinkError>,
    ) -> Result<T, ClientError> {
        let tokens = self.tokens(clock)?;
        match call(&tokens.access_token) {
            Err(LinkError::SignedOut(_)) => {
                let tokens = self.renew(&tokens)?;
                Ok(call(&tokens.access_token)?)
            }
            answer => Ok(answer?),
        }
    }

    fn tokens(&self, clock: TimeSource<'_>) -> Result<Tokens, ClientError> {
        let engine = self.engine.lock();
        let tokens: Tokens = engine.own(row::SESSION)?.ok_or(ClientError::NotSignedIn)?;
        let ahead = SignedDuration::from_secs(engine.status().clock_ahead);
        drop(engine);
        let server_now = clock().saturating_add(ahead).unwrap_or(Timestamp::MAX);
        if server_now.duration_until(tokens.expires_at) > MARGIN {
            Ok(tokens)
        } else {
            self.renew(&tokens)
        }
    }

    /// The new pair is durable before it is used: a pair that is lost would end the session.
    fn renew(&self, tokens: &Tokens) -> Result<Tokens, ClientError> {
        let _renewing = self.renewing.lock();
        let known: Option<Tokens> = self.engine.lock().own(row::SESSION)?;
        if let Some(known) = known.filter(|known| known != tokens) {
            return Ok(known);
        }
        let fresh = self.link.refresh(&tokens.refresh_token)?;
        self.engine.lock().keep_own(row::SESSION, &fresh)?;
        Ok(fresh)
    }
}

/// An answer that came whole and does not read was damaged on its way; one to another request was
/// brought by the wrong way.
fn of_answer(error: EngineError) -> ClientError {
    match error {
        EngineError::Answer(_) | EngineError::OtherAnswer => LinkError::garbled(error).into(),
        error => error.into(),
    }
}

/// What the person is told when the exchange is done and identities are not; a failure of the phone
/// itself stays one.
fn reason_of(error: ClientError) -> Result<Reason, ClientError> {
    match error {
        ClientError::Engine(EngineError::NotPossible(reason)) => Ok(reason),
        ClientError::Link(error) => Ok(error.reason()),
        other => Err(other),
    }
}
