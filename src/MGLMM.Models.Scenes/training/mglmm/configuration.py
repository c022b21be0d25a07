"""The sizes of the scenes model, and what its bundle says about it."""
from segcap.wordings import TRAINED

from .pipeline import CONVERSATION
from .tokenizer import ADDED

PIECES = 1200  # that SentencePiece learns; whole words and the added tokens come after them


def sizes(pieces=PIECES):
    """(language model, global encoder, grounding encoder and mask decoder) with a vocabulary of so many pieces, before the added tokens."""
    llm = {"hidden_size": 192, "num_hidden_layers": 6, "num_attention_heads": 4, "intermediate_size": 512, "rms_norm_eps": 1e-6,
           "vocab_size": pieces + len(ADDED), "max_position_embeddings": 1024, "mm_hidden_size": 192, "out_dim": 96}
    clip = {"hidden_size": 192, "num_hidden_layers": 7, "num_attention_heads": 4, "intermediate_size": 576, "image_size": 168, "patch_size": 14,
            "layer_norm_eps": 1e-5}
    sam = {"img_size": 192, "patch": 8, "embed_dim": 128, "depth": 4, "num_heads": 4, "mlp": 512, "window": 0, "prompt_dim": 96, "mask_in_chans": 16,
           "dec_mlp": 192, "iou_hidden": 96}
    return llm, clip, sam


MODEL_CARD = ("Knows drawn picture-book scenes only, and English: things ({kinds}) with named parts, background ({stuff}), eleven colours, other words for these and "
              "general ones (people, animals, vehicles, furniture, plants, toys and the like). Asked for another word it mostly says \"I do not know the word X.\" and shows "
              "nothing. It knows nothing of photographs, text in pictures or anything else, and will answer about them wrongly. On test scenes it names and masks "
              "background and things, finds what is asked for and says so where nothing fits. In a long list it leaves out or misnames about one thing in "
              "ten, takes similar animals and colours for each other, and draws small parts roughly; colours that a kind never had in training are "
              "often named wrongly.")


def sidecar():
    from scenes.things import KINDS
    from scenes.world import STUFF_NAMES
    from segcap.words import meanings, vocabulary
    return {"name": "mglmm-scenes", "licence": "Apache-2.0", "model_card": MODEL_CARD.format(kinds=", ".join(KINDS), stuff=", ".join(STUFF_NAMES)),
            "conversation": CONVERSATION, "granularities": ["panoptic", "instance", "part"], "instructions": TRAINED, "languages": ["en"],
            "vocabulary": vocabulary(), "meanings": meanings()}
