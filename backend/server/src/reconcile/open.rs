//! Opening a case on the server: number, public code, document, facts, first offer, all in the
//! caller's transaction.

use super::{Reconciler, ReconcilerError, apply::tell, project, recused};
use crate::{
    channel::Receivers, events::CaseMoved, mark::DrawnNumber, membership::changed_members,
};
use hejie_case::{
    deadline::SHANGHAI,
    document::Origin,
    facts::{Bars, Source},
    ids::{CaseId, CaseNo, OrgId, PublicCode, RegionCode, SituationCode},
    reconcile::{OpenedCase, Opening, ReconcileOutput},
    record::{Cents, IntakeField, Place},
    rights::ObjectEntry,
};
use hejie_registry::{
    case::{self, NameKind, duty},
    danger::call,
    error::RegistryError,
    feed::Move,
    identity::org,
    link,
    log::{self, change::ChangeSender},
    mark,
    pool::PgConnection,
};
use hejie_wire::chunk::{self, Admitted};
use jiff::Timestamp;

const CODE_LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// What a channel or a counter reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Where it comes from.
    pub source: Source,
    /// Where it happened.
    pub region: RegionCode,
    /// Street, estate and building, in words.
    pub address: String,
    /// What happened, in words without names.
    pub summary: String,
    /// The situation.
    pub situation: SituationCode,
    /// When it broke out.
    pub occurred_at: Option<Timestamp>,
    /// How many people take part.
    pub persons: Option<u32>,
    /// How much money is in dispute.
    pub amount: Option<Cents>,
}

/// What the reporter is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentReceipt {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub case_no: CaseNo,
    /// Its public code.
    pub public_code: PublicCode,
    /// When it was received.
    pub received_at: Timestamp,
    /// The version of its facts.
    pub version: u64,
}

/// A new case that is a part of another one, with the name and the number that it was given there.
#[derive(Debug)]
pub(super) struct SplitPart {
    pub(super) of: CaseId,
    pub(super) case: CaseId,
    pub(super) no: DrawnNo,
    pub(super) bars: Bars,
}

/// A number of a case that was drawn in a transaction and is not noted yet.
#[derive(Debug)]
pub(super) struct DrawnNo {
    pub(super) case_no: CaseNo,
    drawn: DrawnNumber,
}

impl Reconciler {
    /// Opens a case in the caller's transaction; after the commit call [`Reconciler::opened`].
    ///
    /// # Errors
    /// Postgres failed, or no worker answered.
    pub async fn open(
        &self,
        tx: &mut PgConnection,
        report: &Report,
    ) -> Result<IncidentReceipt, ReconcilerError> {
        self.open_as(tx, report, None).await
    }

    /// A name for a new case.
    pub(super) fn new_case(&self) -> CaseId {
        CaseId::new(self.0.clock.now(), self.0.entropy.bytes())
    }

    /// Opens a case that may be a part of another one.
    pub(super) async fn open_as(
        &self,
        tx: &mut PgConnection,
        report: &Report,
        part: Option<SplitPart>,
    ) -> Result<IncidentReceipt, ReconcilerError> {
        let now = self.0.clock.now();
        let (case, no, split_from, bars) = match part {
            Some(part) => (part.case, part.no, Some(part.of), part.bars),
            None => {
                let no = self.draw(tx, &report.region, now).await?;
                (self.new_case(), no, None, Bars::default())
            }
        };
        let offer_to = duty::find_on_duty(tx, &report.region, now).await?;
        let offer_to = offer_to.filter(|target| !bars.is_recused(target.user));
        let orgs: Vec<OrgId> = offer_to.iter().map(|target| target.org).collect();
        let opening = Opening {
            case,
            case_no: no.case_no.clone(),
            public_code: self.public_code(tx, case).await?,
            source: report.source.clone(),
            region: report.region.clone(),
            situation: report.situation.clone(),
            origin: origin(report),
            offer_to,
            repeat_calls: 0,
            orgs: org::list_facts(tx, &orgs).await?,
            split_from,
            bars,
            policy: self.0.policy.clone(),
            now,
        };
        case::claim_name(tx, NameKind::CaseNo, opening.case_no.as_str(), case).await?;
        let opened = match self.0.workers.open(opening.clone()).await? {
            Ok(opened) => opened,
            Err(refusal) => return Err(ReconcilerError::Parked { code: refusal.code }),
        };
        store_new(
            tx,
            &self.0.receivers,
            &opened.settled,
            ChangeSender::Server,
            &[arrival(&opened)?],
            &opened.objects,
        )
        .await?;
        link::propose_similar(tx, case, now).await?;
        let recused = [&[][..], opened.settled.facts.recused.as_slice()];
        recused::note(&self.0.parts, tx, case, recused).await;
        self.note(&no).await?;
        let Opening {
            case_no,
            public_code,
            ..
        } = opening;
        Ok(IncidentReceipt {
            case,
            case_no,
            public_code,
            received_at: now,
            version: opened.settled.facts.version,
        })
    }

