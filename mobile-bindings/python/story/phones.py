"""Phones of the story: `hejie_mobile.Phone` as an app would use it, with what is written taken from a story file."""

import datetime
import os
import pathlib

import hejie_mobile as hejie


SAMPLE = pathlib.Path(__file__).resolve().parents[3] / "backend/county/data/sample/photo.jpg"


def original(spec: dict) -> bytes:
    """A picture that can be looked at; of sounds and films some bytes, which nobody plays."""
    return SAMPLE.read_bytes() if spec["mime"] == "image/jpeg" else f"invented bytes of {spec['key']}".encode()


class FileKeyStore(hejie.KeyStore):
    """Keeps the key in a file beside the store. Stands in for the Android Keystore or the iOS Keychain, which a script has not."""

    def __init__(self, path: pathlib.Path):
        self.path = path

    def load(self) -> bytes | None:
        return self.path.read_bytes() if self.path.exists() else None

    def save(self, key: bytes):
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)

    def load_mark(self) -> bytes | None:
        path = self.path.with_suffix(".mark")
        return path.read_bytes() if path.exists() else None

    def save_mark(self, mark: bytes):
        whole = self.path.with_suffix(".mark.new")
        whole.write_bytes(mark)
        whole.replace(self.path.with_suffix(".mark"))


class StoryPhone:
    """One person's phone and the case of the story on it."""

    def __init__(self, folder: pathlib.Path, server: str, account: dict):
        folder.mkdir(parents=True)
        self.name = account["name"]
        self.phone = hejie.Phone.open(str(folder), server, FileKeyStore(folder / "key"))
        self.phone.sign_in_and_enrol(account["login"], account["password"], f"{account['name']}的手机")
        self.case = None
        self.ids: dict[str, str] = {}

    def file(self):
        return self.phone.case(self.case)

    def unsent(self) -> int:
        return len(self.phone.unsent(self.case))

    def note(self, spec: dict) -> str:
        return self.phone.add_note(self.case, hejie.NoteKind[spec["kind"].upper()], spec["text"])

    def parties(self, specs: list[dict]):
        for spec in specs:
            party = hejie.Party(
                kind=hejie.PartyKind[spec["kind"].upper()],
                side=hejie.Side[spec["side"].upper()],
                name_masked=spec["name_masked"],
                is_minor=spec.get("is_minor", False),
                is_representative=spec.get("is_representative", False),
                is_incapacitated=spec.get("is_incapacitated", False),
                guardian_of=self.named(spec, "guardian_of"),
                secret_ref=None,
                agent_of=self.named(spec, "agent_of"),
                mandate=self.named(spec, "mandate"),
            )
            self.ids[spec["key"]] = self.phone.add_party(self.case, party)

    def named(self, spec: dict, field: str) -> str | None:
        key = spec.get(field)
        return self.ids[key] if key else None

    def consents(self, specs: list[dict]):
        for spec in specs:
            consent = hejie.ConsentGiven(
                party=self.ids[spec["party"]],
                what=hejie.ConsentSubject[spec["what"].upper()],
                decision=hejie.ConsentDecision[spec["decision"].upper()],
                text_version="告知书 2026-1",
            )
            self.phone.record_consent(self.case, consent)

    def statements(self, specs: list[dict]):
        for spec in specs:
            self.phone.add_statement(self.case, self.ids[spec["party"]], spec["text"])

    def evidence(self, specs: list[dict]):
        for spec in specs:
            evidence = hejie.NewEvidence(
                kind=hejie.EvidenceKind[spec["kind"].upper()],
                mime=spec["mime"],
                taken_at=datetime.datetime.now(datetime.UTC),
                origin=spec["origin"],
                caption=spec["caption"],
            )
            self.ids[spec["key"]] = self.phone.add_evidence(self.case, evidence, original(spec))

    def risks(self, specs: list[dict]):
        for spec in specs:
            self.phone.observe_risk(self.case, observed(spec), spec["why"])

    def agreement(self, spec: dict) -> str:
        draft = self.phone.add_draft(self.case, hejie.AgreementForm[spec["form"].upper()])
        for clause in spec["clauses"]:
            self.ids[clause["key"]] = self.phone.add_clause(self.case, draft, clause["text"], self.terms(clause["terms"]))
        self.phone.freeze_draft(self.case, draft)
        return draft

    def terms(self, spec: dict | None):
        if spec is None:
            return None
        return hejie.Terms(
            obligor=self.ids[spec["obligor"]],
            obligee=self.ids[spec["obligee"]],
            kind=hejie.PromiseKind[spec["kind"].upper()],
            amount=spec["amount_cents"],
            amount_words=spec["amount_words"],
            schedule=[hejie.Instalment(due=day(part["in_days"]), amount=part["amount_cents"]) for part in spec["schedule"]],
            method=spec["method"],
            on_breach=spec["on_breach"],
        )

    def signatures(self, draft: str, specs: list[dict]):
        for spec in specs:
            mediates = spec["signer"] == "mediator"
            signer = hejie.WhoSigns.MEDIATOR() if mediates else hejie.WhoSigns.OF_PARTY(party=self.ids[spec["signer"]])
            medium = hejie.SignatureMedium[spec["medium"].upper()]
            self.phone.sign(self.case, hejie.DraftSignature(draft=draft, signer=signer, medium=medium))

    def performances(self, specs: list[dict]):
        for spec in specs:
            performed = hejie.Performed(
                obligation=self.ids[spec["clause"]],
                state=hejie.Performance[spec["state"].upper()],
                amount=spec["amount_cents"],
                means=spec["means"],
                slip_no=spec["slip_no"],
            )
            self.phone.log_performance(self.case, performed)

    def visits(self, specs: list[dict]):
        for spec in specs:
            finding = hejie.VisitFinding(
                performance=hejie.Performance[spec["performance"].upper()],
                satisfaction=spec.get("satisfaction"),
                relapse_sign=spec["relapse_sign"],
            )
            method = hejie.VisitMethod[spec["method"].upper()]
            self.phone.add_visit(self.case, hejie.VisitReport(method=method, finding=finding, text=spec["text"]))


def observed(spec: dict):
    """What was observed, from the word of a story file."""
    match spec["factor"]:
        case "emotion":
            return hejie.Observed.FEELING(emotion=hejie.Emotion[spec["value"].upper()])
        case "residual":
            return hejie.Observed.RESIDUAL_RISK(level=hejie.Residual[spec["value"].upper()])
        case "gathering":
            return hejie.Observed.GATHERING(people=spec["value"])
        case plain:
            return getattr(hejie.Observed, plain.upper())()


def day(in_days: int) -> str:
    """A day from today in Asia/Shanghai."""
    shanghai = datetime.timezone(datetime.timedelta(hours=8))
    return (datetime.datetime.now(shanghai).date() + datetime.timedelta(days=in_days)).isoformat()
