"""Requests that are almost in order: one to three parts of a good one are changed to what decoders may stumble over."""

import base64
import copy
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from colonysdk.identity import Identity

_TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202e\u2066right to left",
    "e\u0301\u00e9\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "%",
    "_",
    "*",
    "' OR 1=1 --",
    '"; DROP TABLE process; --',
    "$[0]",
    "../../etc/passwd",
    "/a/../b//c/",
    ":",
    "null",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999+23:59",
    "0 0 0 30 2 *",
    "@every 1s",
    "* * * * * 99999999999999999999",
    "1" * 400 + "Gi",
    "-1Gi",
    "1e5m",
    "a" * 300,
    "\u00e5" * 5000,
    "x" * 70_000,
    "0" * 64,
    "{}",
    "[" * 300,
    '{"colonyname":"x","functionspecs":[{}]}',
)
_NUMBERS = (0, -1, 1, 2, 101, 501, -(2**31), 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**40)
_OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    0.5,
    1.0,
    -0.0,
    1e308,
    float("inf"),
    float("nan"),
    [],
    {},
    [None],
    {"": None},
    [[]],
    [{}],
)
_DEEP = 400


class _Twin(str):
    """A key that a dictionary takes for another one although it reads the same."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Mutator:
    """Changes requests; `known` are names and ids that exist, here or in another colony."""

    def __init__(self, random: Random, known: Sequence[str]) -> None:
        self._random = random
        self._known = known

    def message(self, payload_type: str, fields: dict[str, Any]) -> bytes:
        """The JSON of a request with a few parts changed."""
        message: dict[str, Any] = {**copy.deepcopy(fields), "msgtype": payload_type}
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            self._change(message)
        text = json.dumps(message).encode()
        return self._damaged(text) if self._random.random() < 0.03 else text

    def envelope(self, payload_type: str, message: bytes, identity: Identity) -> bytes:
        """A signed request; now and then the envelope itself is out of order."""
        payload = base64.b64encode(message).decode()
        signature = identity.sign(payload)
        envelope: dict[str, Any] = {"payloadtype": payload_type, "payload": payload, "signature": signature}
        if self._random.random() < 0.04:
            self._change(envelope)
        body = json.dumps(envelope).encode()
        return self._damaged(body) if self._random.random() < 0.01 else body

    def _change(self, message: dict[str, Any]) -> None:
        """Change a part of a message, at any depth."""
        parts = [(message, key) for key in message if key != "msgtype" or self._random.random() < 0.1]
        for part in parts:
            container, key = part
            inner: Any = container[key]
            if isinstance(inner, dict):
                parts += [(inner, name) for name in inner]
            elif isinstance(inner, list):
                parts += [(inner, index) for index in range(len(inner))]  # type: ignore[misc]  # lists and dictionaries alike
        if parts:
            self._random.choice(self._ways())(*self._random.choice(parts))

    def _ways(self) -> Sequence[Callable[[Any, Any], None]]:
        return (
            self._replace,
            self._replace,
            self._replace,
            self._point_elsewhere,
            self._point_elsewhere,
            self._drop,
            self._repeat,
            self._rename,
            self._wrap,
        )

    def _replace(self, container: Any, key: Any) -> None:
        container[key] = self._anything()

    def _point_elsewhere(self, container: Any, key: Any) -> None:
        if isinstance(container[key], str) and self._known:
            container[key] = self._random.choice(self._known)
        elif isinstance(container[key], int):
            container[key] = self._random.choice(_NUMBERS)
        else:
            self._replace(container, key)

    def _drop(self, container: Any, key: Any) -> None:
        del container[key]

    def _repeat(self, container: Any, key: Any) -> None:
        """Say the same key twice, or an item of a list many times."""
        if isinstance(container, list):
            container += [container[key]] * self._random.choice((1, 200))
        else:
            container[_Twin(key)] = self._anything()

    def _rename(self, container: Any, key: Any) -> None:
        if isinstance(container, dict):
            way = self._random.choice((str.upper, str.title, lambda name: f"{name}x", lambda name: f" {name}"))
            container[way(key)] = container.pop(key)

    def _wrap(self, container: Any, key: Any) -> None:
        for _ in range(self._random.choice((1, 1, 1, _DEEP))):
            container[key] = [container[key]] if self._random.random() < 0.5 else {"a": container[key]}

    def _anything(self) -> Any:
        # A copy: a second change to the same request must not reach the list of what there is.
        return copy.deepcopy(self._random.choice(self._random.choice((_TEXTS, _NUMBERS, _OTHERS))))

    def _damaged(self, text: bytes) -> bytes:
        """The bytes with a few of them flipped, cut off or put in."""
        place = self._random.randrange(len(text))
        return self._random.choice(
            (
                text[:place],
                text[:place] + bytes([self._random.randrange(256)]) + text[place + 1 :],
                text[:place] + self._random.choice((b"\xff", b'"', b"{", b"\\u0000", b"\n")) + text[place:],
            )
        )
