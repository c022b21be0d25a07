"""Writes tokenizer_vectors.json: what the official code's tokenizer and text cleaning do with odd input.

Run:  /usr/bin/python3 make_vectors.py          (needs the sentencepiece module; 0.1.97 was used)

The class below re-implements transformers' PreTrainedTokenizer.tokenize / decode and LlamaTokenizer.convert_tokens_to_string over
the real sentencepiece library. It is first checked against the golden cases of the official code (data/oracle) and writes nothing
if one of them differs.
"""

import json
import os
import random
import re

import sentencepiece

HERE = os.path.dirname(os.path.abspath(__file__))
ORACLE = os.path.join(HERE, "..", "oracle", "A")
ADDED = ["<im_start>", "<im_end>", "<bbox>", "<point>", "[SEG]", "<p>", "</p>"]
SPECIAL = ["<s>", "</s>", "<unk>"]


class Tokenizer:
    """legacy: as tokenizer_config.json says it to transformers 4.31 (LISA's). flags: token to (lstrip, rstrip), where a special token has some."""

    def __init__(self, path, legacy=True, flags=()):
        self.legacy, self.flags = legacy, dict(flags)
        self.sp = sentencepiece.SentencePieceProcessor()
        self.sp.Load(path)
        self.added = {token: self.sp.get_piece_size() + i for i, token in enumerate(ADDED)}
        self.added_by_id = {i: token for token, i in self.added.items()}
        verbatim = sorted(ADDED + SPECIAL, key=len, reverse=True)
        self.split = re.compile("(" + "|".join(map(re.escape, verbatim)) + ")")

    def __len__(self):
        return self.sp.get_piece_size() + len(self.added)

    def tokenize(self, text):
        if not self.legacy:
            text = "\u2581" + text.replace("\u2581", " ")
        tokens = self.split.split(text)
        for i in range(1, len(tokens), 2):
            left, right = self.flags.get(tokens[i], (tokens[i] in self.added,) * 2)
            if right:
                tokens[i + 1] = tokens[i + 1].lstrip()
            if left:
                tokens[i - 1] = tokens[i - 1].rstrip()
        result = []
        for i, token in enumerate(tokens):
            if not token:
                continue
            result.extend([token] if i % 2 else self.pieces(token))
        return result

    def pieces(self, text):
        """LlamaTokenizer._tokenize of 4.31: without legacy, only a text's beginning and a space begin a word."""
        first = not self.legacy and text.startswith("\u2581")
        pieces = self.sp.encode(text[1:] if first else text, out_type=str)
        if not self.legacy and not first and not text.startswith(" ") and pieces[0].startswith("\u2581"):
            pieces = ([pieces[0][1:]] if len(pieces[0]) > 1 else []) + pieces[1:]
        return pieces

    def encode(self, text):
        return [1] + [self.added[t] if t in self.added else self.sp.piece_to_id(t) for t in self.tokenize(text)]

    def encode_image(self, text):
        chunks = [self.encode(chunk) for chunk in text.split("<image>")]
        ids = [1]
        for i, chunk in enumerate(chunks):
            ids += ([-200] if i else []) + chunk[1:]
        return ids

    def to_string(self, tokens):
        current, out, previous_special = [], "", False
        for i, token in enumerate(tokens):
            if token in SPECIAL:
                if not previous_special and i != 0:
                    out += " "
                out += self.sp.decode(current) + token
                previous_special, current = True, []
            else:
                current.append(token)
                previous_special = False
        return out + self.sp.decode(current)

    def decode(self, ids):
        texts, current = [], []
        for i in ids:
            if i == -200:
                continue
            if i in self.added_by_id:
                if current:
                    texts.append(self.to_string(current))
                    current = []
                texts.append(self.added_by_id[i])
            else:
                current.append(self.sp.id_to_piece(i))
        if current:
            texts.append(self.to_string(current))
        return " ".join(texts)


