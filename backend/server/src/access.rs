//! The one place that says who may call what.
//!
//! Every operation of the API stands in [`TABLE`] under its operation id; what does not stand there
//! is refused. A layer (`api::gate`) looks the operation up before its handler runs, so no handler
//! compares roles by hand. Which cases exist for a caller, and what of one is shown, follows from
//! one table of hejie-case (`reach`): what is outside is not found.

mod caller;
pub(crate) mod reach;

pub use caller::{Caller, ClientAddress, PhoneCaller};

use hejie_case::{
    act::DeskAct,
    disclosure::{FieldClass, Sight},
    event::Event,
    role::Role::{self, *},
    rule::{ActRow, Authority},
};

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, without signing in.
    Anyone,
    /// Everybody who is signed in, in whatever role.
    SignedIn,
    /// Who is signed in, in one of these roles.
    Roles(&'static [Role]),
    /// Who is signed in, in a role that reads this class of some case; of which one, the handler
    /// looks at (`reach`).
    Reads(FieldClass),
    /// Who is signed in, in a role that the rules let decide one of these events; whether this
    /// person may decide it on this case, the rules say.
    Decides(&'static [Event]),
    /// Who is signed in, in a role that the rules let decide some act of a desk; which one, the
    /// handler looks at.
    DecidesCases,
    /// Who is signed in, in a role that the rules let decide what others ask for.
    DecidesRequests,
    /// A person's enrolled phone.
    Device,
    /// A phone that is out of service; the handler checks its last credentials.
    FormerDevice,
    /// An exchange channel; the handler's extractor checks the signature, for which it needs the
    /// body.
    Channel,
}

/// The roles that work on cases at a desk.
const CASE_DESK: &[Role] = &[
    GridLeader,
    Mediator,
    PoliceOfficer,
    PoliceDesk,
    HotlineDesk,
    Dispatcher,
    Department,
    JudicialOffice,
    Supervisor,
    Leader,
    Court,
    Invited,
];

/// The roles that see what channels reported in their area, disputes and other calls.
const INCIDENT_DESKS: &[Role] = &[PoliceDesk, Dispatcher, Supervisor, Leader];

/// The roles that decide where a case goes.
const DISPATCH: &[Role] = &[Dispatcher, Supervisor];

/// The roles at whose counter somebody comes in, writes or calls: the centre and the station.
const COUNTERS: &[Role] = &[Dispatcher, PoliceDesk];

/// The roles that read figures of their area.
const FIGURES: &[Role] = &[Dispatcher, JudicialOffice, Supervisor, Leader, Analyst];

/// Every operation, by its operation id.
pub const TABLE: &[(&str, Access)] = &[
    ("get_health", Access::Anyone),
    ("get_readiness", Access::Anyone),
    ("get_metrics", Access::Anyone),
    ("get_openapi", Access::Anyone),
    ("create_session", Access::Anyone),
    ("refresh_session", Access::Anyone),
    ("delete_session", Access::SignedIn),
    ("get_me", Access::SignedIn),
    ("add_device", Access::SignedIn),
    ("list_devices", Access::SignedIn),
    ("revoke_device", Access::SignedIn),
    (
        "revoke_user_device",
        Access::Roles(&[SystemAdmin, SecurityAdmin, Supervisor]),
    ),
    ("list_own_roles", Access::SignedIn),
    (
        "list_user_roles",
        Access::Roles(&[SystemAdmin, SecurityAdmin, Supervisor]),
    ),
    (
        "end_role",
        Access::Roles(&[SystemAdmin, SecurityAdmin, Supervisor]),
    ),
    ("exchange_changes", Access::Device),
    ("deposit_changes", Access::FormerDevice),
    ("deposit_file", Access::FormerDevice),
    ("create_order", Access::Channel),
    ("report_act", Access::Channel),
    ("read_progress", Access::Channel),
    ("list_incidents", Access::Roles(INCIDENT_DESKS)),
    ("list_outbox", Access::Roles(DISPATCH)),
    ("list_backlog", Access::Roles(DISPATCH)),
    ("list_cases", Access::Roles(CASE_DESK)),
    ("create_case", Access::Roles(COUNTERS)),
    ("get_case", Access::Roles(CASE_DESK)),
    ("get_brief", Access::Reads(FieldClass::Risk)),
    ("get_dossier", Access::Reads(FieldClass::Drafts)),
    ("list_conflict_versions", Access::Roles(CASE_DESK)),
    (
        "list_people",
        Access::Decides(&[
            Event::Dispatch,
            Event::Assign,
            Event::Handover,
            Event::OpenJoint,
            Event::Invite,
        ]),
    ),
    ("list_unstaffed", Access::Roles(DISPATCH)),
    (
        "list_claimable",
        Access::Roles(&[Mediator, PoliceOfficer, Department]),
    ),
    ("claim_case", Access::Decides(&[Event::Claim])),
    ("decide_case", Access::DecidesCases),
    ("decide_request", Access::DecidesRequests),
    ("merge_case", Access::Decides(&[Event::Merge])),
    ("unmerge_case", Access::Decides(&[Event::Unmerge])),
    ("split_case", Access::Decides(&[Event::Split])),
    ("get_sealing_key", Access::Device),
    ("add_identity", Access::Device),
    ("read_identity", Access::Reads(FieldClass::Telephone)),
    ("read_statement", Access::Reads(FieldClass::Sealed)),
    (
        "read_vulnerability",
        Access::Reads(FieldClass::Vulnerability),
    ),
    (
        "destroy_identity",
        Access::Roles(&[SecurityAdmin, Supervisor]),
    ),
    (
        "get_repeats",
        Access::Roles(&[PoliceDesk, Dispatcher, JudicialOffice, Supervisor, Leader]),
    ),
    ("list_readings", Access::Roles(&[Auditor])),
    ("describe_uploads", Access::Anyone),
    ("create_upload", Access::Device),
    ("get_upload", Access::Device),
    ("continue_upload", Access::Device),
    ("read_file", Access::Reads(FieldClass::Evidence)),
    ("stream_events", Access::Roles(CASE_DESK)),
    ("get_cooperation", Access::Roles(FIGURES)),
    ("list_quarantine", Access::Roles(DISPATCH)),
    ("list_open_dangers", Access::Roles(DISPATCH)),
    ("answer_danger", Access::Roles(DISPATCH)),
    ("list_danger_calls", Access::Decides(&[Event::CallPolice])),
    ("answer_danger_call", Access::Decides(&[Event::CallPolice])),
    ("read_quarantined", Access::Roles(DISPATCH)),
    ("read_deposited_file", Access::Roles(DISPATCH)),
    ("list_troubled_cases", Access::Roles(DISPATCH)),
    ("get_backup", Access::Roles(DISPATCH)),
    ("list_recovery_claims", Access::Roles(DISPATCH)),
    ("decide_recovery_claim", Access::Roles(DISPATCH)),
    ("list_link_proposals", Access::Roles(DISPATCH)),
    ("dismiss_link_proposal", Access::Roles(DISPATCH)),
    ("get_public_case", Access::Anyone),
    ("rate_case", Access::Anyone),
    ("get_catalogue", Access::SignedIn),
    ("get_catalogue_map", Access::SignedIn),
    ("list_routing", Access::SignedIn),
    ("set_routing", Access::Roles(DISPATCH)),
    ("list_mechanisms", Access::SignedIn),
    ("set_mechanism", Access::Roles(DISPATCH)),
    ("list_framework", Access::SignedIn),
    ("set_framework", Access::Roles(DISPATCH)),
];

/// Looks up who may call an operation. `None` means nobody.
#[must_use]
pub fn of_operation(id: &str) -> Option<Access> {
    lookup(id).map(|(_, access)| access)
}

/// The operations to which a signed-in role is let through.
#[must_use]
pub fn admitted(role: Role) -> Vec<&'static str> {
    let open = TABLE.iter().filter(|(_, access)| access.admits(role));
    open.map(|(id, _)| *id).collect()
}

