"""Everything that a run depends on, as typed data. YAML files only select values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from gspmc.data.augment import Augmentation
from gspmc.data.preprocess import Preprocessing
from gspmc.data.splits import Splits
from gspmc.data.streams import Stream
from gspmc.errors import refuse_impossible
from gspmc.losses.objective import Negatives
from gspmc.text.bank import Kind, Undescribed
from gspmc.text.controls import Control
from gspmc.text.encoder import DEFAULT_ENCODER

Precision = Literal["auto", "32-true", "bf16-mixed"]


@dataclass(frozen=True)
class OptimiserRecipe:
    """How weights are moved."""

    name: Literal["sgd", "adamw"] = "adamw"
    """`sgd` is the paper's (Nesterov); `adamw` is what `partconv` is trained with."""
    lr: float = 1.5e-3
    """Highest learning rate. The paper's rule for SGD is 5e-4 × batch size."""
    weight_decay: float = 0.05
    """Decay of matrices and convolution kernels; vectors (biases, norms) have none with `adamw`."""
    momentum: float = 0.9
    """Of SGD with the `step` schedule; `one_cycle` moves it, and AdamW's first beta, against the
    learning rate between 0.85 and 0.95."""
    clip_norm: float | None = 1.0
    """Gradients are scaled down to this norm."""

    def __post_init__(self) -> None:
        refuse_impossible(
            "optimiser.",
            self,
            {
                "lr": (0 < self.lr < float("inf"), "above 0"),
                "weight_decay": (self.weight_decay >= 0, "0 or more"),
                "momentum": (0 < self.momentum < 1, "above 0 and below 1"),
                "clip_norm": (self.clip_norm is None or self.clip_norm > 0, "above 0, or null"),
            },
        )


@dataclass(frozen=True)
class ScheduleRecipe:
    """How the learning rate moves, step by step."""

    name: Literal["one_cycle", "step"] = "one_cycle"
    """`one_cycle`: up, then down along a cosine to nearly zero. `step`: linear warm-up, then ×0.1
    at each milestone (the paper's)."""
    warmup: float = 0.15
    """Share of all steps spent going up."""
    milestones: tuple[float, ...] = (90 / 110, 100 / 110)
    """Shares of all epochs after which `step` divides by ten."""

    def __post_init__(self) -> None:
        refuse_impossible(
            "schedule.",
            self,
            {
                "warmup": (0 <= self.warmup <= 1, "from 0 to 1"),
                "milestones": (all(0 <= share <= 1 for share in self.milestones), "from 0 to 1"),
            },
        )


@dataclass(frozen=True)
class TextRecipe:
    """How descriptions supervise."""

    alpha: float = 0.5
    """Weight of the contrastive terms; 0 trains without texts."""
    temperature: float = 0.1
    """Of the contrastive softmax (the paper's, fixed)."""
    negatives: Negatives = "batch"
    """Which texts stand against a clip: those of the batch (the paper's), or the whole bank's."""
    encoder: str = DEFAULT_ENCODER
    """Name or folder of a sentence-transformers model."""
    kinds: tuple[Kind, ...] = ("refined", "synonym", "part")
    """Which texts supervise; the objective has a term for each, and one for every part."""
    control: Control | None = None
    """Texts that say nothing of the sign, to tell what the content of real ones is worth:
    `shuffled` (those of another class), `random` (random vectors), `labels` (the class's name)."""
    undescribed: Undescribed = "refuse"
    """Classes without a description: `refuse` to train, or `leave` them without text terms."""

    def __post_init__(self) -> None:
        refuse_impossible(
            "text.",
            self,
            {
                "alpha": (0 <= self.alpha < float("inf"), "0 or more"),
                "temperature": (self.temperature > 0, "above 0"),
                "kinds": (len(self.kinds) > 0, "one kind or more"),
            },
        )


INDIFFERENT = ("workers", "in_memory", "require")
"""Settings of a recipe that change what it takes to train, and nothing of what comes out."""


@dataclass(frozen=True)
class Recipe:
    """One training run."""

    encoder: str = "partconv"
    """`partconv`, or `ctrgcn`, the paper's."""
    encoder_options: Mapping[str, Any] = field(default_factory=dict)
    """Options of that encoder by name."""
    stream: Stream = "joint"
    """What the encoder sees of the skeleton."""
    epochs: int = 120
    """Passes over the training clips. The last epoch's weights are kept, never the best."""
    batch_size: int = 32
    """Clips a step, over all processes."""
    accumulate: int = 1
    """Parts that a batch goes through in, to save memory. It narrows the contrast: the contrastive
    term sees one part at a time, so fewer clips and texts stand against each other."""
    label_smoothing: float = 0.1
    """Of the classification loss."""
    seed: int = 0
    """Of weights, order, augmentation, dropout and the shuffle control."""
    precision: Precision = "auto"
    """`auto` takes bf16 where it is faster: on GPUs that multiply it, on a CPU by trial, and not in
    several processes on CPUs."""
    validate_every: int = 10
    """Epochs between validations for the curves; they select nothing."""
    workers: int = 0
    """Processes that prepare batches; 0 lets the training process do it."""
    in_memory: bool = True
    """Hold the preprocessed training clips in memory; `false` maps them from a file in the run
    directory, one a process, for more than memory holds."""
    devices: int = 1
    """Training processes on each machine: one a GPU, or so many on the CPU."""
    nodes: int = 1
    """Machines; with more than one, `torchrun` or `srun` starts the processes."""
    sync_batch_norm: bool = False
    """BatchNorm takes its statistics from the clips of all processes (GPUs alone), not its own."""
    compile: bool = False
    """Train through `torch.compile`, whose first step takes a minute or more."""
    cuda_graphs: bool = True
    """Record a GPU's training step and replay it; only in one process, and without `accumulate` and
    `compile`."""
    require: Literal["approved"] | None = None
    """`approved`: refuse to train unless a reviewer has approved the description of every class."""
    optimiser: OptimiserRecipe = field(default_factory=OptimiserRecipe)
    schedule: ScheduleRecipe = field(default_factory=ScheduleRecipe)
    text: TextRecipe = field(default_factory=TextRecipe)
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    augmentation: Augmentation = field(default_factory=Augmentation)
    splits: Splits = field(default_factory=Splits)

    def __post_init__(self) -> None:
        refuse_impossible(
            "",
            self,
            {
                "epochs": (self.epochs >= 1, "at least 1"),
                "batch_size": (self.batch_size >= 1, "at least 1"),
                "accumulate": (self.accumulate >= 1, "at least 1"),
                "label_smoothing": (0 <= self.label_smoothing < 1, "at least 0 and below 1"),
                "seed": (self.seed >= 0, "0 or more"),
                "validate_every": (self.validate_every >= 1, "at least 1"),
                "workers": (self.workers >= 0, "0 or more"),
                "in_memory": (self.in_memory or not self.workers, "true with workers: they copy"),
                "devices": (self.devices >= 1, "at least 1"),
                "nodes": (self.nodes >= 1, "at least 1"),
            },
        )

    def to_dict(self) -> dict[str, Any]:
        """The values as a config file holds them: those of `splits` stand beside the others."""
        values = asdict(self)
        splits = values.pop("splits")
        return {**values, **splits}
