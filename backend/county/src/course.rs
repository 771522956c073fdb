//! How a case goes: who is sent, what they find, how it ends and when.

mod agreement;
mod ending;
mod fate;
mod mediation;
mod scene;

use crate::{
    County,
    calendar::DemoCall,
    chance::Chance,
    params::Params,
    place::{DemoPerson, Map, Township, Village},
    play::{Halt, Play, PlayError, Played, Result, later},
    text::{CategoryText, TemplateSlots, Words},
};
use fate::CaseFate;
use hejie_case::{
    catalogue::Catalogue,
    document::Origin,
    facts::{Bars, Difficulty, Source},
    ids::{EntryId, SituationCode},
    policy::Policy,
    reason::Reason,
    reconcile::Opening,
    record::{Cents, IntakeField, PartyKind, Place, Side},
};
use jiff::Timestamp;

/// Plays a drawn call as a case.
///
/// # Errors
/// The case does not go as it was drawn: a fault of this crate, or a rule that changed.
pub(crate) fn play(county: &County, number: usize) -> Result<Played, PlayError> {
    let mut course = CaseCourse::open(county, &county.calls[number], number)?;
    match course.run() {
        Ok(()) | Err(Halt::Curtain) => course.play.finish(),
        Err(Halt::Failed(error)) => Err(error),
    }
}

/// What a case is opened with.
pub(crate) struct CaseStart<'a> {
    pub(crate) number: usize,
    pub(crate) source: (&'a str, bool),
    pub(crate) external_no: Option<String>,
    pub(crate) situation: &'a SituationCode,
    pub(crate) region: &'a str,
    pub(crate) slots: &'a TemplateSlots,
    pub(crate) summary: String,
    pub(crate) offer_to: Option<&'a DemoPerson>,
    pub(crate) earlier: u32,
    pub(crate) at: Timestamp,
}

/// The opening of a case; ids, number and public code come from the seed.
pub(crate) fn opening(county: &County, begin: &CaseStart<'_>) -> Result<Opening, PlayError> {
    let bad = || PlayError::Refused(Reason::new("bad_name", "编号不合格式"));
    let (year, serial) = county.calls[begin.number].number;
    let mut chance = Chance::of(county.seed, "code", begin.number as u64);
    let letters = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let code: String = (0..10).map(|_| char::from(*chance.pick(letters))).collect();
    let (channel, numbered) = begin.source;
    let drawn = || numbered.then(|| format!("JJ-{year}-{channel}-{serial:06}"));
    let external_no = begin.external_no.clone().or_else(drawn);
    let region: hejie_case::ids::RegionCode = begin.region.parse().map_err(|_| bad())?;
    let place = Place {
        region: region.clone(),
        address: begin.slots.place.clone(),
        position: None,
    };
    let mut fields = vec![
        IntakeField::Situation(begin.situation.clone()),
        IntakeField::Place(place),
        IntakeField::OccurredAt(later(begin.at, -60 * chance.between(5, 90))),
        IntakeField::Persons(begin.slots.persons),
    ];
    if begin.slots.yuan > 0 {
        fields.push(IntakeField::Amount(Cents(begin.slots.yuan * 100)));
    }
    Ok(Opening {
        case: county.case_id(begin.number),
        case_no: format!("990101-{year:04}-{serial:06}")
            .parse()
            .map_err(|_| bad())?,
        public_code: code.parse().map_err(|_| bad())?,
        source: Source {
            channel: channel.into(),
            by_order: external_no.is_some(),
            external_no: external_no.clone(),
        },
        region,
        situation: begin.situation.clone(),
        origin: Origin {
            channel: Some(channel.into()),
            external_no,
            fields,
            summary: begin.summary.clone(),
        },
        offer_to: begin.offer_to.map(|to| to.author),
        repeat_calls: begin.earlier,
        orgs: (begin.offer_to.into_iter())
            .chain([county.map.first(hejie_case::role::Role::Supervisor)])
            .map(|person| person.fact.clone())
            .collect(),
        split_from: None,
        bars: Bars::default(),
        policy: Policy::default(),
        now: begin.at,
    })
}

/// A drawn case on its way.
struct CaseCourse<'a> {
    county: &'a County,
    params: &'static Params,
    words: &'static Words,
    category: &'static CategoryText,
    township: &'a Township,
    village: &'a Village,
    call: &'a DemoCall,
    fate: CaseFate,
    slots: TemplateSlots,
    play: Play,
    chance: Chance,
}

