"""What no well-meaning client sends: broken XML and broken multipart bodies, by name."""

from __future__ import annotations

import random
from collections.abc import Iterator

BOUNDARY = b"----hostile"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"
Part = tuple[bytes, bytes]
"""Head lines and content of a part."""

_LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha'}'>" for n in range(9))


def record(body: str = "", *, form: str = "visit", instance: str = "uuid:hostile") -> str:
    """A record as text, to be spoilt."""
    return f'<data id="{form}" version="1"><note>x</note>{body}<meta><instanceID>{instance}</instanceID></meta></data>'


def broken_xml() -> dict[str, bytes]:
    """Bodies that are no XML we take; each is to be answered 400."""
    sound = record().encode()
    doctype = "<!DOCTYPE data [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    entity = f"{doctype}{record('<note>&e;</note>')}"
    return {
        "empty": b"",
        "spaces": b"   ",
        "text": b"hello",
        "json": b'{"id": "visit"}',
        "cut": sound[:-20],
        "two roots": sound + sound,
        "wrong end tag": sound.replace(b"</note>", b"</nota>"),
        "undefined entity": record("&nothing;").encode(),
        "xxe": entity.encode(),
        "xxe utf-16": entity.encode("utf-16"),
        "xxe utf-32": entity.encode("utf-32"),
        "xxe utf-7": f"<?xml version='1.0' encoding='utf-7'?>{entity}".encode("utf-7"),
        "parameter entity": f"<!DOCTYPE d [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]>{record()}".encode(),
        "external dtd": f"<!DOCTYPE data SYSTEM 'http://127.0.0.1:1/x.dtd'>{record()}".encode(),
        "plain doctype": f"<!DOCTYPE data>{record()}".encode(),
        "billion laughs": f"<!DOCTYPE data [{_LAUGHS}]>{record('&l8;')}".encode(),
        "quadratic blowup": f"<!DOCTYPE d [<!ENTITY a '{'a' * 50_000}'>]>{record('&a;' * 50_000)}".encode(),
        "nested 100,000": b"<data id='visit' version='1'>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</data>",
        "nested and never closed": b"<data id='visit' version='1'>" + b"<a>" * 100_000,
        "nested in a question": record("<note>" + "<a>" * 300 + "</a>" * 300 + "</note>").encode(),
        "elements without number": b"<data id='visit' version='1'>" + b"<a/>" * 600_000 + b"</data>",
        "attributes twice": sound.replace(b'version="1"', b'version="1" version="2"'),
        "nul": sound.replace(b">x<", b">\0<"),
        "nul reference": record("&#0;").encode(),
        "control character": sound.replace(b">x<", b">\x01<"),
        "lone surrogate": sound.replace(b">x<", b">\xed\xa0\x80<"),
        "lone surrogate reference": record("&#xD800;").encode(),
        "overlong utf-8": sound.replace(b">x<", b">\xc0\xaf<"),
        "invalid utf-8": sound.replace(b">x<", b">\xff\xfe<"),
        "latin-1 undeclared": record("é").encode("latin-1"),
        "unknown encoding": b"<?xml version='1.0' encoding='klingon'?>" + sound,
        "declared utf-16, is utf-8": b"<?xml version='1.0' encoding='UTF-16'?>" + sound,
        "no form id": sound.replace(b'id="visit"', b""),
        "a megabyte of brackets": b"<" * 1_000_000,
        "a megabyte of ampersands": record("&" * 1_000_000).encode(),
        "xslt": b"<?xml-stylesheet href='http://127.0.0.1:1/'?><html/>",
    }


