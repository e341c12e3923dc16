#!/usr/bin/env python3
"""Fits the fitted constants of data/devices/p40.toml to the published figures.

    tools/p40_fit.py build/release/src/sim/device/device_figures

Runs device_figures --csv on a trial file again and again, changes one constant
at a time by a relative step, keeps what lowers the weighted mean square of the
relative errors, and halves the step when nothing does. Prints the constants; it
does not touch the file. The model itself is in src/sim/device alone.
"""
import csv
import io
import math
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOML = ROOT / "data" / "devices" / "p40.toml"
# Constant: lowest and highest value that is physically plausible.
CONSTANTS = {
    "compute.efficiency": (0.3, 0.95),
    "compute.half_occupancy_outputs": (2e4, 1e6),
    "power.active_w": (0.0, 200.0),
    "power.arithmetic_w": (0.0, 200.0),
    "power.memory_w": (15.0, 60.0),
    "voltage.1189": (1.0, 1.25),
    "voltage.1303": (1.0, 1.25),
    "voltage.1430": (1.0, 1.25),
    "voltage.1531": (1.0, 1.25),
    "hosts.paper.per_layer_us": (10.0, 150.0),
    "hosts.paper.per_batch_us": (500.0, 50000.0),
    "hosts.paper.per_image_ms": (0.5, 12.0),
    "hosts.paper.per_kib_ms": (0.005, 0.2),
}


def pattern(name):
    table, key = name.rsplit(".", 1)
    if table == "voltage":
        return re.compile(r"(mhz = %s, relative_voltage = )([0-9.]+)" % key)
    return re.compile(r"(\[%s\][^\[]*?\n%s = )([0-9._]+)" % (re.escape(table), key), re.S)


def read(text):
    return {name: float(pattern(name).search(text).group(2).replace("_", ""))
            for name in CONSTANTS}


def write(text, values):
    for name, value in values.items():
        text = pattern(name).sub(lambda m, v=value: m.group(1) + repr(v), text)
    return text


def figures(program, text):
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as trial:
        trial.write(text)
        trial.flush()
        out = subprocess.run([program, "--csv", trial.name], capture_output=True, text=True,
                             check=False)
    # A trial may break a rule of the file (voltages must rise): not a candidate.
    return list(csv.DictReader(io.StringIO(out.stdout))) if out.returncode == 0 else None


def loss(program, text):
    rows = figures(program, text)
    if rows is None:
        return math.inf
    weights = [float(row["weight"]) for row in rows]
    errors = [float(row["emulated"]) / float(row["published"]) - 1 for row in rows]
    return sum(w * e * e for w, e in zip(weights, errors)) / sum(weights)


def fit(program, text):
    values = read(text)
    best = loss(program, text)
    step = 0.1
    while step > 0.002:
        moved = False
        for name, (low, high) in CONSTANTS.items():
            # A voltage moves by hundredths, everything else by tenths.
            size = step / 5 if name.startswith("voltage") else step
            for factor in (1 + size, 1 / (1 + size)):
                trial = dict(values)
                trial[name] = min(high, max(low, values[name] * factor))
                trial_loss = loss(program, write(text, trial))
                if trial_loss < best - 1e-9:
                    best, values, moved = trial_loss, trial, True
        if not moved:
            step /= 2
    return values, best


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: p40_fit.py PATH_OF_device_figures")
    values, best = fit(sys.argv[1], TOML.read_text())
    print(f"# root of the weighted mean square of the relative errors: {math.sqrt(best):.4f}")
    for name, value in values.items():
        print(f"{name} = {value:.4g}")


if __name__ == "__main__":
    main()
