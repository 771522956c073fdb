//! Figures about how bodies work together on cases: what is counted, of whole cases alone.

use crate::{error::RegistryError, rows::natural, time::Ts, word::from_word};
use hejie_case::{
    facts::{EngagementMode, EngagingBody},
    ids::RegionCode,
};
use jiff::Timestamp;
use sqlx::PgConnection;

/// Of which cases and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiguresQuery {
    /// Cases of this region; one that was registered by mistake counts nowhere, nor does one that
    /// goes on under another.
    pub region: RegionCode,
    /// What was done from then on.
    pub from: Timestamp,
    /// What was done before then.
    pub until: Timestamp,
}

/// How many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DoneShare {
    /// How many there are.
    pub of: u64,
    /// How many of them.
    pub done: u64,
}

/// How bodies worked together in a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cooperation {
    /// Pushes of the present rounds that went out, and were acknowledged (R107).
    pub pushes: DoneShare,
    /// Pushes that failed for good.
    pub pushes_failed: u64,
    /// Invitations, and answered ones (R003).
    pub invitations: DoneShare,
    /// The median of the seconds from an invitation to its answer.
    pub answer_seconds: Option<u64>,
    /// Sittings of tables on record (R119).
    pub consultations: u64,
    /// Closed cases that a table had sat about, and those of them that were resolved.
    pub consulted: DoneShare,
    /// Tasks of these sittings, and done ones.
    pub tasks: DoneShare,
    /// Applications for judicial confirmation that were sent, and decided ones (R066).
    pub confirmations: DoneShare,
    /// Those that the court confirmed.
    pub confirmed: u64,
    /// Cases by the mode and body of a letter (R069, R070).
    pub engaged: Vec<(EngagementMode, EngagingBody, u64)>,
}

/// The condition under which a case counts: `$1` is the region.
macro_rules! counts {
    () => {
        "r.region_code like $1 || '%' and r.merged_into is null and r.close_kind is distinct from 'invalid'"
    };
}

impl FiguresQuery {
    /// Reckons them.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn cooperation(&self, conn: &mut PgConnection) -> Result<Cooperation, RegistryError> {
        let [due, acked, failed] = self.pushes(conn).await?;
        let ([asked, answered], answer_seconds) = self.invitations(conn).await?;
        let [sittings, tasks, tasks_done, closed, resolved] = self.consultations(conn).await?;
        let [sent, decided, confirmed] = self.confirmations(conn).await?;
        let share = |of, done| DoneShare { of, done };
        Ok(Cooperation {
            pushes: share(due, acked),
            pushes_failed: failed,
            invitations: share(asked, answered),
            answer_seconds,
            consultations: sittings,
            consulted: share(closed, resolved),
            tasks: share(tasks, tasks_done),
            confirmations: share(sent, decided),
            confirmed,
            engaged: self.engaged(conn).await?,
        })
    }

    async fn pushes(&self, conn: &mut PgConnection) -> Result<[u64; 3], RegistryError> {
        let row: (i64, i64, i64) = sqlx::query_as(concat!(
            "select count(*), count(p.acked_at), count(p.failed_at)
             from push_record p join case_reg r on r.case_id = p.case_id
             where p.pushed_at >= $2 and p.pushed_at < $3 and ",
            counts!()
        ))
        .bind(self.region.as_str())
        .bind(Ts(self.from))
        .bind(Ts(self.until))
        .fetch_one(conn)
        .await?;
        whole([row.0, row.1, row.2])
    }

    async fn invitations(
        &self,
        conn: &mut PgConnection,
    ) -> Result<([u64; 2], Option<u64>), RegistryError> {
        let row: (i64, i64, Option<f64>) = sqlx::query_as(concat!(
            "select count(*), count(i.answered_at),
                 percentile_cont(0.5) within group (order by extract(epoch from i.answered_at - i.asked_at)::float8)
                     filter (where i.answered_at is not null)
             from invitation i join case_reg r on r.case_id = i.case_id
             where i.asked_at >= $2 and i.asked_at < $3 and ",
            counts!()
        ))
        .bind(self.region.as_str())
        .bind(Ts(self.from))
        .bind(Ts(self.until))
        .fetch_one(conn)
        .await?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "seconds between two moments, of which the second is the later"
        )]
        let median = row.2.map(|seconds| seconds.max(0.0) as u64);
        Ok((whole([row.0, row.1])?, median))
    }

    async fn consultations(&self, conn: &mut PgConnection) -> Result<[u64; 5], RegistryError> {
        let row: (i64, i64, i64, i64, i64) = sqlx::query_as(concat!(
            "select count(*), coalesce(sum(c.tasks), 0)::bigint, coalesce(sum(c.tasks_done), 0)::bigint,
                 count(distinct r.case_id) filter (where r.closed_at is not null),
                 count(distinct r.case_id) filter (where r.close_kind in
                     ('on_scene_settled', 'agreement_performed', 'oral_agreement_performed', 'reconciled'))
             from consultation c join case_reg r on r.case_id = c.case_id
             where c.recorded_at >= $2 and c.recorded_at < $3 and ",
            counts!()
        ))
        .bind(self.region.as_str())
        .bind(Ts(self.from))
        .bind(Ts(self.until))
        .fetch_one(conn)
        .await?;
        whole([row.0, row.1, row.2, row.3, row.4])
    }

    async fn confirmations(&self, conn: &mut PgConnection) -> Result<[u64; 3], RegistryError> {
        let row: (i64, i64, i64) = sqlx::query_as(concat!(
            "select count(*), count(c.decided_at), count(*) filter (where c.result = 'confirmed')
             from judicial_confirmation c join case_reg r on r.case_id = c.case_id
             where c.sent_at >= $2 and c.sent_at < $3 and ",
            counts!()
        ))
        .bind(self.region.as_str())
        .bind(Ts(self.from))
        .bind(Ts(self.until))
        .fetch_one(conn)
        .await?;
        whole([row.0, row.1, row.2])
    }

    async fn engaged(
        &self,
        conn: &mut PgConnection,
    ) -> Result<Vec<(EngagementMode, EngagingBody, u64)>, RegistryError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(concat!(
            "select e.mode, e.body, count(distinct e.case_id)
             from engagement e join case_reg r on r.case_id = e.case_id
             where e.noted_at >= $2 and e.noted_at < $3 and ",
            counts!(),
            " group by e.mode, e.body order by e.mode, e.body"
        ))
        .bind(self.region.as_str())
        .bind(Ts(self.from))
        .bind(Ts(self.until))
        .fetch_all(conn)
        .await?;
        let read = |(mode, body, cases): (String, String, i64)| {
            Ok((
                from_word(&mode, "engagement", "mode")?,
                from_word(&body, "engagement", "body")?,
                natural(cases, "engagement", "case_id")?,
            ))
        };
        rows.into_iter().map(read).collect()
    }
}

fn whole<const N: usize>(counted: [i64; N]) -> Result<[u64; N], RegistryError> {
    let mut all = [0; N];
    for (into, count) in all.iter_mut().zip(counted) {
        *into = natural(count, "case_reg", "case_id")?;
    }
    Ok(all)
}
