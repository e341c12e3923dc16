"""batchsizer simulate: what it refuses, and what it says then."""
import os

import cli
from cli import BAD_INPUT, CANNOT_OPEN, FAILED, CommandTestCase
from simulate_test import CAP_HEADER, CURVE_HEADER, WithCurve


class SimulateBadCurve(CommandTestCase):
    def check(self, content, *words):
        self.write("bad.csv", content)
        self.assert_refused(("simulate", "--curve", "bad.csv", "--power-cap", 100, "--json"),
                            "--curve", "bad.csv", *words)

    def test_rows(self):
        ok = "1,1000,10,10\n"
        for rows, words in (
                ("4,1000,30,30\n2,1000,20,20\n", (":3", "unsorted", "ascend")),
                ("1,1500,12,12\n1,1000,10,10\n", (":3", "unsorted")),
                (ok + ok, (":3", "duplicate", "batch 1 at 1000 MHz")),
                ("1,1000,10\n", (":2", "3 cells", "4 are needed")),
                (ok + "2,1000,10,10,10\n", (":3", "5 cells")),
                ("1,1000,10,\n", (":2", "power_w", "empty")),
                (ok + "2,1000,20,20\n1,1500,15,20\n", ("missing", "batch 2 at 1500 MHz")),
                ("1,1000,-10,10\n", (":2", "throughput_ips", "-10")),
                ("1,1000,10,-10\n", (":2", "power_w", "-10")),
                ("1,1000,0,10\n", (":2", "throughput_ips")),
                ("1,-1000,10,10\n", (":2", "clock_mhz")),
                ("0,1000,10,10\n", (":2", "batch", "0")),
                ("1.5,1000,10,10\n", (":2", "batch", "whole number")),
                ("1,1000,ten,10\n", (":2", "throughput_ips", "'ten'", "number")),
                ("1,1000,10,nan\n", (":2", "power_w", "'nan'"))):
            with self.subTest(rows=rows):
                self.check(CURVE_HEADER + rows, *words)

    def test_header(self):
        for header in ("1,1000,10,10", "batch,clock,throughput,power", "batch;clock_mhz",
                       "throughput_ips,power_w,batch,clock_mhz"):
            with self.subTest(header=header):
                self.check(header + "\n1,1000,10,10\n", ":1", header, CURVE_HEADER.strip())

    def test_nothing_in_it(self):
        for content in ("", "\n", "# a comment\n", CURVE_HEADER):
            with self.subTest(content=content):
                self.check(content, "empty", CURVE_HEADER.strip())

    def test_not_a_table(self):
        photo = sorted(os.listdir(cli.photos()))[0]
        with open(os.path.join(cli.photos(), photo), "rb") as file:
            self.check(file.read(), CURVE_HEADER.strip())

    def test_not_there(self):
        common = ("simulate", "--power-cap", 100)
        self.assert_refused((*common, "--curve", "none.csv"), "--curve", "none.csv", "No such file")
        self.assert_refused((*common, "--curve", self.folder), "--curve", "folder",
                            "file is needed")
        self.assert_refused((*common, "--curve", ""), "--curve", "empty")
        self.assert_refused(common, "--curve is required")


