#!/usr/bin/env python3
"""Prints a Markdown table of all policies on curves, by `batchsizer simulate`.

  compare_policies.py [--program P] [--noise F] [--duration S] CURVE:CAP ...
  compare_policies.py [--program P] --into docs/policies.md

The second form makes the tables of a page again, from the arguments in its line
`<!-- compare_policies ARGUMENTS -->` to `<!-- end -->`. CAP is what --power-cap
takes, or the path of a cap trace (a .csv file). Every policy starts from nothing;
the time to search is part of the result.
"""
import argparse
import json
import os
import re
import shlex
import subprocess
import sys

POLICIES = [
    ("batchsizer", []), ("paper", []), ("paper, literal", ["--paper-variant", "literal"]),
    ("paper-text", []), ("dvfs", []), ("pit", []), ("power-limit", []),
    ("power-limit, batch 16", ["--batch", "16"]), ("fixed", []), ("oracle", [])]
MET, NOT_MET = 0, 3  # exit codes of simulate


def simulate(options, curve, cap, policy, extra):
    """The summary, and whether the policy said that the cap could not be met."""
    how = "--cap-trace" if cap.endswith(".csv") else "--power-cap"
    command = [options.program, "--json", "--quiet", "simulate", "--curve", curve, how, cap,
               "--policy", policy, "--duration", str(options.duration),
               "--noise", str(options.noise), *extra]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (MET, NOT_MET):
        raise SystemExit(f"compare_policies: {' '.join(command)}: {done.stderr.strip()}")
    return json.loads(done.stdout), done.returncode == NOT_MET


def cells(summary, not_met):
    def share(value):
        return "-" if value is None else f"{value:.3f}"

    above = 100 * summary["time_above_cap_s"] / summary["time_s"]
    return [f"{summary['throughput_ips']:.0f}", share(summary["fraction_of_oracle"]),
            share(summary["fraction_of_own_oracle"]), "0" if above == 0 else f"{above:.2f} %",
            str(summary["longest_violation_windows"]), str(summary["changes"]),
            f"{summary['final_batch_size']} at {summary['final_clock_mhz']:.0f} MHz",
            "yes" if not_met else ""]


def table(options, case):
    curve, _, cap = case.partition(":")
    if not cap:
        raise SystemExit(f"compare_policies: {case}: right would be CURVE:CAP, such as "
                         "data/curves/steep.csv:150")
    what = f"cap {os.path.basename(cap)}" if cap.endswith(".csv") else f"cap {cap} W"
    lines = ["", f"**{os.path.basename(curve)}, {what}**, {options.duration:g} s, "
             f"noise {options.noise:g}", "",
             "| policy | images/s | of oracle | of own oracle | above the cap | longest, windows "
             "| changes | ends with | said it can't |", "|---|" + "---:|" * 6 + "---|---|"]
    for name, extra in POLICIES:
        row = cells(*simulate(options, curve, cap, name.split(",")[0], extra))
        lines.append(f"| {name} | {' | '.join(row)} |")
    return lines


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default="build/release/batchsizer")
    parser.add_argument("--noise", type=float, default=0.0)
    parser.add_argument("--duration", type=float, default=60.0)
    parser.add_argument("--into", help="a page with such lines")
    parser.add_argument("cases", nargs="*", metavar="CURVE:CAP")
    options = parser.parse_args(arguments)
    if bool(options.cases) == bool(options.into):
        parser.error("either CURVE:CAP ... or --into is needed")
    return options


def update(path, program):
    with open(path, encoding="utf-8") as file:
        page = file.read()

    def remade(match):
        options = parse(["--program", program] + shlex.split(match.group(1)))
        lines = [line for case in options.cases for line in table(options, case)]
        return "\n".join([match.group(0).split("\n")[0], *lines, "", "<!-- end -->"])

    page = re.sub(r"<!-- compare_policies (.*?) -->\n.*?<!-- end -->", remade, page,
                  flags=re.DOTALL)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def main(arguments):
    options = parse(arguments)
    if options.into:
        update(options.into, options.program)
    for case in options.cases:
        print("\n".join(table(options, case)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
