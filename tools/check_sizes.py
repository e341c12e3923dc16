#!/usr/bin/env python3
"""Holds files to 800 lines and functions to 60.

  check_sizes.py [ROOT]        check the tree; exit 1 and one line a fault
  check_sizes.py --self-test

A function counts from its signature's first line to its closing brace; lambdas
and local classes count within it. Found by braces, after comments, literals and
preprocessor lines are blanked out.
"""
import re
import sys

import source_files

FILE_LIMIT = 800
FUNCTION_LIMIT = 60
FOLDERS = source_files.FOLDERS + ("cmake", "tools", ".ci")
SUFFIXES = source_files.CPP + (".cmake", ".py", ".sh", "CMakeLists.txt")

NOT_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/
      | R"([^()\\\s]{0,16})\(.*?\)\1"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'
      | ^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*""", re.DOTALL | re.MULTILINE | re.VERBOSE)
CLASS = re.compile(r"(template\s*<.*>\s*)?(typedef\s+)?(class|struct|union)\b", re.DOTALL)
ATTRIBUTE = re.compile(r"\[\[.*?\]\]|\balignas\s*\([^)]*\)|\b__attribute__\s*\(\(.*?\)\)", re.DOTALL)
# The "member_" of a constructor's ") : other_(1), member_{2}".
MEMBER_INITIALISER = re.compile(r"\)\s*(noexcept\s*)?:\s*[^;]*[\w>]$", re.DOTALL)
NAME = re.compile(r"([\w:~]+|operator\s*[^\s\w(]+)\s*\(")


def blank(text):
    """text without what is not code, on as many lines."""
    return NOT_CODE.sub(lambda m: "\n" * m.group().count("\n"), text)


def kind_of_brace(head):
    """What a brace opens at namespace or class scope, from the text before it."""
    head = ATTRIBUTE.sub("", head).strip()
    if re.search(r"\b(inline\s+)?namespace\b[\s\w:]*$", head) or head in ("extern", ""):
        return "scope"
    if CLASS.match(head) and "(" not in head:
        return "scope"
    if "(" not in head or head.endswith(("(", ",", "=")) or re.match(r"enum\b", head):
        return "data"
    return "data" if MEMBER_INITIALISER.search(head) else "function"


def functions(text):
    """Yields (name, first line, last line) of each function body in text."""
    code = blank(text)
    stack, head_start = [], 0
    for match in re.finditer(r"[{};]|\b(?:public|protected|private)\s*:(?!:)", code):
        token, at = match.group(), match.start()
        inside = bool(stack) and stack[-1][0] != "scope"
        if token == "{":
            head = code[head_start:at]
            start = head_start + len(head) - len(head.lstrip())
            kind = "inner" if inside else kind_of_brace(head)
            stack.append((kind, head, start))
            if kind != "scope":
                continue  # what follows data may be the same head: ": a_{1}, b_{2} {"
        elif token == "}":
            if not stack:
                raise ValueError(f"line {code.count(chr(10), 0, at) + 1}: closing brace too many")
            kind, head, start = stack.pop()
            if kind == "function":
                name = NAME.search(head)
                yield (name.group(1) if name else "?", code.count("\n", 0, start) + 1,
                       code.count("\n", 0, at) + 1)
            if kind in ("data", "inner"):
                continue
        elif inside:
            continue
        head_start = match.end()
    if stack:
        raise ValueError("a brace is never closed")


def check_text(path, text):
    faults = []
    lines = text.count("\n")
    if lines > FILE_LIMIT:
        faults.append(f"{path}: {lines} lines, the limit is {FILE_LIMIT}")
    if path.endswith(source_files.CPP):
        try:
            for name, first, last in functions(text):
                if last - first + 1 > FUNCTION_LIMIT:
                    faults.append(f"{path}:{first}: {name} has {last - first + 1} lines, "
                                  f"the limit is {FUNCTION_LIMIT}")
        except ValueError as error:
            faults.append(f"{path}: braces do not match: {error}")
    return faults


def check(root):
    faults = []
    for path in source_files.find(root, SUFFIXES, FOLDERS):
        faults += check_text(path, source_files.read(root, path))
    return faults


SAMPLE = r'''
#define OPEN {
extern "C" {
int c_api(void) { return 1'000'000; }
}
namespace a::b {
enum class E { kA, kB };
constexpr int kTable[] = {1, 2,
                          3};
// a comment with { and "
template <typename T>
class [[nodiscard]] Box : public Base<T> {
 public:
  explicit Box(int n) : a_{n}, b_(n), c_{n, {n}} {
    Use('{', "}", R"x(}}})x");
  }
  [[nodiscard]] int Get() const noexcept override { return a_; }
  friend auto operator<=>(Box, Box) = default;
  bool operator==(const Box& o) const {
    return true;
  }
 private:
  int a_{0};
};
struct Plain {
  int x = 0;
};
TEST(Suite, Name) {
  auto f = [](int y) {
    return y;
  };
}
auto kLambda = [](int v) {
  return v;
};
static void Last(int a = 3,
                 std::function<void()> f = {}) {
  if (a) {
    f();
  }
}
}  // namespace a::b
'''
EXPECTED = [("c_api", 1), ("Box", 3), ("Get", 1), ("operator==", 3), ("TEST", 5), ("?", 3),
            ("Last", 6)]


def self_test():
    found = [(name, last - first + 1) for name, first, last in functions(SAMPLE)]
    faults = [] if found == EXPECTED else [f"found {found}, expected {EXPECTED}"]
    body = "  x();\n"
    for count, wrong in ((FUNCTION_LIMIT - 2, 0), (FUNCTION_LIMIT - 1, 1)):
        text = "void F() {\n" + body * count + "}\n"
        if len(check_text("a.cc", text)) != wrong:
            faults.append(f"a function of {count + 2} lines: expected {wrong} faults")
    for count, wrong in ((FILE_LIMIT, 0), (FILE_LIMIT + 1, 1)):
        if len(check_text("a.cc", "// x\n" * count)) != wrong:
            faults.append(f"a file of {count} lines: expected {wrong} faults")
    if not check_text("a.cc", "void F() {\n"):
        faults.append("an open brace went unseen")
    return faults


def main(arguments):
    if arguments == ["--self-test"]:
        faults = self_test()
    else:
        faults = check(arguments[0] if arguments else source_files.repository_root())
    for fault in faults:
        print(fault)
    print(f"check_sizes: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