def odd_xml() -> dict[str, bytes]:
    """Bodies that are odd and sound; a record is never refused for them."""
    return {
        "utf-16": f"<?xml version='1.0' encoding='UTF-16'?>{record(instance='uuid:u16')}".encode("utf-16"),
        "utf-8 with mark": record(instance="uuid:bom").encode("utf-8-sig"),
        "windows-874": f"<?xml version='1.0' encoding='windows-874'?>{record('<note>ก</note>', instance='uuid:874')}".encode(
            "cp874"
        ),
        "100,000 elements": record("<x/>" * 100_000, instance="uuid:many").encode(),
        "100,000 unknown answers": record("<x>1</x>" * 100_000, instance="uuid:unknown").encode(),
        "20,000 repeats": record("<room><name>x</name></room>" * 20_000, instance="uuid:rooms").encode(),
        "a megabyte of text": record(f"<note>{'ก' * 350_000}</note>", instance="uuid:text").encode(),
        "emoji": record("<note>🏫🇹🇭\u202eRTL</note>", instance="uuid:🏫").encode(),
        "markup in the id": record(instance="<b>uuid</b>:1").encode(),
        "escaped markup in the id": record(instance="&lt;script&gt;alert(1)&lt;/script&gt;").encode(),
        "path in the id": record(instance="../../../etc/passwd").encode(),
        "percent signs in the id": record(instance="%00%ff%2e%2e").encode(),
        "line ends in the id": record(instance="a&#10;b&#13;c").encode(),
        "10 kB in the id": record(instance="".join(chr(0xE01 + n % 40) for n in range(3_400))).encode(),
        "no id at all": record().replace("<instanceID>uuid:hostile</instanceID>", "").encode(),
        "edit of itself": record(instance="uuid:self").replace("</meta>", "<deprecatedID>uuid:self</deprecatedID></meta>").encode(),
        "unknown version": record(instance="uuid:version").replace('version="1"', f'version="{"9" * 5_000}"').encode(),
        "numbers that are none": record("<pupils>NaN</pupils><spent>1e999</spent>", instance="uuid:nan").encode(),
        "date of the year 0": record("<report_date>0000-01-01</report_date>", instance="uuid:y0").encode(),
        "date of the year 9999": record("<report_date>9999-12-31</report_date>", instance="uuid:y9").encode(),
        "date of the year 1": record("<report_date>0001-01-01</report_date>", instance="uuid:y1").encode(),
        "a dimension of 1 MB": record(f"<project>{'p' * 1_000_000}</project>", instance="uuid:dimension").encode(),
        "a file name of 5 kB": record(f"<photo>{_noise(5_000)}</photo>", instance="uuid:filename").encode(),
        "comments and instructions": b"<!-- a --><?go?>" + record("<!-- b --><?go?>", instance="uuid:comments").encode(),
        "character data": record("<note><![CDATA[<b>&amp;]]></note>", instance="uuid:cdata").encode(),
    }  # fmt: skip


def _noise(length: int) -> str:
    """Text that no database can make smaller."""
    chance = random.Random(length)
    return "".join(chance.choice("กขคงจฉชซabcdefghijkmnpqrstuvwxyz0123456789") for _ in range(length))


def xml_part(xml: bytes) -> Part:
    return (
        b'Content-Disposition: form-data; name="xml_submission_file"; filename="f.xml"\r\nContent-Type: text/xml',
        xml,
    )


def file_part(head: str, content: bytes = b"photo", kind: str = "image/jpeg") -> Part:
    return (f"Content-Disposition: form-data; {head}\r\nContent-Type: {kind}".encode(), content)


