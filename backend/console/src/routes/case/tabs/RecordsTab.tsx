import type { CaseDetail, Evidence, Note, Statement, Visit } from "@/api/model";
import { tones } from "@/app/theme";
import { Entry } from "@/components/Entry";
import { Mark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { showBytes } from "@/lib/bytes";
import { partyNames } from "@/lib/parties";
import { useWords, wordFor } from "@/locales/words";

/** What mediators and grid workers wrote down. */
export function RecordsTab({ detail }: { detail: CaseDetail }) {
  const { notes, statements, visits, evidence } = useWords();
  const names = partyNames(detail.parties);
  return (
    <div className="stack">
      <Section title={notes.title} empty={detail.notes.length === 0 && notes.empty}>
        <ul className="plain">
          {detail.notes.map((note) => (
            <NoteEntry key={note.id} note={note} />
          ))}
        </ul>
      </Section>
      <Section title={statements.title} empty={detail.statements.length === 0 && statements.empty}>
        <ul className="plain">
          {detail.statements.map((statement) => (
            <StatementEntry key={statement.id} statement={statement} name={names(statement.party)} />
          ))}
        </ul>
      </Section>
      <Section title={visits.title} empty={detail.visits.length === 0 && visits.empty}>
        <ul className="plain">
          {detail.visits.map((visit) => (
            <VisitEntry key={visit.id} visit={visit} />
          ))}
        </ul>
      </Section>
      <Section title={evidence.title} empty={detail.evidence.length === 0 && evidence.empty}>
        <ul className="plain">
          {detail.evidence.map((item) => (
            <EvidenceEntry key={item.id} item={item} />
          ))}
        </ul>
      </Section>
    </div>
  );
}

function NoteEntry({ note }: { note: Note }) {
  const { noteKind } = useWords();
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
  const { statements } = useWords();
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

function VisitEntry({ visit }: { visit: Visit }) {
  const { visits, visitMethod, performance } = useWords();
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
      <p className="prose">{visit.text}</p>
    </Entry>
  );
}

function EvidenceEntry({ item }: { item: Evidence }) {
  const { evidence, evidenceKind } = useWords();
  const marks = (
    <>
      <Mark tone={tones.grey}>{wordFor(evidenceKind, item.kind)}</Mark>
      {item.withdrawn && <Mark tone={tones.amber}>{evidence.withdrawn}</Mark>}
    </>
  );
  return (
    <Entry author={item.author_name} at={item.taken_at} marks={marks}>
      <p className="prose">{item.caption}</p>
      <div className="row small soft">
        <span>{item.mime}</span>
        <span className="figures">{showBytes(item.size)}</span>
        <span title={item.sha256}>
          {evidence.digest} <span className="code">{item.sha256.slice(0, 12)}</span>
        </span>
      </div>
    </Entry>
  );
}
