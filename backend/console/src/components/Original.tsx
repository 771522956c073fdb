/** The original of a piece of evidence: a picture is shown, anything else is saved. Every look is logged by the server. */

import { useMutation } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useState } from "react";
import { api } from "@/api/client";
import { unwrap } from "@/api/problem";
import { ProblemPanel } from "@/components/ProblemPanel";
import { asDataUrl, saveAs } from "@/lib/file";
import { useWords } from "@/locales/words";
import { componentWords } from "./words";

interface Props {
  caseId: string;
  evidence: { id: string; mime: string; caption: string };
}

export function Original({ caseId, evidence }: Props) {
  const words = useWords(componentWords);
  const [picture, setPicture] = useState<string>();
  const fetching = useMutation({
    mutationFn: () => fetchOriginal(caseId, evidence.id),
    onSuccess: async (bytes) => {
      if (evidence.mime.startsWith("image/")) setPicture(await asDataUrl(bytes));
      else saveAs(bytes, `${evidence.id}.${evidence.mime.split("/").pop()}`);
    },
  });
  return (
    <>
      <Button size="small" loading={fetching.isPending} onClick={() => fetching.mutate()}>
        {words.original}
      </Button>
      {fetching.error && <ProblemPanel error={fetching.error} onRetry={fetching.mutate} />}
      <Modal
        open={picture !== undefined}
        title={evidence.caption}
        footer={null}
        onCancel={() => setPicture(undefined)}
      >
        <img src={picture} alt={evidence.caption} style={{ maxWidth: "100%" }} />
      </Modal>
    </>
  );
}

async function fetchOriginal(id: string, evidence: string): Promise<Blob> {
  const path = "/api/v1/cases/{id}/evidence/{evidence}/file";
  const answer = await api.GET(path, { params: { path: { id, evidence } }, parseAs: "blob" });
  return unwrap(answer) as unknown as Blob;
}
