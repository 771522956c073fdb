import type { CaseDetail } from "@/api/model";
import { tones } from "@/app/theme";
import { Entry } from "@/components/Entry";
import { Mark } from "@/components/Mark";
import { Section } from "@/components/Section";
import { partyNames } from "@/lib/parties";
import { useWords, wordFor } from "@/locales/words";
import { recordWords } from "./words/records";

/** Who was reached, and who agreed to what. */
export function ContactsSection({ detail }: { detail: CaseDetail }) {
  const { consents, contacts } = useWords(recordWords);
  const names = partyNames(detail.parties);
  if (detail.consents.length === 0 && detail.contacts.length === 0) return null;
  return (
    <Section title={consents.title}>
      <ul className="plain">
        {detail.consents.map((consent) => (
          <Entry
            key={consent.id}
            author={consent.author_name}
            at={consent.at}
            marks={
              <>
                <strong>{names(consent.party)}</strong>
                <Mark tone={consent.decision === "agree" ? tones.green : tones.red}>
                  {wordFor(consents.decision, consent.decision)}
                </Mark>
                <span>{wordFor(consents.what, consent.what)}</span>
                {consent.spent && <Mark tone={tones.grey}>{consents.spent}</Mark>}
              </>
            }
          />
        ))}
        {detail.contacts.map((contact) => (
          <Entry
            key={contact.id}
            author={contact.author_name}
            at={contact.at}
            marks={
              <>
                <strong>{names(contact.party)}</strong>
                <span>{wordFor(contacts.means, contact.means)}</span>
                <Mark tone={contact.reached ? tones.green : tones.grey}>
                  {contact.reached ? contacts.reached : contacts.notReached}
                </Mark>
              </>
            }
          />
        ))}
      </ul>
    </Section>
  );
}
