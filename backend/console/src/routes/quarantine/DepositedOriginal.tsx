/** An original that a phone out of service deposited: saved as a file. Every look is logged by the server. */

import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { api } from "@/api/client";
import type { Schemas } from "@/api/model";
import { unwrap } from "@/api/problem";
import { ProblemPanel } from "@/components/ProblemPanel";
import { saveAs } from "@/lib/file";
import { useWords } from "@/locales/words";
import { quarantineWords } from "./words";

export function DepositedOriginal({ deposited }: { deposited: Schemas["QuarantinedView"] }) {
  const words = useWords(quarantineWords);
  const { case_id, hash } = deposited;
  const fetching = useMutation({
    mutationFn: () => fetchDeposited(case_id, hash),
    onSuccess: (bytes) => saveAs(bytes, hash.slice(0, 12)),
  });
  return (
    <>
      <Button size="small" loading={fetching.isPending} onClick={() => fetching.mutate()}>
        {words.download}
      </Button>
      {fetching.error && <ProblemPanel error={fetching.error} onRetry={fetching.mutate} />}
    </>
  );
}

async function fetchDeposited(case_id: string, sha256: string): Promise<Blob> {
  const path = "/api/v1/quarantine/{case_id}/files/{sha256}";
  const answer = await api.GET(path, { params: { path: { case_id, sha256 } }, parseAs: "blob" });
  return unwrap(answer) as unknown as Blob;
}
