#!/usr/bin/env python3
"""Makes the checkpoint files beside it and expected.json (every element of every tensor, as the bits of a float32).

Run it here: python3 generate.py
Made with PyTorch 1.13 (Debian python3-torch) and numpy. The safetensors files are written by hand from the format's
description (https://github.com/huggingface/safetensors#format), so that the reader is not tested against itself.
"""
import collections
import io
import json
import os
import shutil
import struct
import tarfile
import zipfile

import torch

torch.manual_seed(20)
HERE = os.path.dirname(os.path.abspath(__file__))
os.chdir(HERE)
KINDS = {
    torch.float32: ("Float32", "F32"), torch.float16: ("Float16", "F16"), torch.bfloat16: ("BFloat16", "BF16"),
    torch.float64: ("Float64", "F64"), torch.int64: ("Int64", "I64"), torch.int32: ("Int32", "I32"),
    torch.int16: ("Int16", "I16"), torch.int8: ("Int8", "I8"), torch.uint8: ("UInt8", "U8"), torch.bool: ("Bool", "BOOL"),
}
expected = {}


def expect(case, state):
    expected[case] = [
        {
            "name": name, "kind": KINDS[t.dtype][0], "shape": list(t.shape), "contiguous": t.is_contiguous(),
            "bits": [struct.unpack("<I", struct.pack("<f", v))[0] for v in t.detach().to(torch.float32).flatten().tolist()],
        }
        for name, t in state.items() if isinstance(t, torch.Tensor)
    ]


def all_kinds():
    wide = torch.tensor([0.0, -0.0, 1.0, -1.5, 3.141592653589793, 65504.0, 5.960464477539063e-08, 1e-41, float("inf"), float("-inf"), 1e30])
    state = {f"float.{i}": wide.to(d) for i, d in enumerate((torch.float32, torch.float16, torch.bfloat16, torch.float64))}
    state.update({f"integer.{i}": torch.tensor([0, 1, -1, 127, -128]).to(d) for i, d in enumerate((torch.int64, torch.int32, torch.int16, torch.int8))})
    state["integer.big"] = torch.tensor([2**53 + 1, -(2**62) + 12345, 16777217])
    state["byte"] = torch.tensor([0, 1, 255], dtype=torch.uint8)
    state["bool"] = torch.tensor([True, False, True])
    state["scalar"] = torch.tensor(2.5)
    state["empty"] = torch.zeros(0, 3)
    state["long.half"] = torch.randn(7, 41).half()
    state["long.bfloat16"] = torch.randn(7, 41).bfloat16()
    state["long.double"] = torch.randn(7, 41).double()
    return state


def write_safetensors(path, state, metadata=None, aligned=True):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, t in state.items():
        raw = t.detach().contiguous()
        raw = raw.view(torch.int16).numpy().tobytes() if raw.dtype == torch.bfloat16 else raw.numpy().tobytes()
        header[name] = {"dtype": KINDS[t.dtype][1], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8 + (not aligned))
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def save(path, value, state=None, **options):
    torch.save(value, path, **options)
    if state is not None:
        expect(path, state)


for folder in ("sharded-torch", "sharded-safetensors"):
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)

# Plain dictionaries and views.
kinds = all_kinds()
save("kinds.bin", kinds, kinds)
base = torch.randn(6, 10)
half = torch.randn(4, 3, 5).half()
views = {
    "base": base,
    "transposed": base.t(),
    "offset": base[2:5],
    "columns": base[:, 3:7],
    "stepped": base[::2, 1::3],
    "permuted.half": half.permute(2, 0, 1),
    "permuted.bool": torch.tensor([[True, False], [True, True], [False, False]]).t(),
    "permuted.double": torch.randn(40, 33).double().t(),
    "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
    "one.row": base[1:2].t()[:1].t(),
    "scalar.view": base[5, 9],
    "tail": base.flatten()[55:],
}
save("views.bin", views, views)

