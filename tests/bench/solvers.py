#!/usr/bin/env python3
"""Puts the questions of `writ compare --pairs` to the string solvers z3 and cvc5, in one run beside Writ.

    solvers.py WRIT PAIRS.jsonl [--limit N] [--seconds S]

Each pair whose policies lie in the part of the language that the theory of strings states directly
(below) becomes one SMT-LIB text with two questions: a request that the left allows and the right does
not, and the reverse. Printed are how many answers agree with Writ's, how many the solver did not find
within S seconds, and the processor time of an answer: of the solver's process less that of an empty
question, and of Writ as it reports it (parsing included in both).

The part: identity policies; Action, NotAction, Resource, NotResource with wildcards; String, Arn, Bool
and Null operators, with IfExists, without sets and variables; ARN patterns of six segments. It needs
Debian's z3 and cvc5 and is no part of the tests.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

ANY = "re.allchar"


class Outside(Exception):
    """The pair holds something that is not put to the solvers."""


def text(value):
    out = ""
    for c in value:
        out += '""' if c == '"' else c if 32 <= ord(c) < 127 and c != "\\" else "\\u{%x}" % ord(c)
    return f'"{out}"'


def concat(parts):
    parts = parts or ['(str.to_re "")']
    return parts[0] if len(parts) == 1 else f"(re.++ {' '.join(parts)})"


def glob(pattern, one=ANY):
    """The pattern as a regular expression; `one`: what a wildcard may take."""
    parts, literal = [], ""
    for c in pattern:
        if c not in "*?":
            literal += c
            continue
        if literal:
            parts.append(f"(str.to_re {text(literal)})")
        literal = ""
        parts.append(f"(re.* {one})" if c == "*" else one)
    if literal:
        parts.append(f"(str.to_re {text(literal)})")
    return concat(parts)


NO_COLON = '(re.union (re.range "!" "9") (re.range ";" "~"))'
COLON = '(str.to_re ":")'


def arn(pattern):
    if pattern == "*":
        return None
    segments = pattern.split(":", 5)
    if len(segments) < 6:
        raise Outside("short ARN pattern")
    parts = []
    for segment in segments[:5]:
        parts += [glob(segment, NO_COLON), COLON]
    return concat(parts + [glob(segments[5])])


def listed(value):
    return value if isinstance(value, list) else [value]


def any_of(terms):
    terms = list(terms)
    return "false" if not terms else terms[0] if len(terms) == 1 else f"(or {' '.join(terms)})"


def all_of(terms):
    terms = list(terms)
    return "true" if not terms else terms[0] if len(terms) == 1 else f"(and {' '.join(terms)})"


class Question:
    def __init__(self):
        self.keys = {}

    def key(self, name):
        return self.keys.setdefault(name.lower(), f"k{len(self.keys)}")

    def matches(self, variable, patterns, make):
        terms = []
        for pattern in listed(patterns):
            if "${" in pattern:
                raise Outside("variable")
            expression = make(pattern)
            terms.append("true" if expression is None else f"(str.in_re {variable} {expression})")
        return any_of(terms)

    def condition(self, operator, name, values):
        base, optional = operator.lower(), False
        if ":" in base:
            raise Outside("set operator")
        if base.endswith("ifexists"):
            base, optional = base[:-8], True
        values = [v if isinstance(v, str) else json.dumps(v) for v in listed(values)]
        key = self.key(name)
        there = f"{key}p"
        if base == "null":
            if len(values) != 1:
                raise Outside("Null of several")
            return f"(not {there})" if values[0].lower() == "true" else there
        negated = "not" in base
        positive = base.replace("not", "")
        if positive == "stringequals":
            if any("${" in v for v in values):
                raise Outside("variable")
            found = any_of(f"(= {key} {text(v)})" for v in values)
        elif positive == "stringlike":
            found = self.matches(key, values, lambda v: None if v == "*" else glob(v))
        elif positive in ("arnlike", "arnequals"):
            found = self.matches(key, values, arn)
        elif positive == "bool" and not negated:
            found = any_of(f"(= {key} {text(v.lower())})" for v in values)
        else:
            raise Outside(operator)
        if negated:
            return f"(or (not {there}) (not {found}))"
        return f"(or (not {there}) {found})" if optional else f"(and {there} {found})"

    def statement(self, statement):
        terms = []
        if "Principal" in statement or "NotPrincipal" in statement:
            raise Outside("principal")
        for name, make in (("Action", lambda p: None if p == "*" else glob(p.lower())), ("Resource", arn)):
            if name in statement:
                terms.append(self.matches(name.lower(), statement[name], make))
            elif "Not" + name in statement:
                terms.append(f"(not {self.matches(name.lower(), statement['Not' + name], make)})")
            else:
                raise Outside("no " + name)
        for operator, keys in statement.get("Condition", {}).items():
            terms += [self.condition(operator, key, values) for key, values in keys.items()]
        return all_of(terms)

    def policy(self, document):
        effects = {"Allow": [], "Deny": []}
        for statement in listed(document["Statement"]):
            effects[statement["Effect"]].append(self.statement(statement))
        return f"(and {any_of(effects['Allow'])} (not {any_of(effects['Deny'])}))"

    def script(self, left, right):
        left, right = self.policy(left), self.policy(right)
        lines = ["(set-logic ALL)", "(declare-const action String)", "(declare-const resource String)"]
        for key in self.keys.values():
            lines += [f"(declare-const {key} String)", f"(declare-const {key}p Bool)"]
        name = '(re.+ (re.union (re.range "a" "z") (re.range "0" "9") (str.to_re "-")))'
        lines.append(f"(assert (str.in_re action (re.++ {name} {COLON} {name})))")
        lines.append(f"(assert (or (= resource \"*\") (str.in_re resource {arn('*:*:*:*:*:*')})))")
        lines += [f"(define-fun left () Bool {left})", f"(define-fun right () Bool {right})"]
        for one, other in (("right", "left"), ("left", "right")):
            lines += ["(push 1)", f"(assert (and {one} (not {other})))", "(check-sat)", "(pop 1)"]
        return "\n".join(lines) + "\n"


RELATIONS = {("unsat", "unsat"): "equivalent", ("sat", "unsat"): "broader",
             ("unsat", "sat"): "narrower", ("sat", "sat"): "incomparable"}


def solve(command, script, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".smt2") as file:
        file.write(script)
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = subprocess.run(command + [file.name], capture_output=True, text=True, timeout=seconds)
            answers = tuple(done.stdout.split())
        except subprocess.TimeoutExpired:
            answers = ()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return RELATIONS.get(answers), took * 1000


def spread(times):
    times = sorted(times)
    if not times:
        return "none"
    return f"median {statistics.median(times):.2f} ms, 95th percentile {times[int(len(times) * 0.95)]:.2f} ms, longest {times[-1]:.1f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("writ")
    parser.add_argument("pairs")
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()

    chosen, left_out = [], {}
    for line in open(options.pairs, encoding="utf-8"):
        pair = json.loads(line)
        try:
            script = Question().script(pair["left"], pair["right"])
        except Outside as why:
            left_out[str(why)] = left_out.get(str(why), 0) + 1
            continue
        chosen.append((line, script))
    step = max(1, len(chosen) // options.limit)
    print(f"{len(chosen)} pairs can be put to a string solver, every {step}th is")
    for why, count in sorted(left_out.items(), key=lambda item: -item[1])[:5]:
        print(f"  left out: {count} for {why}")
    chosen = chosen[::step][:options.limit]

    ran = subprocess.run([options.writ, "compare", "--pairs", "-"], input="".join(c[0] for c in chosen),
                         capture_output=True, text=True, env=dict(os.environ))
    writ = [json.loads(line) for line in ran.stdout.splitlines()]
    print(f"{'writ':<5} {len(writ)} answered; {spread([w['microseconds'] / 1000 for w in writ])}")
    wrong = 0
    for solver, command in (("z3", ["z3"]), ("cvc5", ["cvc5", "--incremental", "--strings-exp"])):
        _, idle = solve(command, "(set-logic ALL)\n(check-sat)\n", 10)
        times, late, pace = [], 0, []
        for (line, script), own in zip(chosen, writ):
            relation, took = solve(command, script, options.seconds)
            if relation is None:
                late += 1
                continue
            if relation != own["relation"]:
                wrong += 1
                print(f"  {solver} says {relation}, writ {own['relation']}: {own['id']}")
            times.append(max(0.0, took - idle))
            pace.append(times[-1] * 1000 / max(1, own["microseconds"]))
        ratio = f"; {statistics.median(pace):.0f} times Writ's time in the median" if pace else ""
        print(f"{solver:<5} {len(times)} answered, {late} not within {options.seconds:g} s; {spread(times)}{ratio}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
