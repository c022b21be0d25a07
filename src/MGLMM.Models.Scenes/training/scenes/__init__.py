"""A procedurally drawn picture-book world with exact ground truth at three granularities."""
from .world import SPLITS, Scene, Thing, draw_scene, split_of_seed

__all__ = ["SPLITS", "Scene", "Thing", "draw_scene", "split_of_seed"]
