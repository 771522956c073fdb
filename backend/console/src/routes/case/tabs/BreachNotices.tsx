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
  const { title } = useWords(noticeWords);
  const { contacts } = useWords(recordWords);
  const given = detail.facts.breach_notices;
  if (given.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="plain">
        {given.map(({ obligation, given_at, by_name, means, text }) => (
          <Entry
            key={`${obligation} ${given_at}`}
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
  "zh-CN": { title: "不履行告知书" },
  en: { title: "Notices of breach" },
});
