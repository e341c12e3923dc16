"""zoo import and zoo weights: real weights out of a safetensors file."""
import json
import os
import random
import struct
import tomllib

import cli
from cli import CommandTestCase

NETWORK = "mobilenet-v1"
LAST = "MobilenetV1/Logits/Conv2d_1c_1x1"


def safetensors(tensors):
    """The bytes of a file: name -> (shape, little-endian float32 bytes)."""
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape,
                        "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def count(shape):
    product = 1
    for size in shape:
        product *= size
    return product


class Import(CommandTestCase):
    def needs(self):
        return self.call_json("zoo", "weights", NETWORK)["weights"]

    def slim_tensors(self):
        """MobileNet-v1 as TF-slim saves it, with random numbers."""
        numbers = random.Random(3)
        block = struct.pack("<4096f", *(numbers.gauss(0, 0.1) for _ in range(4096)))

        def some(shape):
            size = 4 * count(shape)
            return shape, (block * (size // len(block) + 1))[:size]

        def ones(shape):
            return shape, struct.pack("<f", 1) * count(shape)

        tensors = {}
        for weight in self.needs():
            name, shape = weight["name"], weight["shape"]
            scope = weight.get("batch_norm")
            if scope:
                channels = [shape[0]]
                tensors[f"{scope}/gamma"] = ones(channels)
                tensors[f"{scope}/beta"] = some(channels)
                tensors[f"{scope}/moving_mean"] = some(channels)
                tensors[f"{scope}/moving_variance"] = ones(channels)
            if name.endswith("depthwise_weights"):
                shape = [shape[2], shape[3], shape[0], 1]
            elif len(shape) == 4:
                shape = [shape[2], shape[3], shape[1], shape[0]]
            elif len(shape) == 2:
                shape = [1, 1, shape[1], shape[0]]
            elif not name.startswith(LAST):
                continue  # biases that batch norms make
            tensors[name] = some(shape)
        return tensors

    def write_slim(self, **changes):
        tensors = self.slim_tensors()
        for name, tensor in changes.items():
            if tensor is None:
                del tensors[name]
            else:
                tensors[name] = tensor
        self.write("slim.safetensors", safetensors(tensors))
        return tensors

    def test_fills_a_network_of_the_zoo(self):
        tensors = self.write_slim(global_step=([1], bytes(4)))
        outcome = self.call_ok("zoo", "import", NETWORK, "--weights", "slim.safetensors",
                               "--output", "m.onnx", "--json")
        told = json.loads(outcome.out)
        self.assertEqual(told, {"model": NETWORK, "file": "m.onnx",
                                "weights": len(self.needs()), "batch_norms": 27,
                                "unused": ["global_step"]})
        self.assertIn("slim.safetensors: 1 tensor is not used: global_step", outcome.err)
        before = self.call_json("inspect", cli.MODEL)
        after = self.call_json("inspect", "m.onnx")
        self.assertTrue(before["generated_weights"])
        self.assertFalse(after["generated_weights"])
        self.assertEqual(after["parameters"], before["parameters"])
        # The last layer has no batch norm: its biases are in the file as they were given.
        with open(self.path("m.onnx"), "rb") as file:
            self.assertIn(tensors[f"{LAST}/biases"][1], file.read())

    def test_its_network_runs(self):
        self.write_slim()
        self.call_ok("zoo", "import", NETWORK, "--weights", "slim.safetensors", "--output",
                     "m.onnx")
        for model, output in ((cli.MODEL, "a.jsonl"), ("m.onnx", "b.jsonl")):
            self.call_ok("run", "--model", model, "--images", cli.thumbnails(), "--power-cap",
                         "200W", "--device", "emulated:p40", "--max-images", 2, "--output", output)
        generated, imported = (
            [json.loads(line)["top"] for line in self.read(name).splitlines()]
            for name in ("a.jsonl", "b.jsonl"))
        self.assertEqual(len(imported), 2)
        self.assertNotEqual(generated, imported)

    def test_takes_a_map_and_an_onnx_file(self):
        tensors = self.slim_tensors()
        self.write("w.safetensors",
                   safetensors({f"x.{name}": tensor for name, tensor in tensors.items()}))
        text = self.call_ok("zoo", "weights", NETWORK).out
        written = tomllib.loads(text)
        self.assertEqual(written["epsilon"], 0.001)
        self.assertEqual(written["weights"][f"{LAST}/biases"], f"{LAST}/biases")
        self.write("map.toml", text.replace('= "Mobile', '= "x.Mobile'))
        self.call_ok("zoo", "build", NETWORK, "--output", "net.onnx")
        self.call_ok("zoo", "import", "net.onnx", "--weights", "w.safetensors", "--map",
                     "map.toml", "--output", "a.onnx")
        self.write_slim()
        outcome = self.call_ok("zoo", "import", f"zoo:{NETWORK}", "--weights", "slim.safetensors",
                               "--output", "b.onnx")
        self.assertIn("27 batch norms folded in", outcome.out)
        a, b = (self.call_json("inspect", name)["file_bytes"] for name in ("a.onnx", "b.onnx"))
        # They differ by the file's name in the description only.
        self.assertEqual(a - len("w"), b - len("slim"))

    def test_refuses_what_does_not_fit(self):
        args = ("zoo", "import", NETWORK, "--weights", "slim.safetensors", "--output", "m.onnx")
        self.assert_refused(args, "slim.safetensors", "No such file")
        self.write("slim.safetensors", b"PK\x03\x04 is a zip archive")
        self.assert_refused(args, "no safetensors file", "a PyTorch file?")
        self.write_slim(**{f"{LAST}/biases": None})
        self.assert_refused(args, "slim.safetensors", "is missing", f"{LAST}/biases",
                            "zoo weights")
        self.write_slim(**{f"{LAST}/weights": ([1, 1, 1024, 1000], bytes(4 * 1024 * 1000))})
        self.assert_refused(args, f"{LAST}/weights", "1 x 1 x 1024 x 1000", "1001 x 1024",
                            "'background'")
        with open(self.path("slim.safetensors"), "r+b") as file:
            file.truncate(100_000)
        self.assert_refused(args, "slim.safetensors", "cut short")
        self.assertFalse(os.path.exists(self.path("m.onnx")))

    def test_refuses_bad_usage(self):
        self.write("w.safetensors", safetensors({}))
        good = ("--weights", "w.safetensors", "--output", "m.onnx")
        self.assert_refused(("zoo", "import"), "required")
        self.assert_refused(("zoo", "import", NETWORK, "--output", "m.onnx"), "--weights",
                            "required")
        self.assert_refused(("zoo", "import", NETWORK, "--weights", "w.safetensors"), "--output",
                            "required")
        self.assert_refused(("zoo", "import", "zoo:mobilnet-v1", *good), "mobilenet-v1")
        self.assert_refused(("zoo", "import", "none.onnx", *good), "none.onnx")
        self.assert_refused(("zoo", "weights", "none.onnx"), "none.onnx", "No such file")
        for args in (("weights", "mobilnet-v1"), ("weights", "zoo:mobilnet-v1"),
                     ("import", "mobilnet-v1", *good), ("import", "zoo:mobilnet-v1", *good)):
            self.assert_refused(("zoo", *args), "batchsizer: unknown network 'mobilnet-v1'",
                                "did you mean 'mobilenet-v1'?", "resnet-v2-152")
        self.assert_refused(("zoo", "weights", "foo"), "'foo'", "resnet-v2-152",
                            "nor is there a file 'foo'")
        self.assert_refused(("zoo", "import", NETWORK, *good, "--map", "none.toml"), "--map",
                            "none.toml")
        self.write("map.toml", "[weights]\nx = 3\n")
        self.assert_refused(("zoo", "import", NETWORK, *good, "--map", "map.toml"),
                            "--map", "map.toml:2", "'x'")
        self.assert_refused(("zoo", "import", NETWORK, "--weights", "w.safetensors", "--output",
                             "./w.safetensors"), "--output", "of the weights", "would be replaced")
        self.assert_refused(("zoo", "import", NETWORK, "--weights", "w.safetensors", "--map",
                             "map.toml", "--output", "./map.toml"), "--output", "of the map")
        self.write_slim()
        self.assert_refused(("zoo", "import", NETWORK, "--weights", "slim.safetensors",
                             "--output", "none/m.onnx"), "none/m.onnx", code=cli.CANNOT_OPEN)


if __name__ == "__main__":
    cli.main()
