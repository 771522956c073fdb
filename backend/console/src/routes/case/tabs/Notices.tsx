import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { Entry } from "@/components/Entry";
import { Mark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { dictionary } from "@/locales/dictionary";
import { useWords, wordFor } from "@/locales/words";
import { recordWords } from "./words/records";

/** The notices to whoever did not keep an agreement, word for word as they were given. */
export function BreachNotices({ detail }: { detail: CaseDetail }) {
  const { breach } = useWords(noticeWords);
  const given = detail.facts.breach_notices;
  const notices = given.map((notice) => ({ ...notice, key: `${notice.obligation} ${notice.given_at}` }));
  return <NoticeSection title={breach} notices={notices} />;
}

/** The notices that told the parties to whom their case went. */
export function TransferNotices({ detail }: { detail: CaseDetail }) {
  const { transfer } = useWords(noticeWords);
  const notices = detail.facts.transfers.map((notice) => ({ ...notice, key: `${notice.round}` }));
  return <NoticeSection title={transfer} notices={notices} />;
}

interface Notice {
  key: string;
  text: string;
  by_name?: string | null;
  means: string;
  given_at: string;
}

function NoticeSection({ title, notices }: { title: string; notices: Notice[] }) {
  const { contacts } = useWords(recordWords);
  if (notices.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="plain">
        {notices.map(({ key, given_at, by_name, means, text }) => (
          <Entry
            key={key}
            author={by_name}
            at={given_at}
            marks={<Mark tone={tones.grey}>{wordFor(contacts.means, means)}</Mark>}
          >
            <div className="prose">{text}</div>
          </Entry>
        ))}
      </ul>
    </Section>
  );
}

const noticeWords = dictionary({
  "zh-CN": { breach: "不履行告知书", transfer: "移交告知书" },
  en: { breach: "Notices of breach", transfer: "Notices of transfer" },
});