impl<'a> CaseCourse<'a> {
    fn open(county: &'a County, call: &'a DemoCall, number: usize) -> Result<Self, PlayError> {
        let (params, words) = (Params::shipped(), Words::shipped());
        let mut chance = Chance::of(county.seed, "course", number as u64);
        let category = words.of(&call.situation);
        let township = &county.map.townships[call.township];
        let village = &township.villages[call.village];
        let difficulty = Catalogue::current()
            .lookup(&call.situation)
            .map_or(Difficulty::Ordinary, |s| s.default_difficulty);
        let fate = CaseFate::draw(&mut chance, params, call, difficulty);
        // The same pair quarrels at the same place.
        let mut pair = Chance::of(county.seed, "pair", call.pair);
        let slots = TemplateSlots {
            what: category.matter(&mut pair, &call.situation),
            place: words.address(&mut pair, &township.name, &village.name, category),
            yuan: fate.yuan,
            persons: fate.persons,
        };
        let first = first_handler(&county.map, township, village, call, &mut chance);
        let offer_to = (call.by_110() || !fate.dispatched_by_desk).then_some(first);
        let begin = CaseStart {
            number,
            source: (call.source, !matches!(call.source, "walk_in" | "grid")),
            external_no: None,
            situation: &call.situation,
            region: &village.region,
            summary: category.summary(&mut chance, &slots),
            slots: &slots,
            offer_to,
            earlier: call.earlier,
            at: call.at,
        };
        let ids = Chance::of(county.seed, "entries", number as u64);
        let play = Play::open(&opening(county, &begin)?, county.until, ids)?;
        let mut course = Self {
            county,
            params,
            words,
            category,
            township,
            village,
            call,
            fate,
            slots,
            play,
            chance,
        };
        course.fate.first = county
            .map
            .people
            .iter()
            .position(|p| p.author.user == first.author.user);
        Ok(course)
    }

    fn run(&mut self) -> Result {
        let first = self.fate.first.unwrap_or(0);
        let first = &self.county.map.people[first];
        if !self.call.by_110() && self.fate.dispatched_by_desk {
            self.play.wait(self.chance.between(20, 600))?;
            self.dispatch(first)?;
        }
        let minutes = if self.call.by_110() { 4.0 } else { 9.0 };
        self.delay(minutes, 0.8)?;
        let phone = self.hand_to(first)?;
        self.sign_for(phone)?;
        if self.call.by_110() {
            self.scene(phone)?;
        } else {
            self.mediate(phone)?;
        }
        self.after()
    }

    /// Offers the case to somebody.
    fn dispatch(&mut self, to: &DemoPerson) -> Result {
        let desk = self.chance.pick(&self.county.map.dispatchers);
        let desk = self.county.map.people[*desk].author;
        self.play.dispatch(desk, to)
    }

    fn hand_to(&mut self, person: &DemoPerson) -> Result<usize> {
        let offline = &self.params.offline;
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a wrong clock")]
        let mut skew = (self.chance.normal() * offline.skew_seconds) as i64;
        if self.chance.happens(offline.wrong_clock) {
            skew = self.chance.between(601, 5_400);
        }
        self.play.hand_to(person, skew)
    }

    /// Lets minutes pass, log-normal around a median.
    fn delay(&mut self, median_minutes: f64, sigma: f64) -> Result {
        #[expect(clippy::cast_possible_truncation, reason = "minutes of some days")]
        let seconds = (60.0 * self.chance.log_normal(median_minutes, sigma)).min(2.6e6) as i64;
        self.play.wait_until(later(self.play.now, seconds))
    }

    /// A phone sends what it has; sometimes it has to wait for signal.
    fn sync(&mut self, phone: usize) -> Result {
        let offline = &self.params.offline;
        if self.chance.happens(offline.share) {
            self.delay(offline.median_minutes, offline.sigma)?;
        }
        self.play.sync(phone)
    }

    /// Enters the parties: one on each side, of whom some are organisations.
    fn parties(&mut self, phone: usize) -> Result<[EntryId; 2]> {
        let mut pair = Chance::of(self.county.seed, "parties", self.call.pair);
        let business = matches!(
            self.call.situation.as_str().get(..3),
            Some("N04" | "N05" | "N06" | "N07" | "N12")
        );
        let mut ids = Vec::with_capacity(2);
        for side in [Side::A, Side::B] {
            let is_firm = side == Side::B && (business || pair.happens(0.08));
            let kind = if is_firm {
                PartyKind::Organisation
            } else {
                PartyKind::Person
            };
            let name = crate::people::party(&mut pair, kind);
            ids.push(self.play.party(phone, kind, side, &name)?);
        }
        Ok([ids[0], ids[1]])
    }

    fn say(&mut self, templates: &'static [String]) -> &'static str {
        let said: &'static String = self.chance.pick(templates);
        said
    }
}

/// Who is sent first: by 110 the mediator stationed at the station or an officer, otherwise a
/// mediator of the township or village.
fn first_handler<'a>(
    map: &'a Map,
    township: &Township,
    village: &Village,
    call: &DemoCall,
    chance: &mut Chance,
) -> &'a DemoPerson {
    let params = Params::shipped();
    let pool = if call.by_110() && !chance.happens(params.course.mediator_on_scene) {
        &township.officers
    } else if matches!(call.source, "walk_in" | "grid")
        && chance.happens(0.5)
        && !village.mediators.is_empty()
    {
        &village.mediators
    } else {
        &township.mediators
    };
    match pool.as_slice() {
        [] => map.first(hejie_case::role::Role::Mediator),
        pool => &map.people[*chance.pick(pool)],
    }
}
