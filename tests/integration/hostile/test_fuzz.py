"""Records as accidents make them. ``TIDTAM_FUZZ`` says how many are sent to each engine; 500 in a plain run."""

from __future__ import annotations

import os
import random

from tests.faults.server import RealServer
from tests.support import hostile
from tests.support.hostile import MULTIPART, body_of, file_part, record, xml_part
from tests.support.raw_http import raw_request, require

FUZZ = int(os.environ.get("TIDTAM_FUZZ", "500"))


def test_mutated_requests_never_bring_a_5xx_and_the_server_does_not_grow(server: RealServer) -> None:
    photo = file_part('name="photo.jpg"; filename="photo.jpg"', random.Random(3).randbytes(3_000))
    seeds = [
        body_of(xml_part(record("<pupils>3</pupils><photo>photo.jpg</photo>", instance="uuid:fuzz").encode()), photo),
        body_of(xml_part(record("<room><name>a</name><seats>3</seats></room>" * 5).encode())),
        body_of(xml_part(record().replace("</meta>", "<deprecatedID>uuid:fuzz</deprecatedID></meta>").encode()), photo),
    ]
    chance = random.Random(4)
    statuses: dict[int, int] = {}
    before = 0
    for number, body in enumerate(hostile.mutations(seeds, FUZZ, seed=5)):
        if number == FUZZ // 5:
            before = server.memory()
        kind, path = MULTIPART, server.path
        if chance.random() < 0.1:
            kind = next(hostile.mutations([MULTIPART.encode()], 1, seed=number)).decode("latin-1")
            kind = "".join(character for character in kind if " " <= character < "\x7f")
        if chance.random() < 0.1:
            mutated = next(hostile.mutations([server.path.encode()], 1, seed=number))
            path = "/" + "".join(
                f"%{octet:02X}" if octet <= 32 or octet > 126 else chr(octet) for octet in mutated[1:3_000]
            )
        answer = raw_request(server, "POST", path, body, {"Content-Type": kind})
        statuses[answer[0]] = statuses.get(answer[0], 0) + 1
        assert 0 < answer[0] < 500, (number, answer)
        if path == server.path:
            require(answer, {201, 202, 400, 401, 404, 413, 415})
    grown = server.memory() - before
    print(f"\n{FUZZ} mutated requests: {dict(sorted(statuses.items()))}, memory grew {grown / 1e6:.1f} MB")
    assert grown < 100_000_000
    assert '"level":"error"' not in server.log()