/// The row of an operation.
pub(crate) fn lookup(id: &str) -> Option<(Operation, Access)> {
    let row = TABLE.iter().find(|(operation, _)| *operation == id);
    row.map(|(id, access)| (Operation(id), *access))
}

/// The operation that a request calls, by its id; under this name its acts stand in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation(pub &'static str);

/// The exchange of phones, whose rate limit comes before everything else.
pub(crate) const EXCHANGE: Operation = Operation("exchange_changes");

impl Access {
    /// Tells whether a caller is recognised by an access token.
    #[must_use]
    pub fn needs_token(self) -> bool {
        !matches!(self, Self::Anyone | Self::FormerDevice | Self::Channel)
    }

    /// Tells whether a signed-in role is let through.
    #[must_use]
    pub fn admits(self, role: Role) -> bool {
        match self {
            Self::Anyone | Self::SignedIn | Self::Device => true,
            Self::Roles(roles) => roles.contains(&role),
            Self::Reads(class) => Sight::is_ever_given(role, class),
            Self::Decides(events) => events.iter().any(|e| may_decide(e.row(), role)),
            Self::DecidesCases => DeskAct::rows().any(|row| may_decide(row, role)),
            Self::DecidesRequests => {
                let rows = Event::ALL.iter().map(|event| event.row());
                let mut asked = rows.filter(|row| !row.asks.is_empty());
                asked.any(|row| may_decide(row, role))
            }
            Self::FormerDevice | Self::Channel => false,
        }
    }
}

