import type { CaseDetail } from "@/api/model";
import { useUser } from "@/app/session";
import { Section } from "@/components/Section";
import { mayClose } from "@/lib/rights";
import { useWords } from "@/locales/words";
import { CloseAction } from "./CloseAction";

/** What the person may do with the case as it stands; nothing is shown when that is nothing. */
export function ActionsCard({ detail }: { detail: CaseDetail }) {
  const { actions } = useWords();
  const user = useUser();
  if (!user || !mayClose(user.role, detail.summary)) return null;
  return (
    <Section title={actions.title}>
      <CloseAction detail={detail} />
    </Section>
  );
}
