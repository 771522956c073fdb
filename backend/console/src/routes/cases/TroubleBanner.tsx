import { Alert } from "antd";
import { Link } from "react-router";
import { useTroubledCases } from "@/api/queries";
import { useUser } from "@/app/session";
import { mayCall } from "@/lib/rights";
import { useWords } from "@/locales/words";
import { casesWords } from "./words";

/** Says that cases were not settled in time or are not shown as written, to those who may read the list of them. */
export function TroubleBanner() {
  const { trouble: words } = useWords(casesWords);
  const user = useUser();
  const { data } = useTroubledCases(mayCall(user, "list_troubled_cases"));
  if (!data?.length) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={words.banner(data.length)}
      action={<Link to="/quarantine">{words.toList}</Link>}
    />
  );
}
