//! The roles of docs/domain/rules.md#roles, and the person who acts in one.

use crate::{
    ids::{OrgId, UserId},
    kinds::kinds,
};
use serde::{Deserialize, Serialize};

kinds! {
    /// A role in which a person acts. Every act carries exactly one (R001).
    pub enum Role {
        Informant "informant" "微网格信息员" "Informant" "reports only";
        GridWorker "grid_worker" "网格员" "Grid worker" "visits and observes";
        GridLeader "grid_leader" "网格长" "Grid leader" "shares out the visits of an area";
        Mediator "mediator" "人民调解员" "Mediator" "first handler, lead or co-mediator by assignment";
        PoliceOfficer "police_officer" "民警" "Police officer" "at the scene until handover";
        PoliceDesk "police_desk" "110 指挥台" "110 desk" "the desk that diverts calls";
        HotlineDesk "hotline_desk" "12345 坐席" "12345 desk" "the desk of the citizens' hotline";
        Dispatcher "dispatcher" "分流员" "Dispatcher" "decides who handles";
        Department "department" "部门承办人" "Department" "handles what belongs to a department";
        JudicialOffice "judicial_office" "司法所" "Judicial office"
            "effect, seal, review in a township";
        Invited "invited" "受邀专家" "Invited" "invited to one case for a term";
        Court "court" "法院" "Court" "entrusts cases and confirms agreements";
        Supervisor "supervisor" "督导员" "Supervisor" "watches over a county, rules on disagreements";
        Leader "leader" "包案领导" "Leader" "answers for a complex case";
        Analyst "analyst" "分析员" "Analyst" "figures without names";
        SystemAdmin "system_admin" "系统管理员" "System administrator"
            "accounts and devices, no case content";
        SecurityAdmin "security_admin" "安全管理员" "Security administrator" "policy, no case content";
        Auditor "auditor" "审计管理员" "Auditor" "reads the audit log only";
        Exchange "exchange" "接口账号" "Channel account" "the account of a channel";
        System "system" "系统" "System" "the server itself, when a rule of its own moves a case";
    }
}

impl Role {
    /// Whether whoever acts in it only reports (R130): a case that it begins is none of its own.
    #[must_use]
    pub fn only_reports(self) -> bool {
        self == Self::Informant
    }
}

/// Who did something, in which role and for which organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Author {
    /// The person.
    pub user: UserId,
    /// The role that the person used.
    pub role: Role,
    /// The organisation for which the person acted.
    pub org: OrgId,
}

impl Author {
    /// The server itself, which is nobody.
    pub const SYSTEM: Self = Self {
        user: UserId(uuid::Uuid::nil()),
        role: Role::System,
        org: OrgId(uuid::Uuid::nil()),
    };

    /// A channel, which is nobody, for the organisation that answers for it.
    #[must_use]
    pub const fn of_channel(org: OrgId) -> Self {
        Self {
            user: UserId(uuid::Uuid::nil()),
            role: Role::Exchange,
            org,
        }
    }
}
