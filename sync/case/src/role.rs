//! The roles of docs/domain/rules.md#roles, and the person who acts in one.

use crate::ids::{OrgId, UserId};
use serde::{Deserialize, Serialize};

/// A role in which a person acts. Every act carries exactly one (R001).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 微网格信息员: reports only.
    Informant,
    /// 网格员: visits and observes.
    GridWorker,
    /// 网格长: shares out the visits of an area.
    GridLeader,
    /// 人民调解员; lead, first handler or co-mediator of a case by assignment.
    Mediator,
    /// 民警 / 驻村辅警 at the scene.
    PoliceOfficer,
    /// 110 / 情指 / 综合指挥室 desk.
    PoliceDesk,
    /// 12345 desk.
    HotlineDesk,
    /// 矛调中心分流员.
    Dispatcher,
    /// 部门承办人.
    Department,
    /// 司法所: effect, seal and review.
    JudicialOffice,
    /// 专家 / 律师 / 志愿者, invited to one case for a term.
    Invited,
    /// 法院.
    Court,
    /// 督导员 of the county.
    Supervisor,
    /// 包案领导.
    Leader,
    /// 分析员: figures without names.
    Analyst,
    /// 系统管理员: accounts and devices, no case content.
    SystemAdmin,
    /// 安全管理员: policy, no case content.
    SecurityAdmin,
    /// 审计管理员: reads the audit log only.
    Auditor,
    /// The account of a channel: 110, 12345, court.
    Exchange,
    /// The server itself, when a rule of its own moves a case.
    System,
}

impl Role {
    /// The Chinese name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Informant => "微网格信息员",
            Self::GridWorker => "网格员",
            Self::GridLeader => "网格长",
            Self::Mediator => "人民调解员",
            Self::PoliceOfficer => "民警",
            Self::PoliceDesk => "110 指挥台",
            Self::HotlineDesk => "12345 坐席",
            Self::Dispatcher => "分流员",
            Self::Department => "部门承办人",
            Self::JudicialOffice => "司法所",
            Self::Invited => "受邀专家",
            Self::Court => "法院",
            Self::Supervisor => "督导员",
            Self::Leader => "包案领导",
            Self::Analyst => "分析员",
            Self::SystemAdmin => "系统管理员",
            Self::SecurityAdmin => "安全管理员",
            Self::Auditor => "审计管理员",
            Self::Exchange => "接口账号",
            Self::System => "系统",
        }
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
}
