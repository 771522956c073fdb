"""A phone driven from Python, without a server: what was written is there, and errors are of the kinds that an app can act on."""

import datetime
import hashlib
import os
import shutil
import sys
import tempfile
import threading
import unittest

import hejie_mobile as hejie
from hejie_mobile import PhoneError

NOWHERE = "http://127.0.0.1:9"


class Pocket(hejie.KeyStore):
    """A key store that keeps its key and its mark in memory."""

    def __init__(self):
        self.key = None
        self.mark = None
        self.is_locked = False

    def load(self):
        if self.is_locked:
            raise hejie.KeyStoreError.Locked()
        return self.key

    def save(self, key):
        self.key = bytes(key)

    def load_mark(self):
        return self.mark

    def save_mark(self, mark):
        self.mark = bytes(mark)


class Careless(hejie.KeyStore):
    """A key store with a mistake in it."""

    def load(self):
        raise RuntimeError("a mistake in the app")

    def save(self, key):
        raise RuntimeError("a mistake in the app")

    def load_mark(self):
        raise RuntimeError("a mistake in the app")

    def save_mark(self, mark):
        raise RuntimeError("a mistake in the app")


class PhoneTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.pocket = Pocket()

    def open(self):
        return hejie.Phone.open(self.dir.name, NOWHERE, self.pocket)

    def test_a_new_phone_belongs_to_nobody(self):
        phone = self.open()
        self.assertIsNone(phone.owner())
        self.assertEqual(phone.cases(), [])
        self.assertEqual(phone.status().readiness, hejie.Readiness.NOT_ENROLLED)
        self.assertEqual(len(self.pocket.key), 32)

    def test_writing_on_a_phone_of_nobody_is_refused_by_kind(self):
        with self.assertRaises(PhoneError.NotEnrolled):
            self.open().begin_case(hejie.NewCase(summary="无人认领"))

    def test_a_line_that_is_down_is_offline(self):
        with self.assertRaises(PhoneError.Offline) as caught:
            self.open().sign_in_and_enrol("lin", "invented", "一号机")
        self.assertEqual(caught.exception.reason.code, "line_unreachable")
        self.assertIn("检查网络", caught.exception.reason.zh)

    def test_a_second_opening_is_told_that_the_store_is_in_use(self):
        first = self.open()
        with self.assertRaises(PhoneError.StorageInUse):
            self.open()
        del first

    def test_another_key_does_not_open_the_store(self):
        self.open()
        self.pocket.key = bytes(32)
        with self.assertRaises(PhoneError.KeyUnavailable):
            self.open()

    def test_a_locked_key_store_is_named_so(self):
        self.pocket.is_locked = True
        with self.assertRaises(PhoneError.KeyUnavailable):
            self.open()

    def test_a_mistake_in_the_key_store_is_an_error_and_no_crash(self):
        self.pocket = Careless()
        with self.assertRaises(PhoneError.KeyUnavailable):
            self.open()

    # Shows R017.
    def test_the_search_needs_no_owner_and_no_line(self):
        phone = self.open()
        found = phone.search("楼上漏水", 5)
        self.assertEqual(found[0].situation, "N02-01")
        self.assertEqual(found[0].kind, hejie.FoundKind.SITUATION)
        self.assertEqual([piece.text for piece in found[0].snippet if piece.is_match], ["楼上漏水"])
        self.assertEqual(len(found), 5)
        self.assertEqual(phone.search("饕餮", 5), [])

    # Shows R002, R063.
    def test_guides_phrases_and_routes_are_on_the_phone(self):
        phone = self.open()
        guide = phone.guide("N01-06")
        self.assertTrue(guide.situation.needs_paper and guide.situation.needs_violence_screen)
        self.assertEqual(guide.lines[0].section, hejie.GuideSection.DANGER)
        self.assertIn("纸面", guide.signature)
        self.assertIsNone(phone.guide("N99-01"))
        self.assertEqual(len(phone.situations()), 114)
        self.assertGreaterEqual(len(phone.phrases()), 100)
        opening = phone.phrases(hejie.Occasion.OPENING)
        self.assertTrue(all(phrase.occasion_name == "表明身份" for phrase in opening))
        self.assertIn("court", [route.code for route in phone.law_routes()])
        self.assertEqual(phone.suggest_wording("你必须签字")[0].at, 0)

    def test_a_malformed_id_is_refused_before_it_reaches_the_store(self):
        with self.assertRaises(Exception):
            self.open().case("not an id")


