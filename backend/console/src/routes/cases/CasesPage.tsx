/** The list of cases: filter, search, page through; it changes by itself when a case does. */

import { Alert, Button, Card, Empty } from "antd";
import { useCases } from "@/api/queries";
import { ProblemPanel } from "@/components/ProblemPanel";
import { useWords } from "@/locales/words";
import { CaseFilters } from "./CaseFilters";
import { CaseTable } from "./CaseTable";
import { RegisterCase } from "./RegisterCase";
import { TroubleBanner } from "./TroubleBanner";
import { useCaseSearch } from "./useCaseSearch";
import "./cases.css";
import { summaryWords } from "@/locales/summary";
import { casesWords } from "./words";

export function CasesPage() {
  const cases = useWords(casesWords);
  const search = useCaseSearch();
  const { data, error, isPending, isPlaceholderData, refetch } = useCases(search.filter);

  return (
    <div className="page stack">
      <div className="row spread">
        <h1>{cases.title}</h1>
        <div className="row">
          <RegisterCase />
          <CaseFilters search={search} />
        </div>
      </div>
      <TroubleBanner />
      {data && data.unreadable.length > 0 && (
        <Alert type="error" showIcon title={cases.unreadable(data.unreadable)} />
      )}
      {error && <ProblemPanel error={error} onRetry={refetch} />}
      {(data || isPending) && (
        <Card styles={{ body: { padding: 0 } }}>
          <CaseTable
            items={data?.items ?? []}
            loading={isPending || isPlaceholderData}
            empty={<NoCases search={search} />}
          />
        </Card>
      )}
      <nav className="row cases-paging" aria-label={cases.paging}>
        <Button disabled={!search.hasPrevious} onClick={search.toPrevious}>
          {cases.previous}
        </Button>
        <Button disabled={!data?.next} onClick={() => data?.next && search.toNext(data.next)}>
          {cases.next}
        </Button>
      </nav>
    </div>
  );
}

function NoCases({ search }: { search: ReturnType<typeof useCaseSearch> }) {
  const { noMatch } = useWords(summaryWords);
  const cases = useWords(casesWords);
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={search.isFiltered ? noMatch : cases.empty}>
      {search.isFiltered && <Button onClick={search.clear}>{cases.clear}</Button>}
    </Empty>
  );
}
