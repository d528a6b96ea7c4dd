"""Writes rule packs and checklists as a page for people, in Markdown. Pure: it reads packs and touches no file."""

import datetime as dt
from collections.abc import Iterable, Iterator

from checklists.custody.packs import ChecklistItem, Pack, Rule, Source

INTRODUCTION = """\
# Rules and checklists

Written by `manage.py document_rules` from the rule packs in `checklists/custody/packs/`: change a pack, then run it
again. The terms are explained in [custody.md](custody.md).

Every duration is a product choice, whatever the source of its rule. A source says where a rule comes from; it is no
statement that the text is law where a production shoots, and nothing here is legal advice. Check every clause at its
official source before you rely on it. Grades: **A** official text or regulator (**A-** a little weaker), **B** press
or court reporting, **C** trade, expert or educational page. *Product choice* means that no text is cited.

Severities, most urgent first: stop, critical, warning, info."""

CHECKLISTS = """\
## Checklists

Answered pass, fail or not applicable; a required item counts only as *pass*. What is said to be empty was seen empty
when the firearm was opened, before it was loaded (again) for the scene. Items are good practice and cite no source."""

CLEARANCE = {"always": "part of clearance", "with receiver": "part of clearance when a receiver is named", "never": ""}
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def document(packs: Iterable[Pack]) -> str:
    """The whole page: every rule and every checklist of these packs, in the order of the packs."""
    return "\n\n".join([INTRODUCTION, *(section for pack in packs for section in sections(pack))]) + "\n"


def sections(pack: Pack) -> Iterator[str]:
    yield f"## {pack.title}\n\nPack `{pack.name}`, version {pack.version}, SHA-256 `{pack.hash}`."
    yield overview(pack)
    yield from (described(rule) for rule in pack.rules)
    yield CHECKLISTS
    yield from (checklist(kind, items) for kind, items in pack.checklists.items())


def overview(pack: Pack) -> str:
    rows = [f"| [`{r.id}`](#{r.id}) | {r.title} | {r.severity} | {plain(r.owner)} |" for r in pack.rules]
    return "\n".join(["| rule | what must be true | severity | whose step |", "|---|---|---|---|", *rows])


def described(rule: Rule) -> str:
    lines = [
        f"**{rule.severity}**, step of: {plain(rule.owner)}",
        *(f"{what}: {details}" for what, details in demands(rule)),
        f"source: {cited(rule.source)}",
    ]
    return "\n".join([f"### {rule.id}", "", f"{rule.title}.", "", *(f"- {line}" for line in lines)])


def demands(rule: Rule) -> Iterator[tuple[str, str]]:
    """What the rule asks, expects and forbids, each as a word and a phrase."""
    if rule.requires:
        only_while = " and ".join(f"`{rule_id}`" for rule_id in rule.given)
        parts = [rule.when or "", CLEARANCE[rule.clearance], f"only while {only_while} holds" if only_while else ""]
        yield "asked at", "; ".join(part for part in parts if part)
    if rule.expects:
        anchor = f"{rule.by}, after: {rule.after}" if rule.by else rule.after
        yield f"expected within {span(rule.within)} of", str(anchor)
    elif rule.forbids:
        yield "forbidden", f"{rule.after}, for more than {span(rule.within)}" if rule.within else str(rule.after)
    elif rule.within:
        yield "number", numbers(rule)


def numbers(rule: Rule) -> str:
    by_kind = [f"{span(within)} for kind `{kind}`" for kind, within in rule.within_by_kind.items()]
    return ", ".join([span(rule.within), *by_kind])


def cited(source: Source) -> str:
    """The source as a link, or the words that there is none."""
    if not source.confirmed:
        return "product choice"
    return f"{source.regime}, [{source.clause}]({source.url}), grade {source.grade}"


def checklist(kind: str, items: Iterable[ChecklistItem]) -> str:
    rows = [f"| `{item.code}` | {item.title} | {'required' if item.required else ''} |" for item in items]
    return "\n".join([f"### Checklist: {plain(kind)}", "", "| code | challenge | |", "|---|---|---|", *rows])


def plain(word: str) -> str:
    """A word of the packs as people write it: `first_ad` is first AD."""
    return " ".join("AD" if part == "ad" else part for part in word.split("_"))


def span(length: dt.timedelta) -> str:
    """A duration in its largest unit that divides it: `PT30M` is 30 minutes, `PT90M` is 90 minutes."""
    seconds = round(length.total_seconds())
    name, size = next((name, size) for name, size in UNITS if seconds % size == 0 and (name != "day" or seconds > size))
    count = seconds // size
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