def check():
    golden = json.load(open(os.path.join(ORACLE, "golden", "tokenizer_cases.json")))
    tokenizer = Tokenizer(os.path.join(ORACLE, "mglmm-tiny-A", "tokenizer.model"))
    assert tokenizer.added == golden["added"] and len(tokenizer) == golden["vocab_size"]
    for case in golden["encode"]:
        assert tokenizer.encode(case["text"]) == case["ids"], case
        assert tokenizer.decode(case["ids"]) == case["decode"], case
    for case in golden["image_token"]:
        assert tokenizer.encode_image(case["text"]) == case["ids"], case
    for case in golden["decode_sequences"]:
        assert tokenizer.decode(case["ids"]) == case["decode"], case
    for case in json.load(open(os.path.join(ORACLE, "golden", "cases.json")))["cases"].values():
        assert tokenizer.encode_image(case["prompt"]) == case["input_ids"], case["prompt"]
        assert tokenizer.decode(case["input_ids"] + case["generated_ids"]) == case["decoded_full"], case["prompt"]
        cleaned = clean(case["text_output"])
        assert (cleaned["cleaned"], cleaned["phrases"]) == (case["cleaned_text"], case["phrases"]), case["text_output"]


WORDS = ("The image shows a red barn beside small pond under grey sky Could you please give me detailed description of the picture "
         "segmentation mask and explain why USER: ASSISTANT: don't it's A1 2023 3.14 http://x.org/a_b?c=d naive facade").split()
ODD = ["\u2581", "\u2581\u2581", "\u00a0", "\u200b", "\u0301", "\U0001F600", "\U0001F468\u200d\U0001F469\u200d\U0001F467", "\u00e9",
       "\u00df", "\u65e5\u672c", "\t", "\n", "\r\n", "\0", "\x01", "\x1c", "\x1f", "\x7f", "\x85", "\ufeff", "\ufffd", "\u3000", "\u2028",
       "<0x0A>", "<0x", "  ", "   ", "        ", "aaaaaaa", "........", "----------", "=====", "<", ">", "[", "]", "[SEG", "SEG]", "<<p>>",
       "</p", "<S>", "[seg]", "<sep>", "@@", "two words", "@@@"]
VERBATIM = ADDED + SPECIAL + ["<image>"]


def random_text(rng):
    kind = rng.random()
    if kind < 0.25:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 14)))
    if kind < 0.55:
        return "".join(rng.choice([rng.choice(WORDS), rng.choice(ODD), rng.choice(VERBATIM), " "]) for _ in range(rng.randint(1, 16)))
    if kind < 0.7:
        return "".join(rng.choice(VERBATIM + [" ", "  ", "\n", "a", "\u3000", "\x1d"]) for _ in range(rng.randint(1, 10)))
    if kind < 0.85:
        ranges = [(0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
        return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, 14)))
    if kind < 0.92:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz THE,.'?!") for _ in range(rng.randint(0, 40)))
    return rng.choice("ab =-.#x0") * rng.randint(1, 90) + rng.choice(["", " end", "[SEG]"])


def random_ids(rng, tokenizer):
    verbatim = [0, 1, 2, 2, -200] + list(tokenizer.added_by_id)
    boundary = tokenizer.sp.piece_to_id("\u2581")
    ids = []
    for _ in range(rng.randint(0, 14)):
        kind = rng.random()
        if kind < 0.3:
            ids.append(rng.choice(verbatim))
        elif kind < 0.5:
            ids.append(3 + rng.randint(0, 255))
        elif kind < 0.6:
            ids.extend(3 + byte for byte in rng.choice(["\u00e9", "\u65e5", "\U0001F600"]).encode()[: rng.randint(1, 4)])
        elif kind < 0.7:
            ids.append(boundary)
        else:
            ids.append(rng.randint(0, len(tokenizer) - 1))
    return ids