# What modules, parameters and training scripts write.
module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4)).half()
state = module.state_dict()
save("module.pt", state, state)
parameters = collections.OrderedDict((f"p.{n}", p) for n, p in module.named_parameters())
parameters["p.frozen"] = torch.nn.Parameter(torch.ones(2), requires_grad=False)
tagged = torch.randn(3)
tagged.tag = "x"
parameters["p.tagged"] = tagged
save("parameters.pth", parameters, parameters)
save("wrapped.pth", {"epoch": 3, "best": 0.5, "args": {"lr": 1e-4, "betas": (0.9, 0.999), "names": ["a", "b"]}, "done": True, "seed": 2**40,
                     "none": None, "optimizer": {"state": {0: {"step": 1}}}, "size": state["0.weight"].shape, "state_dict": state}, state)
save("wrapped-twice.pth", {"module": {"state_dict": state, "version": 1}, 7: "seven"}, state)
buffer = io.BytesIO()
torch.save({**state, "note": "not a tensor", "storage": torch.ones(3).storage()}, buffer)
open("archive-root.bin", "wb").write(buffer.getvalue())
expect("archive-root.bin", state)

# The same archive with zip64 fields in the local headers, as Python writes it when asked.
with zipfile.ZipFile("module.pt") as old, zipfile.ZipFile("zip64-local.bin", "w", zipfile.ZIP_STORED) as new:
    for entry in old.infolist():
        with new.open(zipfile.ZipInfo(entry.filename), "w", force_zip64=True) as target:
            target.write(old.read(entry))
expect("zip64-local.bin", state)

# Files that are refused.
with zipfile.ZipFile("module.pt") as old, zipfile.ZipFile("compressed.bin", "w", zipfile.ZIP_DEFLATED) as new:
    for entry in old.infolist():
        new.writestr(entry.filename, old.read(entry))
save("legacy.bin", state, _use_new_zipfile_serialization=False)
save("protocol4.bin", state, pickle_protocol=4)
save("set.bin", {"w": torch.ones(2), "tags": {"x"}})
save("list.bin", [torch.ones(2)])
save("complex.bin", {"c": torch.ones(2, dtype=torch.complex64)})
save("whole-model.pt", module)
save("sparse.pt", {"s": torch.eye(2).to_sparse()})
save("quantized.pt", {"q": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)})
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), "torchscript.pt")


class Attack:
    def __reduce__(self):
        return os.system, ("touch /tmp/mglmm-attack-succeeded",)


save("os-system.bin", {"w": torch.ones(2), "payload": Attack()})
with tarfile.open("legacy-tar.bin", "w", format=tarfile.USTAR_FORMAT) as tar:
    for name in ("sys_info", "pickle", "tensors", "storages"):
        tar.addfile(tarfile.TarInfo(name))

# safetensors, once with data that begins at an odd address.
write_safetensors("kinds.safetensors", kinds, {"format": "pt"})
expect("kinds.safetensors", kinds)
unaligned = {"a": torch.randn(5), "b": torch.randn(3, 2).half(), "c": torch.randn(3).double()}
write_safetensors("unaligned.safetensors", unaligned, {"odd": "x"}, aligned=False)
expect("unaligned.safetensors", unaligned)

# Sharded folders.
weights = collections.OrderedDict((f"model.layers.{i}.weight", torch.randn(4, 6).bfloat16()) for i in range(5))
index = {"metadata": {"total_size": sum(w.numel() * 2 for w in weights.values())}, "weight_map": {}}
for kind, pattern in (("torch", "pytorch_model-{:05}-of-00003.bin"), ("safetensors", "model-{:05}-of-00003.safetensors")):
    index["weight_map"] = {}
    for shard in range(3):
        name = pattern.format(shard + 1)
        part = collections.OrderedDict(list(weights.items())[shard * 2:shard * 2 + 2])
        if kind == "torch":
            torch.save(part, f"sharded-torch/{name}")
        else:
            write_safetensors(f"sharded-safetensors/{name}", part, {"format": "pt"})
        index["weight_map"].update({key: name for key in part})
    file_name = "pytorch_model.bin.index.json" if kind == "torch" else "model.safetensors.index.json"
    with open(f"sharded-{kind}/{file_name}", "w") as file:
        json.dump(index, file, indent=2)
    expect(f"sharded-{kind}", weights)

with open("expected.json", "w") as file:
    file.write("{\n" + ",\n".join(f"  {json.dumps(case)}: [\n" + ",\n".join("    " + json.dumps(t, separators=(",", ":")) for t in tensors) + "\n  ]"
                                  for case, tensors in expected.items()) + "\n}\n")