/// Whether somebody in a role may decide an event on some case; on which one, the rules of the case
/// say.
#[must_use]
pub fn decides(role: Role, event: Event) -> bool {
    may_decide(event.row(), role)
}

fn may_decide(row: &ActRow, role: Role) -> bool {
    row.who.iter().any(|who| match who {
        Authority::By(wanted) | Authority::OfCounty(wanted) => *wanted == role,
        Authority::Offered | Authority::First | Authority::Lead => {
            matches!(role, Mediator | PoliceOfficer | Department)
        }
        Authority::Guest => matches!(role, Department | Court | JudicialOffice | Invited),
        Authority::Member | Authority::Anyone => CASE_DESK.contains(&role),
        Authority::Rule => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_stands_in_the_table_once_and_others_are_nobodys() {
        for (index, (id, _)) in TABLE.iter().enumerate() {
            assert!(
                TABLE[index + 1..].iter().all(|(other, _)| other != id),
                "{id} stands twice"
            );
        }
        assert_eq!(of_operation("drop_everything"), None);
    }

    #[test]
    fn who_may_decide_follows_from_the_rules_of_the_case() {
        for role in [Dispatcher, JudicialOffice, Supervisor] {
            assert!(decides(role, Event::Close));
        }
        assert!(!decides(Mediator, Event::Close));
        assert!(decides(Mediator, Event::Return));
        let acts = of_operation("decide_case").unwrap();
        assert!(acts.admits(Mediator) && acts.admits(Court));
        assert!(!acts.admits(GridWorker) && !acts.admits(Analyst));
        let decides = of_operation("decide_request").unwrap();
        assert!(decides.admits(Supervisor) && decides.admits(JudicialOffice));
        assert!(!decides.admits(Mediator));
    }

    #[test]
    fn administrators_and_analysts_see_no_case() {
        for role in [
            SystemAdmin,
            SecurityAdmin,
            Auditor,
            Analyst,
            Exchange,
            System,
        ] {
            assert!(!of_operation("get_case").unwrap().admits(role));
        }
    }

    #[test]
    fn whoever_is_let_through_to_a_case_sees_something_of_some() {
        for role in CASE_DESK {
            assert!(Sight::is_ever_given(*role, FieldClass::Core), "{role:?}");
        }
        for role in [SystemAdmin, SecurityAdmin, Auditor, Analyst] {
            for class in FieldClass::ALL {
                assert!(!Sight::is_ever_given(role, class), "{role:?} {class:?}");
            }
        }
    }
}
