"""The acts of the story, in their order."""

import datetime
import pathlib
import time

from channel import Channel, Mailbox
from desk import Desk
from phones import StoryPhone, hejie
from telling import act, line, quote, table

# What the phones ask for, as people say it.
ASKS = {
    "sign_for": "签收", "arrive": "到场", "give_notice": "告知", "accept": "受理", "start": "开始调解",
    "freeze": "定稿", "effect": "生效", "ask_close": "申请结案",
}


class Scenes:
    """Everybody who takes part, and what they have done so far."""

    def __init__(self, server: str, demo: dict, story: dict, phones: pathlib.Path, command):
        self.server, self.story, self.folder, self.command = server, story, phones, command
        township = story["order"]["region"][-1]
        self.accounts = {account["login"]: account for account in demo["accounts"]}
        lead = f"tiaojie{township}"
        colleague = next(login for login in self.accounts if login.startswith("tiaojie") and login != lead)
        self.people = {"mediator": lead, "colleague": colleague, "grid_worker": f"wangge{township}"}
        secret = bytes.fromhex(demo["channel"]["secret_hex"])
        self.channel = Channel(server, demo["channel"]["name"], secret)
        self.mailbox = Mailbox(secret)

    def play(self):
        """Tells the whole story, from the call to the result."""
        self.command("channel", "set-webhook", self.channel.name, self.mailbox.address)
        try:
            self.play_until_disagreement()
            self.rule()
            self.close()
        finally:
            # Later results wait in the outbox until the channel has an address again.
            self.command("channel", "set-webhook", self.channel.name, "none")
            self.mailbox.close()
        self.prove()

    def play_until_disagreement(self):
        """Tells the story until two people have contradicted each other, and leaves the ruling to somebody else."""
        self.call()
        self.sign_for()
        self.work_offline()
        self.mediator_returns()
        self.colleague_returns()

    def call(self):
        act(1, "110 推送一张签名工单", "110 pushes a signed work order")
        order = self.order()
        quote("110", order["summary"])
        status, receipt = self.channel.send(order)
        expect(status == 201, receipt)
        self.case = receipt["case_id"]
        line(f"已登记：{receipt['case_no']}，一案一码 {receipt['public_code']}", "registered, with a number and a public code")
        status, again = self.channel.send(order)
        expect(status == 200 and again["case_id"] == self.case, again)
        line("同一工单再推一次：还是这一案", "the same order again: the same case")
        status, problem = Channel(self.server, self.channel.name, b"somebody else's key").send(order)
        expect(status == 401, problem)
        line(f"签名不对的工单：{status} {problem['title']}", "a forged one is refused")
        self.desk = self.open_desk("dudao")
        self.tell_status(self.desk.case(self.case))

    def sign_for(self):
        act(2, "值班调解员签收，另一名调解员和网格员加入", "The mediator on duty signs for it; a colleague and a grid worker join")
        self.mediator = self.enrol("mediator")
        self.mediator.phone.sign_for(self.case)
        self.note = self.mediator.note(self.story["notes"][0])
        self.mediator.phone.exchange()
        quote(self.mediator.name, self.story["notes"][0]["text"])
        signed = self.desk.wait_for(self.case, lambda case: case["summary"]["status"] == "signed_for")
        for who, duty in (("colleague", "co"), ("grid_worker", "visit")):
            user = self.open_desk(self.people[who]).user
            target = {"user": user["id"], "role": user["role"], "org": user["org_id"]}
            self.open_desk("fenliu").decide(signed, "assign", {"target": target, "duty": duty})
            signed = self.desk.case(self.case)
        self.colleague, self.grid_worker = self.enrol("colleague"), self.enrol("grid_worker")
        self.mediator.phone.exchange()
        line("两名调解员的手机都有同一条联系记录，网格员的手机没有", "both mediators hold the same note; the grid worker's phone does not")
        expect(self.grid_worker.file().document.confidential is None, "a grid worker holds what is confidential")

    def work_offline(self):
        act(3, "三部手机都没有信号，各自办理", "No phone has signal; all go on working")
        story, mediator, phone = self.story, self.mediator, self.mediator.phone
        phone.arrive(self.case, reason="室内无法定位")
        mediator.evidence(story["evidence"])
        mediator.parties(story["parties"])
        phone.give_notice(self.case, "告知书 2026-1")
        mediator.consents(story["consents"])
        phone.accept(self.case)
        phone.start(self.case)
        mediator.statements(story["statements"])
        mediator.risks([risk for risk in story["risks"] if risk["by"] == "mediator"])
        for note in story["notes"][1:]:
            mediator.note(note)
        phone.edit_note(self.case, self.note, story["notes"][0]["mediator_writes"])
        draft = mediator.agreement(story["draft"])
        mediator.signatures(draft, story["signatures"])
        phone.ask_effect(self.case, draft, story["seal_no"])
        mediator.performances(story["performance"])
        outcome = hejie.CloseKind[story["close"]["outcome"].upper()]
        phone.ask_close(self.case, outcome, story["close"]["feedback"])
        self.tell_offline(mediator)

        self.colleague.phone.edit_note(self.case, self.note, story["notes"][0]["colleague_writes"])
        self.tell_offline(self.colleague)

        grid_worker = self.grid_worker
        grid_worker.risks([risk for risk in story["risks"] if risk["by"] == "grid_worker"])
        grid_worker.visits(story["visits"])
        self.tell_offline(grid_worker)

    def mediator_returns(self):
        act(4, "调解员先有了信号", "The mediator's phone is back first")
        self.mediator.phone.exchange()
        line(f"一次换文，{self.mediator.unsent()} 条待传", "one exchange, nothing left unsent")
        self.desk.wait_for(self.case, lambda case: case["summary"]["status"] == "pending_close")
        sent = self.mediator.phone.send_files()
        expect(sent == len(self.story["evidence"]), "an original did not arrive")
        line(f"证据原件 {sent} 件随后上传，逐件核对校验值", "the originals follow in a queue of their own")
        self.mediator.phone.exchange()
        facts = self.mediator.file().facts
        ruled = {ruling.entry: ruling for ruling in facts.rulings}
        rows = [("请求", "裁定")]
        for request in self.mediator.file().document.requests:
            ruling = ruled.get(request.id)
            told = "待确认" if ruling is None else "准" if ruling.refused is None else f"未准：{ruling.refused.zh}"
            rows.append((ASKS.get(request.ask, request.ask), told))
        table(rows)

    def colleague_returns(self):
        act(5, "另一名调解员随后回来：同一条记录，两人各写各的", "The colleague is back: the same note, written twice")
        self.grid_worker.phone.exchange()
        self.colleague.phone.exchange()
        found = self.desk.wait_for(self.case, lambda case: any(not open_["settled"] for open_ in case["conflicts"]))
        self.conflict = next(conflict for conflict in found["conflicts"] if not conflict["settled"])
        line(f"服务器发现分歧：{self.conflict['kind_zh']}，两份都留着", "the disagreement is kept, and shown")
        for variant in self.conflict["variants"]:
            quote(variant["author_name"] or "合并后", variant["text"])
        self.tell_convergence()

    def rule(self):
        act(6, "督导员在督导台看到案件，裁定分歧", "The supervisor reads the case and rules")
        case = self.desk.case(self.case)
        self.tell_status(case)
        line("当事人（打码）：" + "、".join(party["name_masked"] for party in case["parties"]), "parties, masked")
        line("轨迹：自述时间与接收时间并列", "the trail: what phones claim, and when the server received it")
        rows = [("事件", "经办", "自述", "接收")]
        for entry in case["trail"]:
            rows.append((f"{entry['event']} {entry['event_zh']}", entry["by_name"] or "系统", clock(entry["claimed_at"]), clock(entry["received_at"])))
        table(rows)
        chosen = next(at for at, variant in enumerate(self.conflict["variants"]) if variant["author_name"] == self.mediator.name)
        ruling = {"conflict": self.conflict["id"], "choice": chosen, "why": self.story["ruling"]["why"]}
        self.desk.decide(case, "rule_conflict", ruling)
        quote(self.accounts["dudao"]["name"], self.story["ruling"]["why"])

    def close(self):
        act(7, "结案，结果签名送回 110", "Closed, and 110 is told, signed")
        self.exchange_all()
        self.tell_convergence()
        case = self.desk.case(self.case)
        if case["summary"]["status"] != "closed":
            self.desk.decide(case, "close", {"outcome": self.story["close"]["outcome"]})
        self.tell_status(self.desk.wait_for(self.case, lambda case: case["summary"]["status"] == "closed"))
        expect(self.mailbox.wait_for(1, 40), "110 heard nothing")
        result = self.mailbox.results[0]
        quote("110 收到", result["text"])
        line(f"签名有误的来信：{self.mailbox.forged}", "letters with a wrong signature")

    def prove(self):
        act(8, "从头归并一遍，与台账逐行核对", "Everything folded from nothing, compared with the registry")
        line(f"hejie refold --verify：{self.command('refold', '--verify').stdout.strip()}")

    def order(self) -> dict:
        order = self.story["order"]
        reported = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=order["minutes_ago"])
        return {
            # A story may be told again; each telling is another call.
            "external_no": f"{order['external_no']}-{int(time.time())}",
            "received_at": reported.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "caller_masked": "1390000****",
            "region": order["region"],
            "address": order["address"],
            "summary": order["summary"],
            "situation": order["situation"],
            "is_dispute": True,
            "persons": order["persons"],
        }

    def exchange_all(self):
        """A closing waits until each phone of its people has been in touch since it was asked for."""
        for phone in (self.mediator, self.colleague, self.grid_worker):
            phone.phone.exchange()

    def open_desk(self, login: str) -> Desk:
        return Desk(self.server, login, self.accounts[login]["password"])

    def enrol(self, duty: str) -> StoryPhone:
        login = self.people[duty]
        phone = StoryPhone(self.folder / login, self.server, self.accounts[login])
        phone.phone.exchange()
        phone.case = self.case
        return phone

    def tell_status(self, case: dict):
        summary = case["summary"]
        handler = summary["lead_name"] or next((person["name"] for person in case["assignments"]), "")
        line(f"{summary['status_zh']} · {summary['situation_zh']} · {summary['level_zh']} · {handler}", "where the case stands")

    def tell_offline(self, phone: StoryPhone):
        file = phone.file()
        document = file.document
        counts = (("当事人", document.parties), ("陈述", document.confidential.statements if document.confidential else []), ("证据", document.evidence), ("签名", document.signatures), ("走访", document.visits))
        told = "、".join(f"{word} {len(entries)}" for word, entries in counts if entries)
        line(f"{phone.name}：{told}；{phone.unsent()} 条改动只在本机", "on this phone only")
        if file.pending:
            line("待确认：" + "、".join(ASKS.get(request.ask, request.ask) for request in file.pending), "asked for, not ruled on yet")

    def tell_convergence(self):
        """Exchanges until both phones hold the same; settling on the server takes a moment."""
        for _ in range(100):
            for phone in (self.mediator, self.colleague):
                phone.phone.exchange()
            heads = [phone.file().document.heads for phone in (self.mediator, self.colleague)]
            if heads[0] == heads[1]:
                line(f"两部手机一致：文档头 {heads[0][0][:12]}…", "both phones hold the same document")
                return
            time.sleep(0.1)
        raise TimeoutError("the phones do not converge")


def clock(instant: str | None) -> str:
    """A time of the API as a clock in Asia/Shanghai shows it."""
    if instant is None:
        return "—"
    shanghai = datetime.timezone(datetime.timedelta(hours=8))
    return datetime.datetime.fromisoformat(instant[:19] + "+00:00").astimezone(shanghai).strftime("%H:%M:%S")


def expect(holds: bool, otherwise):
    if not holds:
        raise AssertionError(otherwise)