    /// Tells the consoles that a case was opened or called about again, after the commit. From then
    /// on the call counts among the reports of the dispute, which the colour weighs.
    pub fn opened(&self, receipt: &IncidentReceipt) {
        self.0.events.send(CaseMoved {
            case_id: receipt.case,
            version: receipt.version,
        });
        self.0.outbox.ring();
        self.nudge(receipt.case);
    }

    /// Draws the next number of a county in the caller's transaction, which
    /// [notes](Self::note) it last of all.
    pub(super) async fn draw(
        &self,
        tx: &mut PgConnection,
        region: &RegionCode,
        now: Timestamp,
    ) -> Result<DrawnNo, ReconcilerError> {
        let (county, year) = (region.county(), SHANGHAI.to_datetime(now).year());
        let drawn = self.0.marks.draw(tx, county, year, now).await?;
        let case_no = case_no(county, year, drawn.number)?;
        Ok(DrawnNo { case_no, drawn })
    }

    /// Notes that a number is given: what is refused before uses none up.
    pub(super) async fn note(&self, no: &DrawnNo) -> Result<(), ReconcilerError> {
        Ok(self.0.marks.note(&no.drawn).await?)
    }

    /// The number that the next case of a county gets, unless another one comes first. Holds up
    /// nobody.
    pub(super) async fn expected_no(
        &self,
        conn: &mut PgConnection,
        region: &RegionCode,
        now: Timestamp,
    ) -> Result<CaseNo, ReconcilerError> {
        let (county, year) = (region.county(), SHANGHAI.to_datetime(now).year());
        let last = mark::last_number(conn, county, year).await?;
        Ok(case_no(county, year, last + 1)?)
    }

    pub(super) async fn public_code(
        &self,
        tx: &mut PgConnection,
        case: CaseId,
    ) -> Result<PublicCode, ReconcilerError> {
        loop {
            let code = self.random_code()?;
            if case::claim_name(tx, NameKind::PublicCode, code.as_str(), case).await? {
                return Ok(code);
            }
        }
    }

    /// A public code that hardly any case has.
    pub(super) fn random_code(&self) -> Result<PublicCode, RegistryError> {
        let random: [u8; 10] = self.0.entropy.bytes();
        let letters = random
            .iter()
            .map(|b| char::from(CODE_LETTERS[usize::from(*b) % CODE_LETTERS.len()]));
        let text: String = letters.collect();
        text.parse()
            .map_err(RegistryError::in_column("case_name", "name"))
    }
}

fn case_no(county: &str, year: i16, number: u64) -> Result<CaseNo, RegistryError> {
    let text = format!("{county}-{year:04}-{number:06}");
    text.parse()
        .map_err(RegistryError::in_column("case_counter", "last"))
}

fn origin(report: &Report) -> Origin {
    let place = Place {
        region: report.region.clone(),
        address: report.address.clone(),
        position: None,
    };
    let mut fields = vec![
        IntakeField::Situation(report.situation.clone()),
        IntakeField::Place(place),
    ];
    fields.extend(report.occurred_at.map(IntakeField::OccurredAt));
    fields.extend(report.persons.map(IntakeField::Persons));
    fields.extend(report.amount.map(IntakeField::Amount));
    Origin {
        channel: Some(report.source.channel.clone()),
        external_no: report.source.external_no.clone(),
        fields,
        summary: report.summary.clone(),
    }
}

/// Stores a case that was just opened, with the changes it was opened by and what its first
/// reconciliation asks of the outside.
pub(super) async fn store_new(
    tx: &mut PgConnection,
    to: &Receivers,
    settled: &ReconcileOutput,
    sender: ChangeSender,
    changes: &[Admitted],
    objects: &[ObjectEntry],
) -> Result<(), ReconcilerError> {
    let (case, now) = (settled.facts.case_id, settled.facts.registered_at);
    let projected = project::opened(tx, settled).await?;
    let settled = &*projected.settled;
    if let Some(head) = log::lock_case(tx, case).await? {
        log::add::add_changes(tx, &head, sender, changes, now).await?;
        let hashes: Vec<_> = changes.iter().map(|change| change.hash).collect();
        log::change::set_merged(tx, case, &hashes).await?;
        log::object::add_objects(tx, case, objects).await?;
    }
    tell(tx, to, case, &settled.effects, now).await?;
    call::follow(tx, &settled.facts).await?;
    let mut moves = vec![Move::Facts];
    moves.extend(changed_members(tx, &settled.facts, now).await?);
    log::touch_case(tx, case, &moves, now).await?;
    Ok(())
}

/// The server's own first change as the log keeps changes.
fn arrival(opened: &OpenedCase) -> Result<Admitted, ReconcilerError> {
    chunk::admit(&opened.first.bytes).map_err(|_| ReconcilerError::Parked {
        code: "own_change_refused".into(),
    })
}
