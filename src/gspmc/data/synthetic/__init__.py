"""The synthetic signer: an invented sign language with clips, corpus and ground truth.

It shows that the pipeline works, never how well it works on people.
"""

from gspmc.data.synthetic.corpus import synthetic_corpus, write_corpus
from gspmc.data.synthetic.generate import synthetic_clips
from gspmc.data.synthetic.lexicon import LEXICON, UNSEEN, minimal_pairs
from gspmc.data.synthetic.phonology import SignSpec
from gspmc.data.synthetic.wording import ground_truth_parts

__all__ = [
    "LEXICON",
    "UNSEEN",
    "SignSpec",
    "ground_truth_parts",
    "minimal_pairs",
    "synthetic_clips",
    "synthetic_corpus",
    "write_corpus",
]
