import type { CaseDetail } from "@/api/model";
import { useUser } from "@/app/session";
import { Section } from "@/components/Section";
import { mayClose, mayDispatch } from "@/lib/rights";
import { useWords } from "@/locales/words";
import { CloseAction } from "./CloseAction";
import { DispatchAction } from "./DispatchAction";

/** What the person may do with the case as it stands; nothing is shown when that is nothing. */
export function ActionsCard({ detail }: { detail: CaseDetail }) {
  const { actions } = useWords();
  const user = useUser();
  if (!user) return null;
  const close = mayClose(user.role, detail.summary);
  const dispatch = mayDispatch(user.role, detail.summary);
  if (!close && !dispatch) return null;
  return (
    <Section title={actions.title}>
      <div className="row">
        {dispatch && <DispatchAction detail={detail} />}
        {close && <CloseAction detail={detail} />}
      </div>
    </Section>
  );
}
