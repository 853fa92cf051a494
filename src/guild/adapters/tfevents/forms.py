"""Known forms of event messages: those that every writer gives to its scalars.

A message is its fields, one after another (see `messages`). The known forms:

    event     wall time?  step?  (nothing | version | summary)
    summary   its length, and one value
    value     its length, tag?, and a simple value
    value     its length, tag?, and a tensor of one float, with its plugin after it or not
"""

from __future__ import annotations

from functools import cache, lru_cache

from guild.adapters.tfevents.messages import scalar_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

__all__ = ["is_version", "tag_of_simple", "tag_of_tensor", "varint"]


@lru_cache(maxsize=1 << 12)
def tag_of_simple(head: bytes) -> str | None:
    """The tag of a simple value, by what comes before its number."""
    match = _forms()[0].fullmatch(head)
    if match is None or scalar_head(match[1] or b"") != head:
        return None
    return _text(match[1] or b"")


@lru_cache(maxsize=1 << 12)
def tag_of_tensor(head: bytes, behind: bytes) -> str | None:
    """The tag of a tensor of one float, by what comes before its number."""
    match = _forms()[1].fullmatch(head)
    if match is None or scalar_head(match[1] or b"", match[2], len(behind)) != head:
        return None
    return _text(match[1] or b"")


@lru_cache(maxsize=1 << 6)
def is_version(what: bytes) -> bool:
    """Whether this is how a file begins, maybe with the name of the writer."""
    match = _forms()[2].fullmatch(what)
    if match is None or match[1] is None:
        return match is not None
    size = len(match[1])
    return size < 0x7E and what[-size - 3 : -size] == bytes([size + 2, 0x0A, size])


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The signed number of variable length that begins there, and where it ends.

    Raises:
        IndexError: If there is none in the form that writers give it.
    """
    number = shift = 0
    while (byte := data[at]) > 0x7F:
        number |= (byte & 0x7F) << shift
        shift += 7
        at += 1
    if shift >= 63:  # the tenth byte has the sign
        if shift > 63 or byte != 1:
            raise IndexError
        number -= 1 << 64
    return number | byte << shift, at + 1


@cache
def _forms() -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """Simple value and tensor up to the number, with the tag; and version, with the writer.

    Lengths that depend on the tag are any here; they are compared with what they are to be.
    """
    import re  # compiled only where there are events

    length = rb"[\x80-\xff]{0,4}[\x00-\x7f]"
    value = rb"\*%b\n%b(?:\n%b(.*))?" % (length, length, length)
    float_tensor = rb"(B(?:\x08\x08\x01|\x0a\x08\x01\x12\x00)[\x22\x2a]\x04)"
    return (
        re.compile(value + rb"\x15", re.DOTALL),
        re.compile(value + float_tensor, re.DOTALL),
        re.compile(rb"\x1a\rbrain\.Event:2(?:R.\n.([ -~]+))?", re.DOTALL),
    )
