"""Times the training code's reference inference: pytorch_reference.py TRAINING CHECKPOINT TOWER JOB, JSON on standard output."""
import json
import os
import sys
import time

sys.path.insert(0, sys.argv[1])

import torch
from PIL import Image

from mglmm.pipeline import Pipeline

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
pipeline = Pipeline(sys.argv[2], sys.argv[3])
job = json.loads(sys.argv[4])
pipeline.ask(pipeline.see(Image.open(job["images"][0]).convert("RGB")), job["instructions"][0])  # warms the libraries up
calls = []
for path in job["images"]:
    image = Image.open(path).convert("RGB")
    for instruction in job["instructions"]:
        begun = time.perf_counter()
        seen = pipeline.see(image)
        pipeline.ask(seen, instruction, max_new_tokens=512)
        cold = time.perf_counter()
        answer = pipeline.ask(seen, instruction, max_new_tokens=512)
        warm = time.perf_counter()
        first = time.perf_counter()
        pipeline.ask(seen, instruction, max_new_tokens=1)
        prefill = time.perf_counter() - first
        calls.append({"cold_ms": 1e3 * (cold - begun), "warm_ms": 1e3 * (warm - cold), "decode_ms": max(0, 1e3 * (warm - cold - prefill)), "ids": answer.ids})
json.dump(calls, sys.stdout)