def body_of(*parts: Part, end: bytes = b"--" + BOUNDARY + b"--\r\n") -> bytes:
    return (
        b"".join(b"--" + BOUNDARY + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + end
    )


def broken_multipart() -> dict[str, tuple[bytes, str, set[int]]]:
    """Body, content type and the answers that are right."""
    sound = xml_part(record(instance="uuid:multipart").encode())
    whole = body_of(sound)
    return {
        "no body": (b"", MULTIPART, {400}),
        "no boundary": (whole, "multipart/form-data", {415}),
        "empty boundary": (whole, "multipart/form-data; boundary=", {415}),
        "wrong boundary": (whole, "multipart/form-data; boundary=other", {400}),
        "boundary of 70 kB": (whole, f"multipart/form-data; boundary={'b' * 70_000}", {400, 431}),
        "boundary not ascii": (whole, "multipart/form-data; boundary=ก", {400, 415}),
        "boundary like a pattern": (whole, "multipart/form-data; boundary=(.*)+$", {400, 415}),
        "other type": (whole, "application/json", {415}),
        "xml as the body": (sound[1], "text/xml", {415}),
        "no type": (whole, "", {415}),
        "mixed": (whole, MULTIPART.replace("form-data", "mixed"), {415}),
        "missing end": (body_of(sound, end=b""), MULTIPART, {400}),
        "half an end": (body_of(sound, end=b"--" + BOUNDARY), MULTIPART, {400}),
        "no xml": (body_of(file_part('name="photo"; filename="a.jpg"')), MULTIPART, {400}),
        "only an end": (body_of(), MULTIPART, {400}),
        "no head": (b"--" + BOUNDARY + b"\r\n\r\nx\r\n--" + BOUNDARY + b"--", MULTIPART, {400}),
        "head without disposition": (body_of((b"X-Nothing: 1", b"x"), sound), MULTIPART, {400}),
        "head not utf-8": (body_of(sound, (b'Content-Disposition: form-data; name="a"; filename="\xff"', b"x")), MULTIPART, {400}),
        "huge head": (body_of((b"X-Long: " + b"a" * 2_000_000, b"x"), sound), MULTIPART, {400}),
        "head that never ends": (b"--" + BOUNDARY + b"\r\n" + b"a: b\r\n" * 500_000, MULTIPART, {400}),
        "huge text before": (b"p" * 2_000_000 + b"\r\n" + whole, MULTIPART, {400}),
        "huge text after": (whole + b"e" * 2_000_000, MULTIPART, {400}),
        "2,000 parts": (body_of(sound, *[file_part(f'name="f{n}"') for n in range(2_000)]), MULTIPART, {413}),
        "50,000 empty parts": ((b"--" + BOUNDARY + b"\r\n\r\n\r\n") * 50_000, MULTIPART, {400, 413}),
        "xml twice": (body_of(sound, sound), MULTIPART, {201}),
        "xml of 11 MB": (body_of(xml_part(record("<note>" + "x" * 11_000_000 + "</note>").encode())), MULTIPART, {413}),
        "line ends of unix": (whole.replace(b"\r\n", b"\n"), MULTIPART, {201, 400}),
        "boundaries in the content": (
            body_of(sound, file_part('name="a"; filename="a"', b"\r\n--" + BOUNDARY + b"x\r\n--" + BOUNDARY[:-1])),
            MULTIPART,
            {201, 202},
        ),
        "gzip said": (whole, f"{MULTIPART}; charset=utf-7", {201, 202, 400}),
    }  # fmt: skip


def odd_files() -> dict[str, Part]:
    """Files with odd names and types; each is taken and kept."""
    return {
        "climbing up": file_part('name="a"; filename="../../../../etc/passwd"'),
        "from the root": file_part('name="a"; filename="/etc/passwd"'),
        "of windows": file_part('name="a"; filename="C:\\\\boot.ini"'),
        "nul": file_part('name="a"; filename="a\0b.jpg"'),
        "nul escaped": file_part("name=\"a\"; filename*=UTF-8''a%00b.jpg"),
        "line ends": file_part("name=\"a\"; filename*=UTF-8''a%0D%0ASet-Cookie:%20x=1.jpg"),
        "lone surrogate": file_part("name=\"a\"; filename*=UTF-8''a%ED%A0%80.jpg"),
        "invalid escapes": file_part("name=\"a\"; filename*=UTF-8''a%ff%fe.jpg"),
        "unknown charset": file_part("name=\"a\"; filename*=klingon''a.jpg"),
        "5 kB": file_part(f'name="a"; filename="{_noise(5_000)}.jpg"'),
        "empty name": file_part('name="a"; filename=""'),
        "empty name and field": file_part('name=""; filename=""'),
        "no name": file_part('filename="nameless.jpg"'),
        "nul as field": file_part('name="a\0b"'),
        "only spaces": file_part('name="a"; filename="   "'),
        "dots": file_part('name="a"; filename=".."'),
        "quotes and markup": file_part('name="a"; filename="<img src=x onerror=alert(1)>\\".jpg"'),
        "zero bytes": file_part('name="a"; filename="zero.jpg"', b""),
        "type with nul": file_part('name="a"; filename="t1.jpg"', kind="image/\0jpeg"),
        "type of 5 kB": file_part('name="a"; filename="t2.jpg"', kind=f"image/{_noise(5_000)}"),
        "type of nonsense": file_part('name="a"; filename="t3.jpg"', kind="ภาพ; <script>"),
        "no type": (b'Content-Disposition: form-data; name="a"; filename="t4.jpg"', b"x"),
        "no filename": file_part('name="plain"'),
    }


def mutations(seeds: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Bodies made of sound ones by small and large accidents; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 6)):
            _mutate(data, chance)
        yield bytes(data)


_SPICE = [
    b"\0", b"\xff", b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE a>", b"&#0;", b"%00", b"\r\n\r\n", b"\r\n--",
    b"--" + BOUNDARY, b'"', b";", b"\xed\xa0\x80", b"\xf0\x9f\x8f\xab", b"<a>" * 500, b"A" * 70_000, b"id=''", b"-1", b"1e999",
]  # fmt: skip


def _mutate(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data) + 1)
    length = chance.choice((1, 1, 4, 30, 400))
    deed = chance.randrange(6)
    if deed == 0 and data:
        data[min(place, len(data) - 1)] ^= 1 << chance.randrange(8)
    elif deed == 1:
        del data[place : place + length]
    elif deed == 2:
        data[place:place] = data[place : place + length] * chance.randrange(1, 4)
    elif deed == 3:
        data[place : place + chance.randrange(3)] = chance.choice(_SPICE)
    elif deed == 4:
        data[place:place] = chance.randbytes(length)
    else:
        other = chance.randrange(len(data) + 1)
        data[place:place] = data[other : other + length]
