import { Link } from "react-router";
import { useTroubledCases } from "@/api/queries";
import { ProblemPanel } from "@/components/ProblemPanel";
import { Section } from "@/components/Section";
import { TroubleNote } from "@/components/TroubleNote";
import { useWords } from "@/locales/words";
import { quarantineWords } from "./words";

/** Cases that could not be settled, wait too long, or are shown otherwise than the document says; nothing when there are none. */
export function TroubledCases() {
  const { troubled } = useWords(quarantineWords);
  const { data, error, refetch } = useTroubledCases(true);
  if (error) return <ProblemPanel error={error} onRetry={refetch} />;
  if (!data?.length) return null;
  return (
    <Section title={troubled(data.length)}>
      <div className="stack">
        {data.map((found) => (
          <div key={found.case_id} className="stack">
            <Link to={`/cases/${found.case_id}`}>{found.case_no}</Link>
            <TroubleNote trouble={found} />
          </div>
        ))}
      </div>
    </Section>
  );
}