class EnrolledTest(unittest.TestCase):
    """With a server of ten lines that signs in and enrols, and then goes away."""

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.pocket = Pocket()
        with desk() as url:
            self.url = url
            self.phone = hejie.Phone.open(self.dir.name, url, self.pocket)
            self.phone.sign_in_and_enrol("lin", "invented", "一号机")

    def begin(self):
        return self.phone.begin_case(
            hejie.NewCase(
                summary="租客与中介因服务费争执",
                situation="N03-05",
                place=hejie.Place(region="990101001", address="新碶街道一号楼", position=None),
            )
        )

    def reopen(self):
        self.phone = None
        self.phone = hejie.Phone.open(self.dir.name, self.url, self.pocket)

    def add_party(self, case, side, name):
        return self.phone.add_party(
            case,
            hejie.Party(
                kind=hejie.PartyKind.PERSON,
                side=side,
                name_masked=name,
                is_minor=False,
                is_representative=False,
                guardian_of=None,
                secret_ref=None,
            ),
        )

    def test_what_was_written_offline_is_there_after_reopening(self):
        case = self.begin()
        tenant = self.add_party(case, hejie.Side.A, "张*明")
        note = self.phone.add_note(case, hejie.NoteKind.SCENE, "双方在门店")
        self.phone.edit_note(case, note, "双方在门店，情绪平稳")
        statement = self.phone.add_statement(case, tenant, "中介答应退还一半")
        self.phone.lock_statement(case, statement)
        self.reopen()
        document = self.phone.case(case).document
        self.assertEqual(document.intake.situation, "N03-05")
        self.assertEqual(document.parties[0].party.name_masked, "张*明")
        self.assertEqual(document.confidential.notes[0].text, "双方在门店，情绪平稳")
        self.assertIsInstance(document.confidential.statements[0].locked_at, datetime.datetime)
        summary = self.phone.cases()[0]
        self.assertEqual((summary.standing, summary.waiting), (hejie.Standing.ON_THIS_PHONE_ONLY, 6))
        self.assertEqual(len(self.phone.unsent(case)), 6)

    def test_a_phone_that_was_set_back_says_how_much_is_gone_and_what_to_do(self):
        case = self.begin()
        self.phone = None
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(self.dir.name, copy, dirs_exist_ok=True)
            self.reopen()
            self.phone.add_note(case, hejie.NoteKind.SCENE, "之后")
            self.phone = None
            shutil.copytree(copy, self.dir.name, dirs_exist_ok=True)
        self.reopen()
        status = self.phone.status()
        self.assertEqual((status.readiness, status.lost), (hejie.Readiness.ENROL_AGAIN, 1))
        self.assertEqual(status.trouble.code, "phone_set_back")
        self.assertIn("重新登记本机", status.trouble.zh)
        self.assertEqual(self.phone.case(case).document.confidential.notes, [])
        self.phone.add_note(case, hejie.NoteKind.SCENE, "仍可记录")

    def test_a_phone_whose_store_is_gone_says_so(self):
        self.begin()
        self.phone = None
        for name in os.listdir(self.dir.name):
            os.remove(os.path.join(self.dir.name, name))
        self.reopen()
        status = self.phone.status()
        self.assertEqual((status.readiness, status.lost), (hejie.Readiness.NOT_ENROLLED, 1))
        self.assertEqual(status.trouble.code, "store_gone")

    def test_who_a_party_is_is_sealed_and_shown_as_a_mask(self):
        case = self.begin()
        tenant = self.add_party(case, hejie.Side.A, "某*")
        captured = self.phone.add_party_identity(
            case, tenant, hejie.PartyIdentity(name="张小明", id_number="990101199003070011", telephone="139 0000 0001")
        )
        self.assertEqual(captured.masked.id_number, "990101**********11")
        self.assertEqual([warning.code for warning in captured.warnings], ["check_digit"])
        self.reopen()
        known = self.phone.identities(case)[0]
        self.assertEqual((known.masked.name, known.masked.telephone), ("张*明", "139****0001"))
        self.assertTrue(known.state.is_on_the_phone())
        self.assertEqual(self.phone.case(case).document.parties[0].party.name_masked, "张*明")
        with self.assertRaises(PhoneError.NotPossible) as caught:
            self.phone.add_party_identity(case, tenant, hejie.PartyIdentity(name="张小明", telephone="12345"))
        self.assertEqual(caught.exception.reason.code, "identity_telephone")

    def test_numbers_in_a_text_are_found_before_it_is_written(self):
        found = hejie.numbers_in_text("电话139 0000 0001")
        self.assertEqual([(n.kind, n.start, n.end, n.masked) for n in found],
                         [(hejie.NumberKind.TELEPHONE, 2, 15, "139****0001")])
        self.assertEqual(hejie.mask_name("张小明"), "张*明")

    def test_a_locked_statement_cannot_be_changed_and_says_why(self):
        case = self.begin()
        party = self.add_party(case, hejie.Side.B, "某中介")
        statement = self.phone.add_statement(case, party, "费用已经说明")
        self.phone.lock_statement(case, statement)
        with self.assertRaises(PhoneError.NotPossible) as caught:
            self.phone.edit_statement(case, statement, "改口")
        self.assertEqual(caught.exception.reason.code, "statement_locked")
        self.assertIn("补充笔录", caught.exception.reason.zh)

    def test_an_agreement_is_drafted_frozen_and_signed(self):
        case = self.begin()
        tenant = self.add_party(case, hejie.Side.A, "张*明")
        agent = self.add_party(case, hejie.Side.B, "某中介")
        draft = self.phone.add_draft(case, hejie.AgreementForm.WRITTEN)
        terms = hejie.Terms(
            obligor=agent,
            obligee=tenant,
            kind=hejie.PromiseKind.PAY,
            amount=150_000,
            amount_words="壹仟伍佰元整",
            schedule=[hejie.Instalment(due="2026-04-01", amount=150_000)],
            method="转账",
            on_breach="",
        )
        clause = self.phone.add_clause(case, draft, "乙方退还服务费", terms)
        self.phone.freeze_draft(case, draft)
        for signer in [hejie.WhoSigns.OF_PARTY(tenant), hejie.WhoSigns.OF_PARTY(agent), hejie.WhoSigns.MEDIATOR()]:
            self.phone.sign(case, hejie.DraftSignature(draft=draft, signer=signer, medium=hejie.SignatureMedium.SCREEN))
        document = self.phone.case(case).document
        self.assertEqual(document.confidential.drafts[0].clauses[0].id, clause)
        self.assertEqual(document.confidential.drafts[0].clauses[0].terms.amount, 150_000)
        self.assertIsNotNone(document.confidential.drafts[0].frozen_at)
        self.assertEqual(len(document.signatures), 3)
        with self.assertRaises(PhoneError.NotPossible):
            self.phone.add_clause(case, draft, "后加的一条")

    def test_what_a_case_is_about_is_corrected(self):
        case = self.begin()
        broke_out = datetime.datetime(2026, 3, 2, 1, 30, tzinfo=datetime.UTC)
        place = hejie.Place(
            region="990101001", address="新碶街道二号楼", position=hejie.Position(lat=30.1, lon=121.2, accuracy=12.0)
        )
        self.phone.set_situation(case, "N03-06")
        self.phone.set_occurred_at(case, broke_out)
        self.phone.set_persons(case, 12)
        self.phone.set_amount(case, 12_000_000)
        self.phone.set_injury(case, hejie.Injury.LASTING)
        self.phone.set_place(case, place)
        self.phone.set_violence_screen(case, hejie.DvScreen(asked=True, violence=True))
        self.phone.edit_summary(case, "租客与中介因服务费争执，十二人在场")
        intake = self.phone.case(case).document.intake
        self.assertEqual((intake.situation, intake.occurred_at, intake.persons), ("N03-06", broke_out, 12))
        self.assertEqual((intake.amount, intake.injury), (12_000_000, hejie.Injury.LASTING))
        self.assertEqual((intake.place.address, intake.place.position.lat), ("新碶街道二号楼", 30.1))
        self.assertTrue(intake.dv_screen.asked and intake.dv_screen.violence)
        self.assertEqual((intake.summary, intake.disputed), ("租客与中介因服务费争执，十二人在场", []))
        with self.assertRaises(PhoneError.NotPossible):
            self.phone.set_persons(case, 10_000_001)

    def test_who_a_party_is_in_the_dispute_is_corrected(self):
        case = self.begin()
        child = self.add_party(case, hejie.Side.A, "张*明")
        self.phone.correct_party_name(case, child, "张*")
        self.phone.correct_party_side(case, child, hejie.Side.B)
        self.phone.correct_party_role(case, child, hejie.PartyRole.AGENT)
        self.phone.correct_party_minor(case, child, True)
        self.phone.correct_party_incapacity(case, child, True)
        self.phone.correct_party_representative(case, child, True)
        party = self.phone.case(case).document.parties[0].party
        self.assertEqual((party.name_masked, party.side, party.role), ("张*", hejie.Side.B, hejie.PartyRole.AGENT))
        self.assertTrue(party.is_minor and party.is_incapacitated and party.is_representative)
        with self.assertRaises(PhoneError.NotPossible) as caught:
            self.phone.correct_party_name(case, child, "张小明")
        self.assertIn("打码", caught.exception.reason.zh)

    def test_a_session_is_recorded_and_its_record_signed(self):
        case = self.begin()
        tenant = self.add_party(case, hejie.Side.A, "张*明")
        held = hejie.SessionHeld(
            form=hejie.SessionForm.ONLINE,
            start=datetime.datetime(2026, 3, 2, 1, 30, tzinfo=datetime.UTC),
            attendees=[tenant],
            record="双方视频到场",
            result="约定次日再谈",
        )
        session = self.phone.add_session(case, held)
        self.phone.edit_record(case, session, "双方视频到场，各自陈述")
        self.phone.sign_record(case, session, tenant, hejie.SignatureMedium.SCREEN)
        self.phone.add_contact(case, tenant, hejie.ContactMeans.VIDEO, True)
        document = self.phone.case(case).document
        [shown] = document.confidential.sessions
        self.assertEqual((shown.form, shown.attendees), (hejie.SessionForm.ONLINE, [tenant]))
        self.assertEqual((shown.record, shown.result), ("双方视频到场，各自陈述", "约定次日再谈"))
        self.assertEqual([(s.party, s.medium) for s in shown.signed], [(tenant, hejie.SignatureMedium.SCREEN)])
        [contact] = document.contacts
        self.assertEqual((contact.means, contact.reached), (hejie.ContactMeans.VIDEO, True))

    def test_a_plan_is_written_with_its_steps(self):
        case = self.begin()
        plan = self.phone.add_plan(case, "先核数")
        self.phone.edit_plan(case, plan, "先核数，后付款")
        step = hejie.PlanStep(what="核对考勤", owner_org="新碶街道人社所", due="2026-04-01")
        added = self.phone.add_plan_step(case, plan, step)
        self.phone.check_joint(case, "考勤已核对")
        file = self.phone.case(case)
        [shown] = file.document.plans
        self.assertEqual((shown.id, shown.text), (plan, "先核数，后付款"))
        self.assertEqual([(s.id, s.step) for s in shown.steps], [(added, step)])
        self.assertEqual([request.ask for request in file.pending], ["check_joint"])

    def test_evidence_is_cited_and_withdrawn(self):
        case = self.begin()
        tenant = self.add_party(case, hejie.Side.A, "张*明")
        now = datetime.datetime.now(datetime.UTC)
        photo = hejie.NewEvidence(kind=hejie.EvidenceKind.PHOTO, mime="image/jpeg", taken_at=now, origin="现场拍摄", caption="门锁")
        evidence = self.phone.add_evidence(case, photo, b"a photograph")
        statement = self.phone.add_statement(case, tenant, "锁是坏的")
        draft = self.phone.add_draft(case, hejie.AgreementForm.WRITTEN)
        self.phone.edit_caption(case, evidence, "门锁损坏")
        self.phone.cite_evidence(case, hejie.CitedBy.IN_STATEMENT(statement), evidence)
        self.phone.cite_evidence(case, hejie.CitedBy.IN_DRAFT(draft), evidence)
        self.phone.withdraw_evidence(case, evidence, "拍错了门")
        document = self.phone.case(case).document
        self.assertEqual((document.evidence[0].caption, document.evidence[0].withdrawn), ("门锁损坏", "拍错了门"))
        self.assertEqual((document.confidential.statements[0].cites, document.confidential.drafts[0].cites), ([evidence], [evidence]))
        with self.assertRaises(PhoneError.NotPossible):
            self.phone.withdraw_evidence(case, evidence, "再撤一次")

    def test_the_words_of_a_visit_are_corrected(self):
        case = self.begin()
        found = hejie.VisitFinding(performance=hejie.Performance.PARTLY, satisfaction=4, relapse_sign=False)
        visit = self.phone.add_visit(case, hejie.VisitReport(method=hejie.VisitMethod.DOOR, finding=found, text="已退一半"))
        self.phone.edit_visit(case, visit, "已退一半，余款月底付清")
        [shown] = self.phone.case(case).document.visits
        self.assertEqual((shown.id, shown.text), (visit, "已退一半，余款月底付清"))

    def test_clauses_are_reworded_and_moved_and_amounts_spelled(self):
        case = self.begin()
        draft = self.phone.add_draft(case, hejie.AgreementForm.WRITTEN)
        clauses = [self.phone.add_clause(case, draft, text) for text in ("甲", "乙", "丙")]
        self.phone.edit_clause(case, draft, clauses[0], "甲方退款")
        self.phone.move_clause(case, draft, clauses[2], clauses[0])
        self.phone.move_clause(case, draft, clauses[1])
        shown = self.phone.case(case).document.confidential.drafts[0].clauses
        self.assertEqual([clause.text for clause in shown], ["乙", "甲方退款", "丙"])
        self.assertEqual(hejie.capital(860_000), "捌仟陆佰元整")

    def test_observations_and_requests_are_kept_and_shown_as_pending(self):
        case = self.begin()
        self.phone.observe_risk(case, hejie.Observed.GATHERING(people=12), "门店前聚集")
        self.phone.arrive(case, reason="从派出所出发")
        file = self.phone.case(case)
        self.assertEqual(file.document.risks[0].observed.people, 12)
        self.assertEqual([request.ask for request in file.pending], ["arrive"])
        self.assertIsNone(file.facts)

    def test_an_item_of_the_checklist_is_marked_and_shown_with_its_mark(self):
        case = self.begin()
        self.phone.check(case, "N03-05.receipt", True, remark="收据已拍")
        items = {item.code: item for item in self.phone.checklist(case)}
        marked = items["N03-05.receipt"]
        self.assertEqual((marked.done, marked.remark, marked.is_asked), (True, "收据已拍", True))
        self.assertFalse(items["N.identity"].done)
        with self.assertRaises(PhoneError.NotPossible):
            self.phone.check(case, "不是编码", True)

    def test_signing_for_a_case_that_was_not_offered_is_not_possible(self):
        case = self.begin()
        with self.assertRaises(PhoneError.NotPossible) as caught:
            self.phone.sign_for(case)
        self.assertEqual(caught.exception.reason.code, "nothing_offered")

    def test_an_exchange_without_a_line_keeps_everything(self):
        case = self.begin()
        with self.assertRaises(PhoneError.Offline):
            self.phone.exchange()
        self.assertEqual(self.phone.status().waiting, 1)
        self.assertEqual(self.phone.case(case).summary.title, "租客与中介因服务费争执")

    def test_an_original_is_kept_with_its_evidence_until_there_is_a_line(self):
        case = self.begin()
        now = datetime.datetime.now(datetime.UTC)
        photo = hejie.NewEvidence(kind=hejie.EvidenceKind.PHOTO, mime="image/jpeg", taken_at=now, origin="现场拍摄", caption="门锁")
        picture = bytes(range(256)) * 2_000
        evidence = self.phone.add_evidence(case, photo, picture)
        self.assertEqual(self.phone.status().files, 1)
        self.assertEqual(self.phone.original(case, evidence), picture)
        told = self.phone.case(case).document.evidence[0].evidence
        self.assertEqual((told.size, told.sha256), (len(picture), hashlib.sha256(picture).hexdigest()))
        with self.assertRaises(PhoneError.Offline):
            self.phone.send_files()
        [known] = self.phone.files(case)
        self.assertTrue(known.state.is_ON_THE_PHONE())
        with self.assertRaises(PhoneError.NotPossible) as caught:
            self.phone.add_evidence(case, photo, b"")
        self.assertEqual(caught.exception.reason.code, "file_empty")

    def test_many_threads_write_at_once_and_nothing_is_lost(self):
        case = self.begin()
        write = lambda: [self.phone.add_note(case, hejie.NoteKind.OTHER, "并行") for _ in range(5)]
        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(self.phone.case(case).document.confidential.notes), 20)

    def test_no_words_of_a_case_reach_the_file(self):
        self.begin()
        self.phone = None
        for name in os.listdir(self.dir.name):
            with open(os.path.join(self.dir.name, name), "rb") as file:
                self.assertNotIn("中介".encode(), file.read())