class SimulateBadInput(WithCurve, CommandTestCase):
    def refuse(self, args, *words, code=BAD_INPUT):
        with self.subTest(args=args):
            self.assert_refused(("simulate", "--curve", "curve.csv", "--json", *args), *words,
                                code=code)

    def refuse_with_cap(self, args, *words, code=BAD_INPUT):
        self.refuse(("--power-cap", 150, *args), *words, code=code)

    def test_caps(self):
        for text in ("0", "-1", "0W", "-0.1W"):
            self.refuse(("--power-cap", text), "--power-cap", f"'{text}'", "above 0")
        for text in ("nan", "inf", "12OW", "W", "120WW", "0x10", "1e999", "120 kW"):
            self.refuse(("--power-cap", text), "--power-cap", f"'{text}'", "120W, 70%")
        for text in ("0%", "101%", "-5%"):
            self.refuse(("--power-cap", text), "--power-cap", f"'{text}'", "0% < cap <= 100%")
        self.refuse(("--power-cap", "abc%"), "'abc%'", "70%")
        self.refuse(("--power-cap", ""), "--power-cap", "empty", "120W, 70%")
        self.refuse((), "no cap", "--power-cap", "--cap-trace")
        self.refuse(("--power-cap", 9, "--cap-trace", "c.csv"), "--power-cap", "--cap-trace")

    def test_traces_of_caps(self):
        for rows, words in (("", ("empty",)), ("5,100\n", (":2", "must be at 0")),
                            ("0,100\n0,90\n", (":3", "ascend")),
                            ("0,100\n2,90\n1,80\n", (":4", "ascend")),
                            ("0\n", (":2", "2 are needed")), ("0,abc\n", (":2", "'abc'")),
                            ("0,0\n", (":2", "above 0")), ("0,-5\n", (":2", "-5")),
                            ("0,nan\n", (":2", "'nan'")), ("0,\n", (":2", "empty"))):
            self.write("cap.csv", CAP_HEADER + rows)
            self.refuse(("--cap-trace", "cap.csv"), "--cap-trace", "cap.csv", *words)
            self.refuse(("--power-cap", "trace:cap.csv"), "--power-cap", "cap.csv", *words)
        self.write("cap.csv", "time,cap\n0,100\n")
        self.refuse(("--cap-trace", "cap.csv"), ":1", "time_s,power_cap_w")
        self.refuse(("--cap-trace", "none.csv"), "none.csv", "No such file")

    def test_batch_sizes(self):
        for text, words in (("1,4,2", ("2 stands after 4", "ascend")),
                            ("1,2,2", ("2 stands after 2",)), ("", ("empty", "1,2,4,8")),
                            (" ", ("empty",)), ("0,1", ("0 is not a batch size",)),
                            ("-1,2", ("-1",)), ("1,a", ("'a'", "1,2,4,8")), ("1,,2", ("''",)),
                            ("1.5,2", ("'1.5'",)), ("1 2", ("'1 2'",)), ("1,2,", ("''",)),
                            ("99999999999999999999", ("99999999999999999999",))):
            self.refuse_with_cap(("--batch-sizes", text), "--batch-sizes", *words)
        self.refuse_with_cap(("--batch-sizes", "1,64"), "batch sizes", "64", "1 to 32")
        self.refuse_with_cap(("--batch", 64, "--policy", "fixed"), "batch", "64", "1 to 32")

    def test_names(self):
        self.refuse_with_cap(("--policy", "batchsiser"), "'batchsiser'", "'batchsizer'")
        self.refuse_with_cap(("--policy", "power-limits"), "'power-limit'")
        self.refuse_with_cap(("--policy", "xyzzy-9"), "'xyzzy-9'", *cli.POLICIES)
        self.refuse_with_cap(("--policy", ""), "--policy", "empty", *cli.POLICIES)
        self.refuse_with_cap(("--paper-variant", "clared"), "--paper-variant", "'cleared'")

    def test_numbers(self):
        for option, values in (("--alpha", ("0", "1.5", "nan", "-0.1", "inf")),
                               ("--window", ("0", "-1")), ("--noise", ("-1", "nan", "inf")),
                               ("--duration", ("0", "-1", "nan", "inf", "1e300")),
                               ("--clock", ("0", "-5", "nan")), ("--batch", ("0", "-3")),
                               ("--seed", ("-1",))):
            for value in values:
                self.refuse_with_cap((option, value), option)
            for value in ("abc", "", "1,5"):
                self.refuse_with_cap((option, value), option, value or "empty")
        for option in ("--window", "--batch", "--seed"):
            self.refuse_with_cap((option, "1.5"), option, "'1.5'", "whole number")
            self.refuse_with_cap((option, "9" * 30), option)
            self.refuse_with_cap((option, "9" * 30), " to ")
        self.refuse_with_cap(("--window", 2**31), "--window", "2147483648", "to 2147483647")
        self.refuse_with_cap(("--seed", 2**64), "--seed", str(2**64), f"0 to {2**64 - 1}")
        self.simulate("--power-cap", 150, "--seed", 2**64 - 1, "--duration", 1)
        self.refuse_with_cap(("--clock", 1200), "1200 MHz", "1000, 1500")

    def test_files_that_cannot_be_written(self):
        self.refuse_with_cap(("--trace", "no/such/folder.csv"), "--trace", "no/such/folder.csv",
                             "No such file", code=CANNOT_OPEN)
        self.refuse_with_cap(("--trace", self.folder), "--trace", "directory", code=CANNOT_OPEN)
        if os.path.exists("/dev/full"):
            self.refuse_with_cap(("--trace", "/dev/full"), "/dev/full", "No space left",
                                 code=FAILED)


if __name__ == "__main__":
    cli.main()
