"""The tokenizer: SentencePiece with LLaMA's settings, and exactly what the slow LlamaTokenizer of transformers 4.28 does with it."""
import collections
import json
import os
import struct

import sentencepiece

ADDED = ["<im_start>", "<im_end>", "<bbox>", "<point>", "[SEG]", "<p>", "</p>"]
SPECIAL = ["<s>", "</s>", "<unk>"]
IMAGE = "<image>"
IMAGE_ID = -200


def train_sentencepiece(lines, prefix, size):
    """Trains tokenizer.model from text lines; the settings are LLaMA's."""
    corpus = prefix + ".txt"
    with open(corpus, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    sentencepiece.SentencePieceTrainer.train(
        input=corpus, model_prefix=prefix, model_type="bpe", vocab_size=size, byte_fallback=True, split_digits=True,
        normalization_rule_name="identity", add_dummy_prefix=True, remove_extra_whitespaces=False, character_coverage=1.0,
        allow_whitespace_only_pieces=True, unk_id=0, bos_id=1, eos_id=2, pad_id=-1, num_threads=1, minloglevel=2)
    os.remove(corpus)


def _length_delimited(tag, data):
    size, out = len(data), bytearray([tag])
    while size > 127:
        out.append(size & 127 | 128)
        size >>= 7
    return bytes(out) + bytes([size]) + data


def extended(model, words, texts):
    """A SentencePiece model, as bytes, in which each of the words is one piece: (the new bytes, for every new piece the two that it is made of).

    New merges come after all that there were, by their scores, and of a word's pieces those are joined first that are the rarest neighbours in
    `texts`: so all but the words is cut as before. New pieces come last; ids of old ones stay."""
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model)
    neighbours = collections.Counter()
    for text in texts:
        cut = pieces.encode(text, out_type=str)
        neighbours.update(zip(cut, cut[1:]))
    known = {pieces.id_to_piece(i) for i in range(pieces.get_piece_size())}
    score, out, made = min(pieces.get_score(i) for i in range(pieces.get_piece_size())), [], {}
    for word in words:
        parts = pieces.encode(word, out_type=str)
        while len(parts) > 1:
            i = min(range(len(parts) - 1), key=lambda i: (parts[i] + parts[i + 1] not in known, neighbours[parts[i], parts[i + 1]], -len(parts[i] + parts[i + 1])))
            both = parts[i] + parts[i + 1]
            if both not in known:
                score -= 1
                known.add(both)
                made[both] = (parts[i], parts[i + 1])
                out.append(_length_delimited(0x0A, _length_delimited(0x0A, both.encode()) + b"\x15" + struct.pack("<f", score)))
            parts[i:i + 2] = [both]
    return model + b"".join(out), made


class LlamaTokenizer:
    def __init__(self, folder):
        self.folder = folder
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, "tokenizer.model"))
        with open(os.path.join(folder, "added_tokens.json"), encoding="utf-8") as file:
            self.added = json.load(file)
        self.added_by_id = {i: t for t, i in self.added.items()}
        self.special = {t: self.pieces.piece_to_id(t) for t in SPECIAL}
        self.no_split = sorted(list(self.added) + SPECIAL, key=len, reverse=True)

    def __len__(self):
        return self.pieces.get_piece_size() + len(self.added)

    def _split(self, text):
        """Cuts the text at added and special tokens, the longest match at each place."""
        out, start, i = [], 0, 0
        while i < len(text):
            if text[i] in "<[":
                token = next((t for t in self.no_split if text.startswith(t, i)), None)
                if token:
                    if i > start:
                        out.append(text[start:i])
                    out.append(token)
                    i += len(token)
                    start = i
                    continue
            i += 1
        if start < len(text):
            out.append(text[start:])
        return out

    def encode(self, text, bos=True):
        ids = [self.special["<s>"]] if bos else []
        chunks = self._split(text)
        for i, chunk in enumerate(chunks):
            if chunk in self.added:
                ids.append(self.added[chunk])
            elif chunk in self.special:
                ids.append(self.special[chunk])
            else:
                if i > 0 and chunks[i - 1] in self.added:  # added tokens swallow the space on both sides
                    chunk = chunk.lstrip()
                if i + 1 < len(chunks) and chunks[i + 1] in self.added:
                    chunk = chunk.rstrip()
                if chunk:
                    ids += self.pieces.encode(chunk)
        return ids

    def encode_with_image(self, text):
        """Every chunk between image placeholders is encoded by itself; one BOS at the front."""
        ids = [self.special["<s>"]]
        for i, chunk in enumerate(text.split(IMAGE)):
            if i:
                ids.append(IMAGE_ID)
            ids += self.encode(chunk, bos=False)
        return ids

    def token(self, i):
        return self.added_by_id.get(i) or self.pieces.id_to_piece(i)

    def _join(self, ids):
        out, run, previous_special = "", [], False
        for i, token_id in enumerate(ids):
            token = self.token(token_id)
            if token in self.special:
                if not previous_special and i:
                    out += " "
                out += self.pieces.decode(run) + token
                previous_special, run = True, []
            else:
                run.append(token_id)
                previous_special = False
        return out + self.pieces.decode(run)

    def decode(self, ids):
        texts, run = [], []
        for i in ids:
            if i in self.added_by_id:
                if run:
                    texts.append(self._join(run))
                    run = []
                texts.append(self.added_by_id[i])
            else:
                run.append(i)
        if run:
            texts.append(self._join(run))
        return " ".join(texts)
