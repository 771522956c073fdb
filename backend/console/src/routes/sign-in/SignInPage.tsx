/** Signs a person in and sends them back to where they were. */

import { LockOutlined, UserOutlined } from "@ant-design/icons";
import { Alert, Button, ConfigProvider, Form, Input } from "antd";
import { useEffect, useState } from "react";
import { Navigate, useLocation } from "react-router";
import { session } from "@/api/client";
import type { Ending } from "@/api/session";
import { LanguageButton } from "@/app/Shell";
import { useSession } from "@/app/session";
import { darkBar } from "@/app/theme";
import { ProblemPanel } from "@/components/ProblemPanel";
import { useWords } from "@/locales/words";
import "./sign-in.css";
import { consoleTitle } from "@/locales/title";
import { signInWords } from "./words";

interface Arrival {
  from?: string;
  ending?: Ending;
}

export function SignInPage() {
  const name = useWords(consoleTitle);
  const signIn = useWords(signInWords);
  const state = useSession();
  const arrival = useLocation().state as Arrival | null;

  useEffect(() => {
    if (session.state().kind === "starting") void session.start();
  }, []);

  if (state.kind === "signed-in") return <Navigate to={returnAddress(arrival)} replace />;
  return (
    <main className="sign-in">
      <div className="sign-in-language">
        <ConfigProvider theme={darkBar}>
          <LanguageButton />
        </ConfigProvider>
      </div>
      <section className="sign-in-card" aria-labelledby="sign-in-title">
        <div className="sign-in-brand">
          <img src="/mark.svg" alt="" width={40} height={40} />
          <div>
            <div className="sign-in-name">{name}</div>
            <div className="soft small">{signIn.lead}</div>
          </div>
        </div>
        <h1 id="sign-in-title">{signIn.title}</h1>
        {arrival?.ending && <Alert type="info" showIcon title={signIn.ending[arrival.ending]} />}
        <SignInForm />
        <p className="soft small">{signIn.help}</p>
      </section>
    </main>
  );
}

interface Credentials {
  login: string;
  password: string;
}

function SignInForm() {
  const signIn = useWords(signInWords);
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  async function submit({ login, password }: Credentials) {
    setBusy(true);
    setProblem(undefined);
    try {
      await session.signIn(login.trim(), password);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Form<Credentials> layout="vertical" size="large" requiredMark={false} onFinish={submit}>
      <Form.Item
        name="login"
        label={signIn.login}
        rules={[{ required: true, whitespace: true, message: signIn.loginMissing }]}
      >
        <Input prefix={<UserOutlined aria-hidden />} autoComplete="username" autoFocus maxLength={64} />
      </Form.Item>
      <Form.Item
        name="password"
        label={signIn.password}
        rules={[{ required: true, message: signIn.passwordMissing }]}
      >
        <Input.Password
          prefix={<LockOutlined aria-hidden />}
          autoComplete="current-password"
          maxLength={256}
        />
      </Form.Item>
      {problem !== undefined && (
        <Form.Item>
          <ProblemPanel error={problem} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" block loading={busy}>
        {signIn.submit}
      </Button>
    </Form>
  );
}

/** Where the person was when the session ended. Who signed out has left that page, and only our own addresses count. */
function returnAddress(arrival: Arrival | null): string {
  const from = arrival?.ending === "signed-out" ? undefined : arrival?.from;
  return from?.startsWith("/") && !from.startsWith("//") ? from : "/cases";
}
