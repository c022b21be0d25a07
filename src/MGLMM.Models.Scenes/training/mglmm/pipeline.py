"""Reference inference: the official pipeline, greedy, with a key-value cache."""
import os

import torch
from PIL import Image
from torch.nn import functional as F

from .checkpoint import read_checkpoint, read_json
from .preprocess import clip_pixels, sam_pixels
from .tokenizer import IMAGE_ID, LlamaTokenizer

CONVERSATION = {"system": "", "user_role": "USER", "assistant_role": "ASSISTANT", "separator": " ", "turn_end": "</s>",
                "image_sentence": "The <im_start><image><im_end> provides an overview of the picture.\n"}


def prompt(instruction, history=(), conversation=CONVERSATION):
    """The prompt's text. history holds earlier (instruction, answer) pairs; their answers end in </s>, and the template adds another."""
    c = conversation
    text = c["system"] + c["separator"] if c["system"] else ""
    turns = list(history) + [(instruction, None)]
    for i, (question, answer) in enumerate(turns):
        text += f"{c['user_role']}: {c['image_sentence'] if i == 0 else ''}{question}{c['separator']}{c['assistant_role']}:"
        if answer is not None:
            text += f" {answer}{c['turn_end']}{c['turn_end']}"
    return text


class Answer:
    def __init__(self, prompt_text, prompt_ids, ids, text, masks, logits):
        self.prompt, self.prompt_ids, self.ids, self.text, self.masks, self.logits = prompt_text, prompt_ids, ids, text, masks, logits


class Pipeline:
    def __init__(self, folder=None, tower=None, model=None, tokenizer=None, preprocessor=None):
        self.model = model or read_checkpoint(folder, tower)
        self.tokenizer = tokenizer or LlamaTokenizer(folder)
        self.preprocessor = preprocessor or read_json(os.path.join(tower, "preprocessor_config.json"))
        self.conversation = CONVERSATION
        if folder and os.path.exists(os.path.join(folder, "mglmm.json")):
            self.conversation = read_json(os.path.join(folder, "mglmm.json"))["conversation"]

    @torch.no_grad()
    def see(self, image):
        """What all questions on one picture share: image tokens, grounding embedding, sizes."""
        image = image.convert("RGB")
        tokens = self.model.image_tokens(clip_pixels(image, self.preprocessor)[None])
        pixels, inside = sam_pixels(image, self.model.sam["img_size"])
        return tokens, self.model.model.segment_encoder.image_encoder(pixels[None]), inside, (image.size[1], image.size[0])

    @torch.no_grad()
    def masks(self, seen, states):
        """Mask logits at the picture's size for states [n, hidden]."""
        _, embedding, inside, size = seen
        if not len(states):
            return torch.zeros(0, *size)
        low = self.model.model.segment_encoder.decode(embedding.expand(len(states), -1, -1, -1), self.model.seg_prompts(states))
        side = self.model.sam["img_size"]
        high = F.interpolate(low[:, None], (side, side), mode="bilinear", align_corners=False)[..., :inside[0], :inside[1]]
        return F.interpolate(high, size, mode="bilinear", align_corners=False)[:, 0]

    @torch.no_grad()
    def ask(self, seen, instruction, history=(), max_new_tokens=256, new_masks_only=True):
        text = instruction if "<image>" in instruction else prompt(instruction, history, self.conversation)
        prompt_ids = self.tokenizer.encode_with_image(text)
        at = prompt_ids.index(IMAGE_ID)
        embed = self.model.model.embed_tokens
        image_tokens = seen[0]
        x = torch.cat((embed(torch.tensor([prompt_ids[:at]])), image_tokens, embed(torch.tensor([prompt_ids[at + 1:]]))), 1)
        caches = [[] for _ in self.model.model.layers]
        states = self.model.cached(x, 0, caches)[0]
        seg, eos = self.tokenizer.added["[SEG]"], 2
        shift = image_tokens.shape[1] - 1
        kept = [states[t + shift - 1] for t, i in enumerate(prompt_ids) if i == seg] if not new_masks_only else []
        length, ids, last = x.shape[1], [], states[-1]
        while True:
            token = int((self.model.lm_head.weight @ last).argmax())
            ids.append(token)
            if token == seg:
                kept.append(last)
            if token == eos or len(ids) == max_new_tokens:
                break
            last = self.model.cached(embed(torch.tensor([[token]])), length, caches)[0, -1]
            length += 1
        logits = self.masks(seen, torch.stack(kept) if kept else torch.zeros(0, states.shape[-1]))
        whole = self.tokenizer.decode([i for i in prompt_ids if i != IMAGE_ID] + ids).replace("\n", "").replace("  ", " ")
        return Answer(text, prompt_ids, ids, whole.split("ASSISTANT: ")[-1], (logits > 0).numpy(), logits)
