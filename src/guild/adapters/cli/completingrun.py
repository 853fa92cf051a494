"""Operations and flags of a project as completions of `guild run`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from guild.domain.guildfile import Guildfile, OperationDef

    Candidate = tuple[str, str]

__all__ = ["run_candidates"]

_SEPARATORS = (":", "=")


def run_candidates(project: Guildfile, typed: Sequence[str], start: str) -> list[Candidate]:
    """Completions of a word that is no option.

    Args:
        project: What the current directory has.
        typed: The words before it that are no options: operation, flags.
        start: What there is of the word. bash makes words of `:` and `=` and of what is on
            either side; only what follows the last one is to be completed.
    """
    *words, word = _joined([*typed, start])
    done = len(word) - (0 if start in _SEPARATORS else len(start))
    if not words:
        found = _operations(project)
    else:
        operation = _operation(project, words[0])
        given = {text.partition("=")[0] for text in words[1:]}
        found = _flags(operation, given, word) if operation else iter(())
    return [(text[done:], about) for text, about in found if text.startswith(word)]


def _joined(words: Sequence[str]) -> list[str]:
    """Words as they were typed, from those that bash makes of them."""
    joined: list[str] = []
    glue = False
    for word in words:
        if (glue or word in _SEPARATORS) and joined:
            joined[-1] += word
        else:
            joined.append(word)
        glue = word in _SEPARATORS
    return joined


def _operations(project: Guildfile) -> Iterator[Candidate]:
    from guild.domain.projectlisting import listed_operations, summary

    for listed in listed_operations([("", project)]):
        yield listed.name, summary(listed.operation.description)


def _operation(project: Guildfile, spec: str) -> OperationDef | None:
    from guild.domain.errors import NoSuchOperation
    from guild.domain.opspec import OpSpec, find_operation

    try:
        return find_operation(project.models, OpSpec.parse(spec))[1]
    except NoSuchOperation:
        return None


def _flags(operation: OperationDef, given: set[str], word: str) -> Iterator[Candidate]:
    """`NAME=` for each flag that is left, or `NAME=CHOICE` for those of the flag that is typed."""
    from guild.domain.flagtext import encode
    from guild.domain.projectlisting import summary

    name, equals, _ = word.partition("=")
    for flag in operation.flags:
        if not equals and flag.name not in given:
            yield f"{flag.name}=", summary(flag.description)
        elif equals and name in (flag.name, flag.alias):
            for choice in flag.choices:
                value = choice.alias or encode(choice.value)
                yield f"{name}={value}", summary(choice.description)