# A key of nobody, with the signature of an invented root.
SEALING_KEY = """{"root":"ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c","key_id":"34ec81dbdaf91485",
"public":"0900000000000000000000000000000000000000000000000000000000000000","made_at":"2026-01-01T00:00:00Z","signature":
"9e980812a22b05832f8cb87dd49618ae7b20aa1b9ef3901e07c9e7332f0b97b26572d016ecd0b3b79cded659032af877e060f88793d9f54f668c60a7074c9d0f"}"""
SESSION = """{"access_token":"a","refresh_token":"r","expires_at":"2099-01-01T00:00:00Z","user":{"id":
"01010101-0101-0101-0101-010101010101","role":"mediator","org_id":"02020202-0202-0202-0202-020202020202"}}"""
ENROLLED = """{"access_token":"a","refresh_token":"r","expires_at":"2099-01-01T00:00:00Z","device_id":
"03030303-0303-0303-0303-030303030303","actor":"04040404040404040404040404040404","sealing_key":%s}"""


class desk:
    """Signs in and enrols whoever comes, until it is left."""

    def __enter__(self):
        import http.server

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                body = (ENROLLED % SEALING_KEY if self.path == "/api/v1/devices" else SESSION).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    print(f"python: {result.testsRun - failed} passed, {failed} failed")
    sys.stdout.flush()
    sys.stderr.flush()
    # Foreign threads may still be about; an orderly end of the interpreter would wait for, or race
    # with, them.
    os._exit(1 if failed else 0)
