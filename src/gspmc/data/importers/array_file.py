"""Arrays out of .npy and .npz files."""

from pathlib import Path

import numpy as np

from gspmc.data.importers.npz import damage
from gspmc.errors import GspmcError


def load_array(file: str | Path) -> np.ndarray:
    """The only array of a file, or the one named `keypoints`.

    Raises:
        GspmcError: the file is missing, damaged, holds pickles, several arrays, or no numbers.
    """
    try:
        loaded = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.lib.npyio.NpzFile):
            with loaded:
                names = loaded.files
                if "keypoints" not in names and len(names) != 1:
                    raise ValueError(f"it holds {', '.join(names)}: name one of them 'keypoints'")
                loaded = loaded["keypoints" if "keypoints" in names else names[0]]
    except Exception as error:
        raise GspmcError(f"cannot read it: {damage(error)}") from error
    if not np.issubdtype(loaded.dtype, np.number) or np.iscomplexobj(loaded):
        raise GspmcError(f"it holds {loaded.dtype}, not numbers")
    return loaded
