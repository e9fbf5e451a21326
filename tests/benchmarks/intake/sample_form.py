"""The benchmark's form: 30 questions outside a repeat and 3 classrooms of 6, with a photo; bodies of about 2 kB."""

from __future__ import annotations

import random
import uuid

FORM_ID = "bench_visit"
QUESTIONS = [
    ("start", "dateTime"), ("end", "dateTime"), ("deviceid", "string"), ("report_date", "date"), ("officer", "string"),
    ("group_code", "string"), ("school", "string"), ("project", "string"), ("students", "int"), ("teachers", "int"),
    ("budget", "decimal"), ("spent", "decimal"), ("rating_1", "string"), ("rating_2", "string"), ("rating_3", "string"),
    ("rating_4", "string"), ("rating_5", "string"), ("rating_6", "string"), ("problem_kinds", "string"),
    ("problem_detail", "string"), ("suggestion", "string"), ("strengths", "string"), ("location", "geopoint"),
    ("urgent", "string"), ("revisit", "string"), ("revisit_date", "date"), ("overall", "int"), ("mode", "string"),
    ("round", "string"), ("photo", "binary"),
]  # fmt: skip
ROOM = [
    ("name", "string"), ("grade", "string"), ("pupils", "int"), ("present", "int"), ("score", "decimal"),
    ("note", "string"),
]  # fmt: skip
DIMENSIONS = {
    "report_date": "date", "officer": "officer", "group_code": "group", "school": "school", "project": "project",
    "round": "round",
}  # fmt: skip
MEASURES = {"students": "sum", "budget": "sum", "spent": "sum", "rating_1": "rating", "overall": "mean"}


def xform(version: str = "1") -> bytes:
    """The form as XForm XML."""
    nodes = "".join(f"<{name}/>" for name, _ in QUESTIONS) + "<room>" + "".join(f"<{n}/>" for n, _ in ROOM) + "</room>"
    binds = "".join(_bind(f"/data/{name}", kind, name) for name, kind in QUESTIONS)
    binds += "".join(_bind(f"/data/room/{name}", kind, "") for name, kind in ROOM)
    asked = [name for name, kind in QUESTIONS if kind != "binary"]
    body = "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in asked)
    body += '<upload ref="/data/photo" mediatype="image/*"><label>photo</label></upload>'
    room = "".join(f'<input ref="/data/room/{name}"><label>{name}</label></input>' for name, _ in ROOM)
    body += f'<group ref="/data/room"><label>room</label><repeat nodeset="/data/room">{room}</repeat></group>'
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa" '
        'xmlns:tidtam="urn:tidtam:report">'
        f'<h:head><h:title>แบบติดตาม</h:title><model><instance><data id="{FORM_ID}" version="{version}">{nodes}'
        f"<meta><instanceID/></meta></data></instance>{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def _bind(path: str, kind: str, name: str) -> str:
    extra = f' tidtam:dimension="{DIMENSIONS[name]}"' if name in DIMENSIONS else ""
    extra += f' tidtam:measure="{MEASURES[name]}"' if name in MEASURES else ""
    return f'<bind nodeset="{path}" type="{kind}"{extra}/>'


def instance(seed: int, *, photo: str = "", version: str = "1") -> bytes:
    """A filled record of about 2 kB."""
    chance = random.Random(seed)
    values = {name: _value(name, kind, chance) for name, kind in QUESTIONS}
    values["photo"] = photo
    rooms = "".join(
        "<room>" + "".join(f"<{name}>{_value(name, kind, chance)}</{name}>" for name, kind in ROOM) + "</room>"
        for _ in range(3)
    )
    flat = "".join(f"<{name}>{value}</{name}>" if value else f"<{name}/>" for name, value in values.items())
    identity = uuid.UUID(int=chance.getrandbits(128), version=4)
    return (
        f'<?xml version="1.0"?><data id="{FORM_ID}" version="{version}">{flat}{rooms}'
        f"<meta><instanceID>uuid:{identity}</instanceID></meta></data>"
    ).encode()


def _value(name: str, kind: str, chance: random.Random) -> str:  # noqa: PLR0911 - one return a kind
    if kind == "int":
        return str(chance.randrange(1, 500))
    if kind == "decimal":
        return f"{chance.randrange(1, 100000)}.{chance.randrange(100):02d}"
    if kind == "date":
        return f"2026-{chance.randrange(10, 13)}-{chance.randrange(1, 29):02d}"
    if kind == "dateTime":
        return f"2026-11-{chance.randrange(1, 29):02d}T09:{chance.randrange(60):02d}:00.000+07:00"
    if kind == "geopoint":
        return f"{7 + chance.random():.6f} {99 + chance.random():.6f} 12.0 5.0"
    if name in {"problem_detail", "suggestion", "strengths", "note"}:
        return ("ห้องเรียนไม่เพียงพอ ครูไม่ครบชั้น " * 3)[: chance.randrange(30, 60)]
    if name.startswith("rating"):
        return str(chance.randrange(1, 6))
    return f"{name[:4]}{chance.randrange(40):03d}"
