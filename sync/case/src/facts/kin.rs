//! How a case stands to others: merged, split, reported again.

use super::{Assignment, Bars, Deadline, Duty, Facts, Hold, Level, Stage};
use crate::ids::{CaseId, SituationCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How this case stands to others (E29, E30).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Kin {
    /// Goes on under another case.
    #[serde(default)]
    pub merged: Option<MergedInto>,
    /// Cases that go on under this one: its aliases.
    #[serde(default)]
    pub absorbed: Vec<CaseId>,
    /// Was a part of this case.
    #[serde(default)]
    pub split_from: Option<CaseId>,
    /// Parts that became cases of their own.
    #[serde(default)]
    pub split_into: Vec<CaseId>,
    /// Later reports of the same dispute.
    #[serde(default)]
    pub repeats: Vec<RepeatCall>,
    /// Who waits for the result of a case that goes on under this one.
    #[serde(default)]
    pub owed: Vec<Owed>,
    /// The version of the facts that first told that the dispute came back: by the latest of these
    /// reports, or by a reopening. Whoever asked for something on an earlier version did not know
    /// (M15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_back: Option<u64>,
}

/// A channel that reported a case which goes on under another one; it is told the result of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The case that was merged; with it this leaves again.
    pub from: CaseId,
    /// The channel.
    pub channel: String,
    /// The channel's own number.
    pub external_no: String,
    /// The round of this case in which it came, from 1.
    #[serde(default)]
    pub round: usize,
}

/// A number under which a channel waits for the end of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingNumber<'a> {
    /// The merged case that was reported so; none if it is this one.
    pub of: Option<CaseId>,
    /// The channel.
    pub channel: &'a str,
    /// The channel's own number.
    pub external_no: &'a str,
}

impl Facts {
    /// Under which numbers channels wait for the end of a round, from 1: those that came in it.
    /// Where no call opened it, or the one that did went its own way, what every channel was told
    /// holds no more, and all of them wait.
    #[must_use]
    pub fn waiting(&self, round: usize) -> Vec<WaitingNumber<'_>> {
        let earlier = round.checked_sub(2).and_then(|no| self.past.get(no));
        let by_call = earlier.is_some_and(|past| past.followed_by_call);
        let came_in = self.numbers(|number| number == round || (number < round && !by_call));
        if came_in.is_empty() {
            self.numbers(|number| number <= round)
        } else {
            came_in
        }
    }

    /// The numbers that came in such rounds.
    fn numbers(&self, is_meant: impl Fn(usize) -> bool) -> Vec<WaitingNumber<'_>> {
        let source = &self.source;
        let own = source.external_no.iter().filter(|_| is_meant(1));
        let own = own.map(|number| (None, source.channel.as_str(), number.as_str()));
        let calls = self.kin.repeats.iter().enumerate();
        let calls = calls.filter(|(place, _)| is_meant(self.round_of_call(*place)));
        let calls = calls.map(|(_, call)| {
            let of = call.through.last().copied();
            (of, call.channel.as_str(), call.external_no.as_str())
        });
        let owed = self.kin.owed.iter().filter(|owed| is_meant(owed.round));
        let owed = owed.map(|o| (Some(o.from), o.channel.as_str(), o.external_no.as_str()));
        let all = own.chain(calls).chain(owed);
        all.map(|(of, channel, external_no)| WaitingNumber {
            of,
            channel,
            external_no,
        })
        .collect()
    }

    /// The clocks that began here since the case goes on under another one and that run on there.
    pub fn late_clocks(&self) -> impl Iterator<Item = &Deadline> {
        let merged = self.kin.merged.is_some();
        let clocks = self.deadlines.iter().filter(move |_| merged);
        clocks.filter(|clock| clock.is_running() && clock.kind.fixed().goes_along)
    }

    /// Whether something was written here, since the case goes on under another one, for which that
    /// one has to stand.
    #[must_use]
    pub fn is_to_hand_on(&self) -> bool {
        let is_found = |merged: &MergedInto| self.violence.found && !merged.violence_found;
        let is_told = |merged: &MergedInto| self.is_held() || is_found(merged);
        self.kin.merged.as_ref().is_some_and(is_told)
            || self.late_clocks().next().is_some()
            || !self.late_bars().is_empty()
    }

    /// The calls that came here through a merged case, as they stand in that one.
    #[must_use]
    pub fn calls_through(&self, merged: CaseId) -> Vec<RepeatCall> {
        let through = self
            .kin
            .repeats
            .iter()
            .filter(|call| call.came_through(merged));
        let of_merged = through.map(|call| RepeatCall {
            through: call.through[1..].to_vec(),
            ..call.clone()
        });
        of_merged.collect()
    }

    /// Lets the calls that came through a merged case leave with it.
    pub(crate) fn give_back_calls(&mut self, merged: CaseId) {
        let repeats = &mut self.kin.repeats;
        for past in &mut self.past {
            let of_then = repeats.iter().take(past.calls);
            past.calls = of_then.filter(|call| !call.came_through(merged)).count();
        }
        repeats.retain(|call| !call.came_through(merged));
    }

    /// In which round a further call came.
    fn round_of_call(&self, place: usize) -> usize {
        self.past.iter().filter(|past| past.calls <= place).count() + 1
    }
}

/// A case that goes on under another one, and what it takes to undo that (E30).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergedInto {
    /// The case under which it goes on.
    pub into: CaseId,
    /// Where it stood.
    pub stage: Stage,
    /// Who answered for it.
    pub assignments: Vec<Assignment>,
    /// Its clocks.
    pub deadlines: Vec<Deadline>,
    /// Its dangers that nobody had released; the case under which it goes on is held by them.
    #[serde(default)]
    pub holds: Vec<Hold>,
    /// Violence at home had been found in it, and the case under which it goes on knows.
    #[serde(default)]
    pub violence_found: bool,
    /// What kept people from it, and keeps them from the case under which it goes on.
    #[serde(default)]
    pub bars: Bars,
    /// Its colour.
    #[serde(default = "highest")]
    pub level: Level,
}

impl MergedInto {
    /// Who answered for the case when it was merged.
    #[must_use]
    pub fn answering(&self) -> Option<&Assignment> {
        let of = |duty: Duty| {
            let open = |a: &&Assignment| a.duty == duty && a.to.is_none() && a.signed_at.is_some();
            self.assignments.iter().rfind(open)
        };
        of(Duty::Lead).or_else(|| of(Duty::First))
    }
}

fn highest() -> Level {
    Level::Red
}

/// A later report of the same dispute (E29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatCall {
    /// The channel.
    pub channel: String,
    /// The channel's own number.
    pub external_no: String,
    /// Received when.
    pub received_at: Timestamp,
    /// The merged cases through which it came to this one, the nearest first: it was about the last
    /// of them. Parted from the first it leaves with that; none where it was about this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<CaseId>,
    /// The situation, as this call reported it.
    #[serde(default)]
    pub situation: Option<SituationCode>,
}

impl RepeatCall {
    /// Whether it came through this merged case, whichever it was about.
    fn came_through(&self, merged: CaseId) -> bool {
        self.through.first() == Some(&merged)
    }
}