def clean(text):
    """eval/utils: postprocess_text of the official code."""
    cleaned = re.sub("<.*?>", "", text).replace("[SEG]", "")
    cleaned = " ".join(cleaned.split()).strip("'").strip()
    return {"text": text, "cleaned": cleaned, "phrases": [p.strip() for p in re.findall("<p>(.*?)</p>", text)]}


def random_markup(rng):
    parts = ["<p>", "</p>", "[SEG]", "</s>", "<", ">", "\n", "'", " ", "  ", "\t", "\u00a0", "\x1c", "a", "red barn", "'s", "."]
    return "".join(rng.choice(parts) for _ in range(rng.randint(0, 20)))


def main():
    check()
    models = {
        "oracle": (os.path.join(ORACLE, "mglmm-tiny-A", "tokenizer.model"), 200),
        "vocabulary_1000": (os.path.join(HERE, "vocabulary_1000.model"), 120),
        "user_defined": (os.path.join(HERE, "user_defined.model"), 120),
        "across_words": (os.path.join(HERE, "across_words.model"), 120),
    }
    result = {}
    for name, (path, count) in models.items():
        rng = random.Random(name)
        tokenizer = Tokenizer(path)
        texts = [random_text(rng) for _ in range(count)]
        sequences = [random_ids(rng, tokenizer) for _ in range(count)]
        result[name] = {
            "encode": [{"text": t, "ids": tokenizer.encode_image(t), "decode": tokenizer.decode(tokenizer.encode_image(t))} for t in texts],
            "decode": [{"ids": s, "decode": tokenizer.decode(s)} for s in sequences],
        }
    for name, (path, count) in models.items():
        rng = random.Random("legacy " + name)
        tokenizer = Tokenizer(path, legacy=False)
        texts = ["USER: <im_start><image><im_end>\nWhat is it? ASSISTANT:", "It is.</s></s>USER: why? ASSISTANT:", "[SEG]x", "</s>What", "<p>red barn</p>\u2581[SEG]."]
        texts += [random_text(rng) for _ in range(count)]
        result["legacy_false " + name] = [{"text": t, "ids": tokenizer.encode_image(t)} for t in texts]
    flags = {"<im_end>": (False, False), "[SEG]": (True, False), "<p>": (False, True), "</s>": (True, True), "<unk>": (False, True)}
    rng = random.Random("flags")
    tokenizer = Tokenizer(models["oracle"][0], flags=flags)
    texts = ["<im_end> a [SEG] b <p> c </s> d <unk> e", "<im_start><image><im_end>\nWhat </p> [SEG] ."]
    texts += ["".join(rng.choice(list(flags) + [" ", "  ", "\n", "a", "barn"]) for _ in range(rng.randint(1, 12))) for _ in range(100)]
    result["flags"] = [{"text": t, "ids": tokenizer.encode_image(t)} for t in texts]
    rng = random.Random("clean")
    result["clean"] = [clean(random_markup(rng)) for _ in range(200)]
    result["whitespace"] = [c for c in range(0x10000) if not 0xD800 <= c < 0xE000 and chr(c).isspace()]
    with open(os.path.join(HERE, "tokenizer_vectors.json"), "w", encoding="ascii", newline="\n") as file:
        # One case a line, so that a change shows as a change of lines.
        file.write("{\n")
        for i, (name, cases) in enumerate(result.items()):
            if name == "whitespace":
                file.write(f' "{name}": {json.dumps(cases)}\n')
                continue
            if isinstance(cases, list):
                file.write(f' "{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in cases) + "\n ],\n")
                continue
            file.write(f' "{name}": {{\n')
            for j, (kind, rows) in enumerate(cases.items()):
                file.write(f'  "{kind}": [\n' + ",\n".join("   " + json.dumps(row) for row in rows) + "\n  ]" + ("" if j else ",") + "\n")
            file.write(" },\n")
        file.write("}\n")


main()
