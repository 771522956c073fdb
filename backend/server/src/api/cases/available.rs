//! What a caller may do with a case now: asked of the rules themselves, with an act of each kind
//! that lacks nothing a form could give. So no console compares roles, and nothing is shown that
//! the rules would refuse whatever is filled in.

use hejie_case::{
    act::{self, Act},
    catalogue::Route,
    facts::Facts,
    ids::EntryId,
    policy::Policy,
    role::Author,
    rule::{self, Motion, RuleContext},
    view::CaseView,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Somebody who looks at a case.
pub(super) struct CaseViewer<'a> {
    pub(super) view: &'a CaseView,
    pub(super) facts: &'a Facts,
    pub(super) policy: &'a Policy,
    /// Who of those that answer for something is not there any more.
    pub(super) departed: &'a [Author],
    /// The routing table by which the caller claims.
    pub(super) routes: &'a [Route],
    pub(super) now: Timestamp,
    pub(super) by: Author,
}

impl CaseViewer<'_> {
    /// The numbers of the events that the caller may decide now.
    pub(super) fn acts(&self) -> Vec<String> {
        let open = Act::candidates(self.view, self.facts).filter_map(|act| {
            let event = act.event();
            self.is_open(act).then_some(event).flatten()
        });
        let open: BTreeSet<_> = open.collect();
        open.into_iter().map(|event| event.code().into()).collect()
    }

    /// Whether the caller may decide on a request that waits; denying it needs nothing but the
    /// rank.
    pub(super) fn decides(&self, request: EntryId) -> bool {
        self.is_open(Act::Decide(act::Decide {
            request,
            grant: false,
            why: "—".into(),
            seal_no: None,
            effective_on: None,
        }))
    }

    fn is_open(&self, act: Act) -> bool {
        // Whose phone was heard is looked at when the act is done.
        let context = RuleContext {
            view: self.view,
            devices: &[],
            departed: self.departed,
            unknown_orgs: &[],
            routes: self.routes,
            policy: self.policy,
            now: self.now,
        };
        let motion = Motion::online(act, self.by, self.now);
        rule::is_available(&context, self.facts, &motion)
    }
}
