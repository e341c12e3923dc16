#!/usr/bin/env python3
"""Holds README.md and docs/ to what is there.

  check_readme.py [ROOT]       check the tree; exit 1 and one line a fault
  check_readme.py --self-test

Three rules: the code block after the line <!-- FILE --> is FILE to the letter;
the embedding example has at most 25 lines; a link or picture with a relative
path names a file that exists, and a heading in it where it says #heading.
"""
import os
import re
import sys
import tempfile

import source_files

EMBED, EMBED_LINES = "examples/embed.cc", 25
QUOTED = re.compile(r"^<!-- (\S+) -->\n```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def pages(root):
    docs = os.path.join(root, "docs")
    names = os.listdir(docs) if os.path.isdir(docs) else []
    found = ["README.md"] + [f"docs/{name}" for name in sorted(names) if name.endswith(".md")]
    return [page for page in found + ["data/README.md"] if os.path.isfile(os.path.join(root, page))]


def anchors(text):
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub(keep_code_spans, text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
            for heading in headings}


def keep_code_spans(match):
    return "" if match.group().startswith("```") else match.group()


def check_quotes(root, page, text):
    for match in QUOTED.finditer(text):
        name, quoted = match.groups()
        if not os.path.isfile(os.path.join(root, name)):
            yield f"{page}: quotes {name}, which does not exist"
        elif source_files.read(root, name) != quoted:
            yield f"{page}: the code after <!-- {name} --> differs from {name}: copy it again"


def check_links(root, page, text):
    for match in LINK.finditer(CODE.sub("", text)):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        if not os.path.exists(os.path.join(root, file)):
            yield f"{page}: links to {target}, which does not exist"
        elif anchor and anchor not in anchors(source_files.read(root, file)):
            yield f"{page}: links to {target}, but {file} has no such heading"


def check(root):
    faults = []
    for page in pages(root):
        text = source_files.read(root, page)
        faults += list(check_quotes(root, page, text)) + list(check_links(root, page, text))
    if f"<!-- {EMBED} -->" not in source_files.read(root, "README.md"):
        faults.append(f"README.md: does not quote {EMBED}")
    lines = source_files.read(root, EMBED).count("\n")
    if lines > EMBED_LINES:
        faults.append(f"{EMBED}: {lines} lines; at most {EMBED_LINES}, so that it stays an example")
    return faults


def self_test():
    """A tree with one fault of each kind, and what they must bring."""
    files = {
        EMBED: "int main() {}\n" * 26,
        "README.md": "# A\n[a](docs/a.md#two-words) [b](lost.md) [c](docs/a.md#none)\n"
                     "`[no](link.md)`\n<!-- examples/embed.cc -->\n```cpp\nint x;\n```\n",
        "docs/a.md": "# Two words\n<img src=\"lost.svg\"> [web](https://example.org)\n",
    }
    expected = ["README.md: the code after", "README.md: links to lost.md",
                "README.md: links to docs/a.md#none", "docs/a.md: links to lost.svg",
                f"{EMBED}: 26 lines"]
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        faults = check(root)
    wrong = [f"expected '{start}...'" for start in expected
             if not any(fault.startswith(start) for fault in faults)]
    return wrong + ([] if len(faults) == len(expected) else [f"got {faults}"])


def main(arguments):
    if arguments == ["--self-test"]:
        faults = self_test()
    else:
        faults = check(arguments[0] if arguments else source_files.repository_root())
    for fault in faults:
        print(fault)
    print(f"check_readme: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
