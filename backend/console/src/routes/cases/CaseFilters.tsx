import { Checkbox, Input, Select } from "antd";
import { kindWords } from "@/locales/kinds";
import { summaryWords } from "@/locales/summary";
import { optionsOf, useWords } from "@/locales/words";
import type { useCaseSearch } from "./useCaseSearch";
import { casesWords } from "./words";

/** The status and the words that the list is narrowed to. */
export function CaseFilters({ search }: { search: ReturnType<typeof useCaseSearch> }) {
  const cases = useWords(casesWords);
  const line = useWords(summaryWords);
  const { status } = useWords(kindWords);
  return (
    <search className="row">
      <Select
        aria-label={cases.status}
        style={{ width: 168 }}
        value={search.filter.status ?? ""}
        options={[{ value: "", label: cases.anyStatus }, ...optionsOf(status)]}
        onChange={(value) => search.setStatus(value || undefined)}
      />
      <Checkbox
        checked={search.filter.without_lead ?? false}
        onChange={({ target }) => search.setWithoutLead(target.checked)}
      >
        {cases.withoutLead}
      </Checkbox>
      <Input.Search
        key={search.filter.q ?? ""}
        aria-label={cases.searchLabel}
        placeholder={line.search}
        defaultValue={search.filter.q ?? ""}
        maxLength={64}
        allowClear
        enterButton
        style={{ width: 320 }}
        onSearch={search.setText}
      />
    </search>
  );
}
