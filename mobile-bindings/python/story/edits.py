"""The edits of a case as values, in the form in which `hejie_case::edit::Edit` is written as JSON."""

import datetime
import os
import time
import uuid


def new_id() -> str:
    """A UUIDv7: time first, so that entries sort as they were made."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(in_days: int) -> str:
    """A day from today in Asia/Shanghai."""
    shanghai = datetime.timezone(datetime.timedelta(hours=8))
    return (datetime.datetime.now(shanghai).date() + datetime.timedelta(days=in_days)).isoformat()


def add(kind: str, value, entry: str | None = None) -> dict:
    return {"edit": "add", "id": entry or new_id(), "entry": {"kind": kind, "value": value}}


def party(spec: dict, ids: dict) -> dict:
    value = {key: spec[key] for key in ("kind", "side", "name_masked", "is_minor", "is_representative") if key in spec}
    if "guardian_of" in spec:
        value["guardian_of"] = ids[spec["guardian_of"]]
    return add("party", value, ids[spec["key"]])


def consent(spec: dict, ids: dict) -> dict:
    value = {"party": ids[spec["party"]], "what": spec["what"], "decision": spec["decision"]}
    return add("consent", value | {"text_version": "告知书 2026-1", "at": now()})


def statement(spec: dict, ids: dict) -> dict:
    return add("statement", [{"party": ids[spec["party"]], "taken_at": now()}, spec["text"]])


def note(spec: dict, entry: str) -> dict:
    return add("note", [{"kind": spec["kind"], "at": now()}, spec["text"]], entry)


def note_text(entry: str, content: str) -> dict:
    return {"edit": "text", "target": {"of": "note", "id": entry}, "content": content}


def evidence(spec: dict, sha256: str, size: int) -> dict:
    value = {"kind": spec["kind"], "sha256": sha256, "size": size, "mime": spec["mime"], "taken_at": now(), "origin": spec["origin"]}
    return add("evidence", [value, spec["caption"]])


def session(spec: dict, ids: dict) -> dict:
    head = {"form": spec["form"], "start": now(), "attendees": [ids[name] for name in spec["attendees"]], "result": spec["result"]}
    return add("session", [head, spec["record"]])


def draft(form: str, entry: str) -> dict:
    return add("draft", {"form": form}, entry)


def clause(draft_id: str, spec: dict, place: int, ids: dict) -> dict:
    terms = spec["terms"]
    if terms:
        schedule = [{"due": day(part["in_days"]), "amount": part["amount_cents"]} for part in terms["schedule"]]
        terms = {
            "obligor": ids[terms["obligor"]], "obligee": ids[terms["obligee"]], "kind": terms["kind"],
            "amount": terms["amount_cents"], "amount_words": terms["amount_words"], "schedule": schedule,
            "method": terms["method"], "on_breach": terms["on_breach"],
        }
    order = f"{chr(ord('a') + place)}0"
    return {"edit": "add_clause", "draft": draft_id, "clause": ids[spec["key"]], "order": order, "text": spec["text"], "terms": terms}


def freeze(draft_id: str) -> dict:
    return {"edit": "freeze", "draft": draft_id, "at": now()}


def signature(draft_id: str, content_hash: str, spec: dict, ids: dict) -> dict:
    signer = {"kind": "mediator"} if spec["signer"] == "mediator" else {"kind": "party", "party": ids[spec["signer"]]}
    return add("signature", {"draft": draft_id, "hash": content_hash, "signer": signer, "medium": spec["medium"], "at": now()})


def performance(spec: dict, ids: dict) -> dict:
    value = {"obligation": ids[spec["clause"]], "state": spec["state"], "at": now(), "amount": spec["amount_cents"]}
    return add("performance", value | {"means": spec["means"], "slip_no": spec["slip_no"]})


def visit(spec: dict) -> dict:
    finding = {key: spec[key] for key in ("performance", "satisfaction", "relapse_sign") if key in spec}
    return add("visit", [{"method": spec["method"], "at": now(), "finding": finding}, spec["text"]])


def risk(spec: dict) -> dict:
    value = {key: spec[key] for key in ("factor", "value", "why") if key in spec}
    return add("risk", value | {"at": now()})


def request(kind: str, base_version: int, payload: dict | None = None) -> dict:
    value = {"type": kind, "base_version": base_version, "at": now()}
    if payload is not None:
        value["payload"] = payload
    return add("request", value)
