#!/usr/bin/env python3
"""Gives other and general words pieces of their own in the tokenizer of a trained model, and the model embeddings for them.

    extend.py --state RUN/joint.pt --tokenizer RUN/tokenizer --output RUN2            a training state
    extend.py --state checkpoint --tokenizer checkpoint/mglmm-scenes --output RUN2    an exported checkpoint

writes RUN2/start.pt and RUN2/tokenizer, to go on from with `train.py --phase joint --init RUN2/start.pt --tokenizer RUN2/tokenizer`. A word that is
spelled by pieces has to be put together by the decoder before it can mean something; a piece of its own begins with the embedding of the word that
means the same ("plane": "airplane"), and whatever is still spelled is a word that the model does not know.
"""
import argparse
import os

import torch

from mglmm.checkpoint import checkpoint_state, tokenizer_files
from mglmm.tokenizer import LlamaTokenizer, extended
from segcap.vocabulary import corpus
from segcap.words import likened_words

EMBEDDING, HEAD = "mglmm.model.embed_tokens.weight", "mglmm.lm_head.weight"


def grown(parameters, old, new, made, likened):
    """The state's parameters for the new tokenizer. What is said stays as it was: a new piece's row of the head is zero at first."""
    embedding, head = parameters[EMBEDDING], parameters[HEAD]
    before, after = old.pieces.get_piece_size(), new.pieces.get_piece_size()
    row = {old.token(i): embedding[i] for i in range(before)}
    for piece, (first, second) in made.items():
        row[piece] = (row[first] + row[second]) / 2
    for word, likeness in likened.items():
        ids = old.encode(likeness, bos=False)
        if "\u2581" + word in made:
            row["\u2581" + word] = embedding[ids[-1]] if len(ids) == 1 else embedding[torch.tensor(ids)].mean(0)
    rows = torch.stack([row[new.token(i)] for i in range(before, after)])
    out = dict(parameters)
    out[EMBEDDING] = torch.cat((embedding[:before], rows, embedding[before:]))
    out[HEAD] = torch.cat((head[:before], torch.zeros_like(rows), head[before:]))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", required=True, help="a .pt that train.py wrote, or the folder of an exported checkpoint")
    parser.add_argument("--tokenizer", required=True, help="folder of the tokenizer it was trained with")
    parser.add_argument("--output", required=True, help="folder to write start.pt and tokenizer/ to")
    a = parser.parse_args()
    state = checkpoint_state(a.state) if os.path.isdir(a.state) else torch.load(a.state)
    old = LlamaTokenizer(a.tokenizer)
    with open(os.path.join(a.tokenizer, "tokenizer.model"), "rb") as file:
        texts = corpus(300)
        said = {word for text in texts for word in text.lower().replace(".", " ").replace(",", " ").replace("?", " ").split()}
        likened = {word: likeness for word, likeness in likened_words().items() if word not in said}
        model, made = extended(file.read(), sorted(likened), texts)
    folder = os.path.join(a.output, "tokenizer")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "tokenizer.model"), "wb") as file:
        file.write(model)
    tokenizer_files(folder, old.pieces.get_piece_size() + len(made))
    new = LlamaTokenizer(folder)
    state = {"phase": "joint", "exported": True, "parameters": grown(state["parameters"], old, new, made, likened)}
    torch.save(state, os.path.join(a.output, "start.pt"))
    print(f"{a.output}: {new.pieces.get_piece_size()} pieces, {len(made)} of them new for {len(likened)} words")


if __name__ == "__main__":
    main()
