//! What `hejie account` understands.

use crate::cli::limited;
use clap::{Args, Subcommand};
use hejie_case::{
    deadline::at_hour,
    ids::{RegionCode, UserId},
    role::Role,
};
use hejie_registry::identity::org::OrgKind;
use jiff::{
    Timestamp,
    civil::{Date, Time},
};

/// The commands.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AccountCommand {
    /// Add an organisation
    AddOrg(AddOrgArgs),
    /// Add a person; a password is made and shown unless one is given
    Add(AddPersonArgs),
    /// List people with their roles
    List,
    /// List the organisations of the county
    Orgs,
    /// Close an account: its sessions end at once, it is given no case, and its cases show that
    /// their lead is gone
    Disable {
        /// The login
        login: String,
    },
    /// Open a closed account again
    Enable {
        /// The login
        login: String,
    },
    /// Take a role away from a person; its sessions end at once
    RevokeRole {
        /// The login
        login: String,
        #[command(flatten)]
        office: Office,
    },
    /// Replace a password; every session of the person ends
    SetPassword {
        /// The login
        login: String,
        /// Read it from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// Put a person on duty from now on: new cases of the organisation's territory are offered to
    /// whoever is on duty
    OnDuty {
        /// The login
        login: String,
        #[command(flatten)]
        office: Office,
        /// For how long
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=24 * 366))]
        hours: i64,
    },
    /// Give a person a role for an organisation, from now on or between two days
    Grant {
        /// The login
        login: String,
        #[command(flatten)]
        office: Office,
        #[command(flatten)]
        span: Span,
    },
    /// Station a person at a police station; the person acts in the own roles there as well
    Station {
        /// The login
        login: String,
        /// The police station, by name or id
        #[arg(long)]
        at: String,
        #[command(flatten)]
        span: Span,
    },
    /// End a person's time at a police station
    LeaveStation {
        /// The login
        login: String,
        /// The police station, by name or id
        #[arg(long)]
        at: String,
    },
    /// Say who takes the new cases of a committee while nobody of it is on duty
    Backup {
        /// The committee, by name or id
        org: String,
        /// Who steps in, by name or id; nobody, if none is named
        #[arg(long)]
        by: Option<String>,
    },
    /// Say for how many minutes each committee had nobody on duty
    Unstaffed {
        /// So many days back from now
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=366))]
        days: i64,
    },
}

/// From which day until which.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Span {
    /// The first day, such as 2026-03-01; from now on, if none is named
    #[arg(long)]
    pub(super) from: Option<Date>,
    /// The last day, included; without end, if none is named
    #[arg(long)]
    pub(super) until: Option<Date>,
}

impl Span {
    /// Whether days are named.
    pub(super) fn is_dated(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// The moments between which it lies.
    pub(super) fn between(&self, now: Timestamp) -> (Timestamp, Option<Timestamp>) {
        let begins = |day| at_hour(day, Time::midnight());
        let from = self.from.map_or(now, begins);
        let until = self.until.and_then(|day| day.tomorrow().ok());
        (from, until.map(begins))
    }
}

impl AccountCommand {
    /// Whether it changes nothing.
    pub(super) fn is_reading(&self) -> bool {
        matches!(self, Self::List | Self::Orgs | Self::Unstaffed { .. })
    }
}

/// A new organisation.
#[derive(Debug, Args)]
pub(in crate::cli) struct AddOrgArgs {
    /// Its name
    #[arg(value_parser = limited::org_name)]
    pub(super) name: String,
    /// What it is: county, centre, station, committee, professional (committee of a trade or a
    /// field), studio, third_party, judicial_office, department, grid, court, desk
    #[arg(long, value_parser = limited::word::<OrgKind>)]
    pub(super) kind: OrgKind,
    /// Its territory: county 6, township 9, village 12 digits
    #[arg(long, value_parser = limited::region)]
    pub(super) region: RegionCode,
    /// The organisation above it, by name or id
    #[arg(long)]
    pub(super) parent: Option<String>,
    /// Its mediators carry the committee's seal to the scene; otherwise the judicial office records
    /// the seal
    #[arg(long)]
    pub(super) carries_seal: bool,
}

/// A new person.
#[derive(Debug, Args)]
pub(in crate::cli) struct AddPersonArgs {
    /// What the person types to sign in
    pub(super) login: String,
    /// The name that colleagues see
    #[arg(long, value_parser = limited::display_name)]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) office: Office,
    /// Read the password from standard input instead of making one
    #[arg(long)]
    pub(super) password_stdin: bool,
    /// The id under which the person was known before a restore, as the person's phone shows it;
    /// without it a new one is made
    #[arg(long, value_parser = limited::id::<UserId>)]
    pub(super) id: Option<UserId>,
}

/// A role for an organisation.
#[derive(Debug, Args)]
pub(in crate::cli) struct Office {
    /// The organisation, by name or id
    #[arg(long)]
    pub(super) org: String,
    /// The role, such as mediator, `grid_worker`, dispatcher, supervisor, `judicial_office`,
    /// `police_officer`, `system_admin`
    #[arg(long, value_parser = limited::word::<Role>)]
    pub(super) role: Role,
}
