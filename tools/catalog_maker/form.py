"""The line form of the catalog's parts (docs/catalog.md)."""

import json
import re


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def header(part, date, sources):
    """The lines that open a part: what it is, its date, where its facts come from."""
    lines = [f"part {part} {date}"]
    lines += [f"source {ascii_text(source)}" for source in sources]
    return lines


def record(kind, head, fields=(), indent=0):
    """`kind head | field=value`, leaving out fields whose value is None (unknown)."""
    text = "  " * indent + f"{kind} {head}"
    for name, value in fields:
        if value is None:
            continue
        text += f" | {name}={value_text(value)}"
    return text


def value_text(value):
    if value is True:
        return "yes"
    if value is False:
        return "no"
    if isinstance(value, (list, tuple)):
        for item in value:
            if "," in item or "|" in item:
                raise ValueError(f"a list item may not hold a comma or bar: {item}")
        return ",".join(value)
    text = ascii_text(str(value))
    if "|" in text:
        raise ValueError(f"a value may not hold a bar: {text}")
    return text


def ascii_text(text):
    return text.replace("\u2013", "-").replace("\u2192", "->").encode("ascii").decode("ascii")


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def iso_date(text):
    """`Aug 22, 2024`, `Mar 2025` or an ISO date as an ISO date (to the month); None stays None."""
    if text is None or re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text):
        return text
    found = re.fullmatch(r"([A-Z][a-z]{2})[a-z]* (?:(\d{1,2}), )?(\d{4})", text)
    if not found:
        raise ValueError(f"not a date: {text}")
    day = f"-{int(found[2]):02}" if found[2] else ""
    return f"{found[3]}-{MONTHS.index(found[1]) + 1:02}{day}"


def finish(lines):
    return "\n".join(lines) + "\n"


def route_lines(kind, routes):
    """Sources with the same destinations share a line."""
    by_destinations = {}
    for source in sorted(routes):
        by_destinations.setdefault(tuple(sorted(routes[source])), []).append(source)
    return [f"      {kind} {','.join(sources)} > {','.join(destinations)}"
            for destinations, sources in by_destinations.items()]
