#!/usr/bin/env python3
"""Adds up CTest's own results and prints "N passed, N failed" (", N skipped").

  test_counts.py RESULTS.xml ...     files written by ctest --output-junit

Exit 1 when a test failed, a file is missing, or no test ran at all.
"""
import sys
import xml.etree.ElementTree


def outcome(case):
    """passed, failed or skipped. A test that could not be started has failed."""
    status = case.get("status")
    if status == "disabled":
        return "skipped"
    if status == "notrun":
        skipped = case.find("skipped")
        asked_to = skipped is not None and skipped.get("message", "").startswith("SKIP_")
        return "skipped" if asked_to else "failed"
    return "passed" if status == "run" else "failed"


def counts(path):
    """(passed, failed, skipped) of one file."""
    cases = xml.etree.ElementTree.parse(path).getroot().iter("testcase")
    outcomes = [outcome(case) for case in cases]
    return tuple(outcomes.count(word) for word in ("passed", "failed", "skipped"))


def main(paths):
    missing = 0
    totals = (0, 0, 0)
    for path in paths:
        try:
            totals = tuple(a + b for a, b in zip(totals, counts(path)))
        except (OSError, xml.etree.ElementTree.ParseError) as error:
            print(f"test_counts: {path}: {error}", file=sys.stderr)
            missing += 1
    passed, failed, skipped = totals
    print(f"{passed} passed, {failed + missing} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or missing or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
