//! A case in which every class of field has a mark of its own. What phones and rules would have
//! written is put into the registry as it is: here it matters who reads it, not how it came there.

use harness::{Calls, County, Person, TestServer, client::Signed};
use hejie_case::{
    disclosure::FieldClass,
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    facts::{
        AgreementFact, Assignment, ConflictFact, Duty, Facts, Recusal, RecusalGround, Resolution,
        ScoreReason, SettledBy,
    },
    ids::{Actor, CaseId, ConflictId, EntryId},
    record::*,
    role::Author,
    view::{About, Conflict, ConflictKind, DocumentPlace, Severity, Variant, VariantValue},
};
use hejie_registry::{case, pool};
use jiff::{SignedDuration, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

/// The mark of each class that is told by a text.
pub const MARKS: [(FieldClass, &str); 10] = [
    (FieldClass::Core, "标记案情"),
    (FieldClass::Names, "标*名"),
    (FieldClass::Risk, "标记风险"),
    (FieldClass::Statements, "标记陈述"),
    (FieldClass::Work, "标记记录"),
    (FieldClass::Evidence, "标记证据"),
    (FieldClass::Drafts, "标记文稿"),
    (FieldClass::Agreement, "标记协议"),
    (FieldClass::Findings, "\"satisfaction\":5"),
    (FieldClass::Visits, "标记回访"),
];

/// A server with the case.
pub struct Planted {
    pub server: TestServer,
    pub county: County,
    pub case: CaseId,
    pub adult: EntryId,
    pub minor: EntryId,
    pub statement: EntryId,
    pub evidence: EntryId,
    pub conflict: ConflictId,
}

const fn id(n: u128) -> EntryId {
    EntryId(Uuid::from_u128(
        0x0199_0000_0000_7000_8000_0000_0000_0000 + n,
    ))
}

const WRITER: Actor = Actor([7; 16]);

impl Planted {
    /// Sets the scene. The case came in at a counter and is being mediated.
    pub async fn set() -> Self {
        let server = TestServer::start().await;
        let county = server.county().await;
        let order = county.order("R-1");
        let answer = county.channel(&server).order(&order).await;
        let planted = Self {
            case: answer.text("/case_id").parse().unwrap(),
            server,
            county,
            minor: id(1),
            adult: id(2),
            statement: id(3),
            evidence: id(4),
            conflict: ConflictId(Uuid::from_u128(5)),
        };
        planted.write().await;
        planted.decide().await;
        planted
    }

    /// An address of the case.
    pub fn path(&self, below: &str) -> String {
        format!("/api/v1/cases/{}{below}", self.case)
    }

    /// Signs somebody in.
    pub async fn signed(&self, person: &Person) -> Signed {
        let token = person.token(&self.server).await;
        Signed(self.server.anonymous().0.with_token(&token))
    }

    /// Whether somebody's list has the case.
    pub async fn is_listed(&self, who: &impl Calls) -> bool {
        let listed = who.get("/api/v1/cases").await;
        let items = listed.json["items"].as_array().unwrap().clone();
        items.iter().any(|item| item["id"] == self.case.to_string())
    }

    /// Puts somebody on the case who has signed for it.
    pub async fn assign(&self, person: &Person) {
        let (user, role, org) = (person.id, person.role, person.org);
        let now = self.server.now();
        self.change(move |facts| {
            facts.assignments.push(Assignment {
                version: facts.next_assignment(),
                user,
                org,
                role,
                duty: Duty::Co,
                from: now,
                signed_at: Some(now),
                to: None,
                expected: String::new(),
                until: None,
            });
        })
        .await;
    }

    /// Takes somebody off the case for bias.
    pub async fn recuse(&self, person: &Person) {
        let (user, now) = (person.id, self.server.now());
        self.change(move |facts| {
            facts.recused.push(Recusal {
                from: None,
                user,
                ground: RecusalGround::Interest,
                party: None,
                by: Author::SYSTEM,
                at: now,
            });
        })
        .await;
    }

    /// Lets somebody's work end so many days ago.
    pub async fn dismiss(&self, person: &Person, days: i64) {
        let (user, now) = (person.id, self.server.now());
        let ended = now - SignedDuration::from_hours(24 * days);
        self.change(move |facts| {
            let theirs = facts.assignments.iter_mut().filter(|a| a.user == user);
            theirs.for_each(|a| a.to = Some(ended));
        })
        .await;
    }

    /// Nobody has ruled on the disagreement yet.
    pub async fn reopen_conflict(&self) {
        let conflict = self.conflict;
        self.change(move |facts| {
            facts.conflicts.get_mut(&conflict).unwrap().settled = None;
        })
        .await;
    }

    /// What stands of the case.
    pub async fn facts(&self) -> Facts {
        let mut conn = pool::acquire(&self.server.state.pool).await.unwrap();
        let stored = case::lookup(&mut conn, self.case).await.unwrap();
        stored.unwrap().facts
    }

    /// Changes rows of the case alone.
    pub async fn run(&self, statement: &'static str) {
        let pool = &self.server.state.pool;
        let done = sqlx::query(statement).bind(self.case.0).execute(pool);
        done.await.unwrap();
    }

    /// Changes the facts, and the rows by which lists are read.
    pub async fn change(&self, change: impl FnOnce(&mut Facts)) {
        let mut tx = pool::begin(&self.server.state.pool).await.unwrap();
        let mut facts = case::lookup(&mut tx, self.case)
            .await
            .unwrap()
            .unwrap()
            .facts;
        change(&mut facts);
        sqlx::query("update case_doc set facts = $2 where case_id = $1")
            .bind(self.case.0)
            .bind(Json(&facts))
            .execute(&mut *tx)
            .await
            .unwrap();
        let held = facts.holds.first().map(|hold| hold.since.to_string());
        sqlx::query(
            "update case_reg set source_channel = $2, joint = $3, hold_since = $4::text::timestamptz,
                 status = 'mediating' where case_id = $1",
        )
        .bind(self.case.0)
        .bind(&facts.source.channel)
        .bind(facts.round.joint)
        .bind(held)
        .execute(&mut *tx)
        .await
        .unwrap();
        self.seat(&mut tx, &facts).await;
        pool::commit(tx).await.unwrap();
    }

    async fn seat(&self, tx: &mut pool::Transaction, facts: &Facts) {
        let delete = "delete from assignment where case_id = $1";
        sqlx::query(delete)
            .bind(self.case.0)
            .execute(&mut **tx)
            .await
            .unwrap();
        let insert = "insert into assignment
                (case_id, id, user_id, org_id, role, duty, from_at, signed_at, to_at, expected, recused)
            values ($1, $2, $3, $4, $5, 'co', $6::text::timestamptz, $6::text::timestamptz, $7::text::timestamptz, '', $8)";
        for a in &facts.assignments {
            sqlx::query(insert)
                .bind(self.case.0)
                .bind(i32::try_from(a.version).unwrap())
                .bind(a.user.0)
                .bind(a.org.0)
                .bind(a.role.code())
                .bind(a.from.to_string())
                .bind(a.to.map(|to| to.to_string()))
                .bind(facts.is_recused(a.user))
                .execute(&mut **tx)
                .await
                .unwrap();
        }
    }

    /// What the field wrote.
    async fn write(&self) {
        let mut tx = pool::begin(&self.server.state.pool).await.unwrap();
        let stored = case::lookup(&mut tx, self.case).await.unwrap().unwrap();
        let mut doc = CaseDoc::load(&stored.snapshot).unwrap();
        let now = self.server.now();
        for edit in self.edits(now) {
            doc.edit(WRITER, now, &edit).unwrap();
        }
        let view = doc.view().unwrap();
        assert!(view.unreadable.is_empty(), "{:?}", view.unreadable);
        sqlx::query("update case_doc set snapshot = $2, view = $3 where case_id = $1")
            .bind(self.case.0)
            .bind(doc.save())
            .bind(Json(&view))
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query(
            "insert into evidence (case_id, id, kind, sha256, size, mime, taken_at, withdrawn)
             values ($1, $2, 'photo', $3, 9, 'image/jpeg', now(), false)",
        )
        .bind(self.case.0)
        .bind(self.evidence.0)
        .bind("ab".repeat(32))
        .execute(&mut *tx)
        .await
        .unwrap();
        pool::commit(tx).await.unwrap();
    }

    fn edits(&self, at: Timestamp) -> Vec<Edit> {
        let add = |id, entry| Edit::Add { id, entry };
        let mut edits = vec![
            Edit::Text {
                target: TextTarget::Summary,
                content: "标记案情".into(),
            },
            add(self.adult, party("标*名", false)),
            add(self.statement, statement(self.adult, at)),
            // After the statement: where a minor takes part no plain one may be written any more.
            add(self.minor, party("标*名", true)),
            add(id(6), note(at)),
            add(self.evidence, evidence(at)),
            add(id(7), visit(at)),
            add(id(8), risk(at)),
        ];
        for (draft, words) in [(id(9), "标记文稿"), (id(10), "标记协议")] {
            edits.push(add(
                draft,
                NewEntry::Draft(DraftHead {
                    form: AgreementForm::Written,
                    based_on: None,
                }),
            ));
            edits.push(Edit::AddClause {
                draft,
                clause: EntryId(Uuid::from_u128(draft.0.as_u128() + 100)),
                order: "a0".into(),
                text: words.into(),
                terms: None,
            });
        }
        edits.push(Edit::Freeze { draft: id(10), at });
        edits
    }

    /// What was decided: the second draft is the agreement, and a disagreement about the statement
    /// was ruled on.
    async fn decide(&self) {
        let (conflict, now) = (self.conflict, self.server.now());
        let about = DocumentPlace::entry("statements", self.statement).field("text");
        self.change(move |facts| {
            facts.source.channel = "walk_in".into();
            facts.stage = hejie_case::facts::Stage::Mediating;
            facts.deadlines.clear();
            facts.holds.clear();
            facts.assignments.clear();
            facts.colour.reasons = vec![ScoreReason {
                code: "emotion".into(),
                points: 8,
                zh: "标记风险".into(),
            }];
            facts.round.agreement = Some(AgreementFact {
                draft: id(10),
                form: AgreementForm::Written,
                content_hash: String::new(),
                number: None,
                effective_at: None,
                seal_no: None,
                void_at: None,
                mediators: std::collections::BTreeMap::new(),
            });
            facts
                .conflicts
                .insert(conflict, ruled(conflict, about, now));
        })
        .await;
        let mut conn = pool::acquire(&self.server.state.pool).await.unwrap();
        sqlx::query("delete from deadline where case_id = $1")
            .bind(self.case.0)
            .execute(&mut *conn)
            .await
            .unwrap();
    }
}

fn ruled(id: ConflictId, about: DocumentPlace, at: Timestamp) -> ConflictFact {
    let variant = |text: &str| Variant {
        author: Some(WRITER),
        text: text.into(),
        value: VariantValue::Words,
        at: Vec::new(),
        is_excerpt: false,
    };
    ConflictFact {
        conflict: Conflict {
            id,
            kind: ConflictKind::PlainStatement,
            about: About::Place(about),
            severity: Severity::Review,
            variants: vec![variant("标记陈述甲"), variant("标记陈述乙")],
        },
        found_at: at,
        settled: Some(Resolution {
            at,
            by: SettledBy::Authors,
        }),
        began_as: None,
        grown: 0,
    }
}

fn party(name: &str, is_minor: bool) -> NewEntry {
    NewEntry::Party(Party {
        is_minor,
        ..Party::person(Side::A, name)
    })
}

fn statement(party: EntryId, taken_at: Timestamp) -> NewEntry {
    let head = StatementHead {
        party,
        taken_at,
        supplement_to: None,
    };
    NewEntry::Statement(head, StatementBody::Plain("标记陈述甲".into()))
}

fn note(at: Timestamp) -> NewEntry {
    let kind = NoteKind::DailyProgress;
    NewEntry::Note(NoteHead { kind, at }, "标记记录".into())
}

fn evidence(taken_at: Timestamp) -> NewEntry {
    let evidence = Evidence {
        kind: EvidenceKind::Photo,
        sha256: "ab".repeat(32),
        size: 9,
        mime: "image/jpeg".into(),
        taken_at,
        place: None,
        origin: "现场拍摄".into(),
    };
    NewEntry::Evidence(evidence, "标记证据".into())
}

fn visit(at: Timestamp) -> NewEntry {
    let visit = Visit {
        due: None,
        method: VisitMethod::Telephone,
        at,
        place: None,
        finding: VisitFinding {
            performance: Performance::Performed,
            satisfaction: Some(5),
            relapse_sign: false,
        },
    };
    NewEntry::Visit(visit, "标记回访".into())
}

fn risk(at: Timestamp) -> NewEntry {
    NewEntry::Risk(RiskObservation {
        factor: RiskFactor::Violence,
        at,
        why: "标记风险".into(),
    })
}
