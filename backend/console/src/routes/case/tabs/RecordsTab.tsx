import type { CaseDetail } from "@/api/model";
import { useUser } from "@/app/session";
import { tones } from "@/app/theme";
import { Entry } from "@/components/Entry";
import { ListSection } from "@/components/ListSection";
import { Mark } from "@/components/Mark";
import { Original } from "@/components/Original";
import { showBytes } from "@/lib/bytes";
import { type PartyNames, partyNames } from "@/lib/parties";
import { may, mayCall } from "@/lib/rights";
import { codeWords } from "@/locales/codes";
import { useWords, wordFor } from "@/locales/words";
import { WaiveFileAct } from "../acts/closing";
import { Offered } from "../acts/Offered";
import type { Evidence, MediationSession, Note, Risk, Statement, Visit } from "../model";
import { useWithheld } from "../useWithheld";
import { ContactsSection } from "./ContactsSection";
import { recordWords } from "./words/records";

/** What mediators and grid workers wrote down. */
export function RecordsTab({ detail }: { detail: CaseDetail }) {
  const { notes, statements, sessions, visits, evidence, risks } = useWords(recordWords);
  const names = partyNames(detail.parties);
  const withheld = useWithheld(detail);
  return (
    <div className="stack">
      <ListSection title={notes.title} empty={withheld("work", notes.empty)}>
        {detail.notes.map((note) => (
          <NoteEntry key={note.id} note={note} />
        ))}
      </ListSection>
      <ListSection title={statements.title} empty={withheld("statements", statements.empty)}>
        {detail.statements.map((statement) => (
          <StatementEntry key={statement.id} statement={statement} name={names(statement.party)} />
        ))}
      </ListSection>
      <ListSection title={sessions.title} empty={withheld("work", sessions.empty)}>
        {detail.sessions.map((session) => (
          <SessionEntry key={session.id} session={session} names={names} />
        ))}
      </ListSection>
      <ContactsSection detail={detail} />
      <ListSection title={risks.title} empty={withheld("risk")}>
        {detail.risks.map((risk) => (
          <RiskEntry key={risk.id} risk={risk} />
        ))}
      </ListSection>
      <ListSection title={visits.title} empty={withheld("findings", visits.empty)}>
        {detail.visits.map((visit) => (
          <VisitEntry key={visit.id} visit={visit} withheld={withheld("visits")} />
        ))}
      </ListSection>
      <ListSection title={evidence.title} empty={withheld("evidence", evidence.empty)}>
        {detail.evidence.map((item) => (
          <EvidenceEntry key={item.id} item={item} detail={detail} />
        ))}
      </ListSection>
    </div>
  );
}

function NoteEntry({ note }: { note: Note }) {
  const { noteKind } = useWords(recordWords);
  return (
    <Entry
      author={note.author_name}
      at={note.at}
      marks={<Mark tone={tones.grey}>{wordFor(noteKind, note.kind)}</Mark>}
    >
      <p className="prose">{note.text}</p>
    </Entry>
  );
}

function StatementEntry({ statement, name }: { statement: Statement; name: string }) {
  const { statements } = useWords(recordWords);
  const marks = (
    <>
      <strong>{name}</strong>
      {statement.locked && <Mark tone={tones.green}>{statements.locked}</Mark>}
    </>
  );
  return (
    <Entry author={statement.author_name} at={statement.taken_at} marks={marks}>
      {statement.sealed ? (
        <p className="soft">{statements.sealed}</p>
      ) : (
        <p className="prose">{statement.text}</p>
      )}
    </Entry>
  );
}

function SessionEntry({ session, names }: { session: MediationSession; names: PartyNames }) {
  const { sessions: words } = useWords(recordWords);
  return (
    <Entry
      author={session.author_name}
      at={session.start}
      marks={<Mark tone={tones.grey}>{wordFor(words.form, session.form)}</Mark>}
    >
      <div className="row small">
        <span>{words.attended(session.attendees.map(names))}</span>
        {session.signed.length > 0 && <span>{words.signed(session.signed.map(names))}</span>}
      </div>
      <p className="prose">{session.record}</p>
      {session.result && <p className="prose">{words.result(session.result)}</p>}
    </Entry>
  );
}

function RiskEntry({ risk }: { risk: Risk }) {
  const { risks } = useWords(recordWords);
  const value = risk.value ? wordFor(risks.value, risk.value) : "";
  return (
    <Entry
      author={risk.author_name}
      at={risk.at}
      marks={
        <Mark tone={risk.factor === "calm_visit" ? tones.green : tones.amber}>
          {wordFor(risks.factor, risk.factor)} {value}
        </Mark>
      }
    >
      {risk.why && <p className="prose">{risk.why}</p>}
    </Entry>
  );
}

function VisitEntry({ visit, withheld }: { visit: Visit; withheld: string | undefined }) {
  const { visits, visitMethod } = useWords(recordWords);
  const { performance } = useWords(codeWords);
  const marks = (
    <>
      <Mark tone={tones.grey}>{wordFor(visitMethod, visit.method)}</Mark>
      <Mark tone={visit.relapse_sign ? tones.red : tones.green}>
        {visit.relapse_sign ? visits.relapse : visits.calm}
      </Mark>
    </>
  );
  return (
    <Entry author={visit.author_name} at={visit.at} marks={marks}>
      <div className="row small">
        <span>
          {visits.performance} {wordFor(performance, visit.performance)}
        </span>
        {visit.satisfaction != null && <span>{visits.satisfaction(visit.satisfaction)}</span>}
      </div>
      {withheld ? <p className="soft">{withheld}</p> : <p className="prose">{visit.text}</p>}
    </Entry>
  );
}

function EvidenceEntry({ item, detail }: { item: Evidence; detail: CaseDetail }) {
  const { evidence, evidenceKind } = useWords(recordWords);
  const user = useUser();
  const { missing_files, waived_files } = detail.facts;
  const waived = waived_files.find((file) => file.evidence === item.id);
  const isMissing = missing_files.includes(item.id);
  const marks = (
    <>
      <Mark tone={tones.grey}>{wordFor(evidenceKind, item.kind)}</Mark>
      {isMissing && !waived && <Mark tone={tones.amber}>{evidence.missing}</Mark>}
      {waived && <Mark tone={tones.grey}>{evidence.waived(waived.why)}</Mark>}
      {item.withdrawn && <Mark tone={tones.amber}>{evidence.withdrawn}</Mark>}
    </>
  );
  return (
    <Entry author={item.author_name} at={item.taken_at} marks={marks}>
      <p className="prose">{item.caption}</p>
      <div className="row small soft">
        {item.origin && <span>{evidence.origin(item.origin)}</span>}
        <span>{item.mime}</span>
        <span className="figures">{showBytes(item.size)}</span>
        <span title={item.sha256}>
          {evidence.digest} <span className="code">{item.sha256.slice(0, 12)}</span>
        </span>
        {!isMissing && mayCall(user, "read_file") && <Original caseId={detail.summary.id} evidence={item} />}
        <Offered when={isMissing && !waived && may(detail, "E27c")}>
          <WaiveFileAct detail={detail} evidence={item.id} />
        </Offered>
      </div>
    </Entry>
  );
}
